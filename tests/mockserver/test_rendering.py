"""Does an answer hold what its schema says stands in it, and never anything else?"""

import json
from dataclasses import replace
from typing import Any

import orjson
import pytest

from mockserver.accounts import FIRST
from mockserver.facts import NAMES, Call, Facts, Outcome
from mockserver.rendering import renderer
from mockserver.task import Failure, Task
from mockserver.writing import SpecViolation, encode
from openapi.messages import Request
from openapi.model import Answer, Phase
from tests.mockserver.cloud import specs

SPEC = specs()["tencent-cls"]
CREATED = 1_719_833_569.5  # 2024-07-01T11:32:49.500Z
TASK = Task(
    "t-1", SPEC.name, "CreateExport", FIRST.number, "", {"Query": "q", "Count": 5}, "", "", "f.gz",
    CREATED, CREATED + 2, CREATED + 10, CREATED + 100,
)  # fmt: skip
FAILED = Task(
    "t-2", SPEC.name, "CreateExport", FIRST.number, "", {}, "", "", "g.gz",
    CREATED, CREATED, CREATED + 1, CREATED + 100, Phase.FAILED, Failure("Broken", "why"),
)  # fmt: skip


class Sources:
    """Where a task's file is, and what it is made from."""

    def link(self, _: Facts, task: Task) -> str:
        return f"https://link/{task.id}"

    def circumstances(self, call: Call) -> object:
        return "at", call.request.headers.get("host", "")

    def stored(self, _: Task) -> None:
        return None


def facts(task: Task | None = TASK, after: float = 0, **outcome: Any) -> Facts:
    operation = SPEC.operations["DescribeExports"]
    call = Call(SPEC, operation, FIRST, {"Limit": 3}, Request("POST", "/"), "request-1", CREATED + after)
    return Facts(call, Outcome(task=task, **outcome), task, Sources())


def rendered(schema: dict[str, Any], about: Facts | None = None, *echoed: str) -> Any:
    """The member `x` of an answer whose schema this is; None when it is left out."""
    whole = {"type": "object", "properties": {"x": schema}}
    made = renderer(Answer(200, "application/json", whole, {}, ""), frozenset(echoed))
    body = made.render(about or facts(), 200).body
    assert isinstance(body, bytes)
    return json.loads(body).get("x")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "x-bind": "task.id"}, "t-1"),
        ({"type": "string", "x-bind": "task.phase"}, "Queuing"),
        ({"type": "integer", "x-bind": "task.progress"}, 0),
        ({"type": "string", "x-bind": "task.progress", "x-spelling": "{}%"}, "0%"),
        ({"type": "string", "x-bind": "task.created", "x-time": "seconds"}, "2024-07-01T11:32:49Z"),
        ({"type": "string", "x-bind": "task.created", "x-time": "milliseconds"}, "2024-07-01T11:32:49.500Z"),
        ({"type": "integer", "x-bind": "task.created", "x-time": "epoch-seconds"}, 1_719_833_569),
        ({"type": "integer", "x-bind": "task.created", "x-time": "epoch-milliseconds"}, 1_719_833_569_500),
        (
            {"type": "string", "x-bind": "task.created", "x-time": "%Y/%m/%d %H:%M", "x-zone": "+08:00"},
            "2024/07/01 19:32",
        ),
        ({"type": "string", "x-bind": "task.created", "x-time": "%H:%M", "x-zone": "-05:30"}, "06:02"),
        ({"type": "string", "x-value": "{task.id}-{request.id}"}, "t-1-request-1"),
        ({"type": "array", "x-value": [1, 2]}, [1, 2]),
        ({"type": "boolean", "x-bind": "task.downloaded"}, False),
        ({"type": "string", "x-bind": "argument.Query"}, "q"),
        ({"type": "string", "default": "d"}, "d"),
        ({"type": "string"}, None),
        ({"type": "string", "x-bind": "task.ended", "x-time": "seconds"}, None),
        ({"type": "string", "x-bind": "task.ended", "x-time": "seconds", "nullable": True}, None),
        ({"type": "string", "x-bind": "task.ended", "x-time": "seconds", "x-otherwise": ""}, ""),
        ({"type": "string", "x-bind": "task.id", "x-in": ["succeeded"]}, None),
        ({"type": "string", "x-bind": "task.id", "x-in": ["succeeded"], "x-otherwise": "-"}, "-"),
        ({"type": "string", "x-bind": "task.id", "x-in": ["queued", "running"]}, "t-1"),
        ({"type": "object", "properties": {"y": {"type": "string", "x-bind": "task.id"}}}, {"y": "t-1"}),
    ],
)
def test_a_property_holds_what_it_is_bound_to(schema: dict[str, Any], value: Any) -> None:
    assert rendered(schema) == value


def test_a_nullable_member_without_a_value_is_null_and_another_is_left_out() -> None:
    for nullable, body in ((True, b'{"x":null}'), (False, b"{}")):
        whole = {
            "type": "object",
            "properties": {"x": {"type": "string", "x-bind": "task.ended", "nullable": nullable}},
        }
        made = renderer(Answer(200, "application/json", whole, {}, ""), frozenset())
        assert made.render(facts(), 200).body == body


def test_an_argument_is_echoed_under_its_own_name_by_the_task_it_made() -> None:
    whole = {"type": "object", "properties": {"Count": {"type": "integer"}, "Other": {"type": "string"}}}
    made = renderer(Answer(200, "application/json", whole, {}, ""), frozenset({"Count", "Other"}))
    assert made.render(facts(), 200).body == b'{"Count":5}'


def test_an_argument_of_the_request_is_echoed_when_the_answer_is_about_no_task() -> None:
    whole = {"type": "object", "properties": {"Limit": {"type": "integer"}}}
    made = renderer(Answer(200, "application/json", whole, {}, ""), frozenset({"Limit"}))
    assert made.render(facts(None), 200).body == b'{"Limit":3}'


def test_a_list_has_one_item_for_each_task_of_the_page() -> None:
    item = {"type": "object", "properties": {"id": {"type": "string", "x-bind": "task.id"}}}
    found = rendered({"type": "array", "x-each": "tasks", "items": item}, facts(None, tasks=[TASK, FAILED]))
    assert found == [{"id": "t-1"}, {"id": "t-2"}]


def test_a_failure_is_shown_when_there_was_one() -> None:
    schema = {"type": "string", "x-bind": "task.failure.code", "x-otherwise": ""}
    assert (rendered(schema), rendered(schema, facts(FAILED, 5))) == ("", "Broken")


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"type": "integer", "x-value": "text"}, "is not of type"),
        ({"type": "string", "x-bind": "task.id", "maxLength": 2}, "longer than"),
        ({"type": "string", "x-bind": "task.phase", "enum": ["Done"]}, "is not one of"),
    ],
)
def test_an_answer_that_its_own_spec_does_not_allow_is_never_sent(schema: dict[str, Any], problem: str) -> None:
    with pytest.raises(SpecViolation, match=problem):
        rendered(schema)


def test_a_missing_required_member_is_never_sent() -> None:
    whole = {"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}}
    with pytest.raises(SpecViolation, match="x is missing"):
        renderer(Answer(200, "application/json", whole, {}, ""), frozenset()).render(facts(), 200)


def test_headers_are_bound_like_members_and_left_out_without_a_value() -> None:
    headers = {
        "x-id": {"x-bind": "request.id"},
        "x-name": {"x-value": "attachment; filename={task.file.name}"},
        "x-ended": {"x-bind": "task.ended"},
        "x-described-only": {"type": "string"},
    }
    response = renderer(Answer(204, "", None, headers, ""), frozenset()).render(facts(), 204)
    assert response.headers == {"x-id": "request-1", "x-name": "attachment; filename=f.gz"}
    assert (response.status, response.body) == (204, b"")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_name_has_a_value_or_none_about_any_task_and_about_no_task(name: str) -> None:
    about = [(task, after) for task in (TASK, FAILED, None) for after in (0, 5, 50, 500)]
    seen = [facts(task, after, tasks=[TASK]).value(name) for task, after in about]
    assert any(value is not None for value in seen)


def test_an_unknown_name_is_a_mistake_of_the_spec() -> None:
    with pytest.raises(LookupError, match=r"task\.colour"):
        facts().value("task.colour")


def test_a_number_of_more_than_64_bits_is_echoed_where_the_schema_is_open() -> None:
    task = replace(TASK, arguments={"x": {"free": [816370035151402958848]}})
    assert rendered({"type": "object"}, facts(task), "x") == {"free": [816370035151402958848]}


@pytest.mark.parametrize("odd", [2**70, -(2**70), "\ud800", {"deep": [2**70]}], ids=ascii)
def test_what_is_encoded_once_stays_beside_what_orjson_does_not_take(odd: Any) -> None:
    sealed: Any = orjson.Fragment(encode({"é": 1, "size": 2**80}))
    text = encode({"tasks": [sealed], "none": None, "odd": odd})
    assert json.loads(text.decode("utf-8", "surrogatepass")) == {
        "tasks": [{"é": 1, "size": 2**80}],
        "none": None,
        "odd": odd,
    }
