"""Is a list as right when its tasks were written before as when they are written anew?"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from mockserver import items
from mockserver.facts import Facts, Outcome
from mockserver.rendering import Renderer, renderer
from mockserver.task import Task
from mockserver.writing import SpecViolation
from openapi.model import Answer
from tests.mockserver.test_rendering import CREATED, FAILED, TASK, Sources, facts

RUNNING, ENDED, EXPIRED = 3.0, 20.0, 1000.0  # seconds after its creation at which the task is in these phases


class Linking(Sources):
    """Where files are, elsewhere each time that somebody asks."""

    def __init__(self, links: Iterator[str]) -> None:
        self._links = links

    def link(self, _: Facts, task: Task) -> str:  # noqa: ARG002 - the protocol's parameters
        return next(self._links)


def listing(*, required: bool = True, **properties: dict[str, Any]) -> Renderer:
    item = {"type": "object", "properties": properties, **({"required": [*properties]} if required else {})}
    whole = {"type": "object", "properties": {"x": {"type": "array", "x-each": "tasks", "items": item}}}
    return renderer(Answer(200, "application/json", whole, {}, ""), frozenset())


def listed(made: Renderer, *tasks: Task, after: float = ENDED, **changes: Any) -> Any:
    about = facts(None, after, tasks=tasks)
    call = replace(about.call, **changes)
    body = made.render(Facts(call, Outcome(tasks=tasks), None, about.sources), 200).body
    assert isinstance(body, bytes)
    return json.loads(body)["x"]


PHASE = {"type": "string", "x-bind": "task.phase"}
ARGUMENT = {"type": "string", "x-bind": "argument.Query", "default": ""}
REQUEST = {"type": "string", "x-bind": "request.id"}
NUMBER = {"type": "integer", "x-bind": "task.progress"}
LINK = {"type": "string", "x-bind": "task.link"}


def test_each_task_is_told_in_its_own_words() -> None:
    assert listed(listing(q=ARGUMENT), TASK, FAILED) == [{"q": "q"}, {"q": ""}]


def test_a_phase_is_told_anew_when_it_has_changed() -> None:
    made = listing(p=PHASE)
    told = [listed(made, TASK, after=after)[0]["p"] for after in (0.0, RUNNING, ENDED, EXPIRED, RUNNING)]
    assert told == ["Queuing", "Processing", "Completed", "Expired", "Processing"]


def test_the_progress_of_a_running_task_is_told_anew_each_moment() -> None:
    made = listing(n=NUMBER)
    assert [listed(made, TASK, after=after)[0]["n"] for after in (4.0, 6.0, 8.0)] == [25, 50, 75]


def test_the_rows_of_a_running_task_are_told_anew_each_moment() -> None:
    made = listing(n={"type": "integer", "x-bind": "task.rows"})
    told = [listed(made, TASK, after=after)[0]["n"] for after in (4.0, 6.0, 8.0, ENDED)]
    assert told == sorted(set(told))


def test_what_depends_on_the_request_is_told_anew_beside_a_link() -> None:
    made = listing(link=LINK, r=REQUEST)
    told = [listed(made, TASK, request_id=name)[0]["r"] for name in ("request-1", "request-2")]
    assert told == ["request-1", "request-2"]


def test_a_link_is_told_as_it_was_as_long_as_nothing_has_changed_that_it_depends_on() -> None:
    made = listing(link=LINK)
    links = iter(("first", "second"))

    def told(host: str) -> Any:
        about = facts(None, ENDED, tasks=(TASK,))
        sources = Linking(links)
        call = replace(about.call, request=replace(about.call.request, headers={"host": host}))
        body = made.render(Facts(call, Outcome(tasks=(TASK,)), None, sources), 200).body
        assert isinstance(body, bytes)
        return json.loads(body)["x"][0]["link"]

    assert [told("a"), told("a"), told("b"), told("b")] == ["first", "first", "second", "second"]


def test_what_a_request_says_no_more_is_left_out() -> None:
    made = listing(required=False, p=PHASE, q={"type": "string", "x-bind": "parameter.Q"})
    told = [listed(made, TASK, arguments=arguments) for arguments in ({}, {"Q": "a"}, {})]
    assert told == [[{"p": "Completed"}], [{"p": "Completed", "q": "a"}], [{"p": "Completed"}]]


def test_a_task_that_was_changed_is_told_anew() -> None:
    made = listing(d={"type": "boolean", "x-bind": "task.downloaded"})
    assert listed(made, TASK) == [{"d": False}]
    assert listed(made, replace(TASK, downloaded=CREATED + 15)) == [{"d": True}]


@pytest.mark.parametrize("other", [1.0, True])
def test_an_argument_of_another_type_is_told_anew(other: float) -> None:
    made = listing(n={"x-bind": "argument.Number"})
    assert repr(listed(made, replace(TASK, arguments={"Number": 1}))) == "[{'n': 1}]"
    assert repr(listed(made, replace(TASK, arguments={"Number": other}))) == f"[{{'n': {other}}}]"


def test_what_depends_on_the_request_is_told_anew_within_a_nested_array() -> None:
    inner = {"type": "object", "properties": {"r": REQUEST}}
    made = listing(a={"type": "array", "x-each": "projects", "items": inner})
    assert listed(made, TASK) == [{"a": [{"r": "request-1"}]}]
    assert listed(made, TASK, request_id="request-2") == [{"a": [{"r": "request-2"}]}]


def test_what_depends_on_the_request_is_told_anew_in_its_place() -> None:
    made = listing(a=PHASE, r=REQUEST, z=ARGUMENT)
    assert [*listed(made, TASK)[0].items()] == [("a", "Completed"), ("r", "request-1"), ("z", "q")]
    assert [*listed(made, TASK, request_id="request-2")[0].items()] == [
        ("a", "Completed"),
        ("r", "request-2"),
        ("z", "q"),
    ]


def test_an_item_is_checked_also_where_only_a_part_of_it_is_new() -> None:
    made = listing(a=PHASE, r={**REQUEST, "maxLength": 9})
    assert listed(made, TASK)
    with pytest.raises(SpecViolation):
        listed(made, TASK, request_id="request-10")


def test_an_item_that_breaks_its_schema_is_never_sent() -> None:
    made = listing(a={**PHASE, "enum": ["Queuing"]})
    for _ in range(2):
        with pytest.raises(SpecViolation):
            listed(made, TASK)


def test_an_array_that_breaks_its_schema_is_never_sent() -> None:
    item = {"type": "object", "properties": {"p": PHASE}}
    whole = {"type": "object", "properties": {"x": {"type": "array", "maxItems": 1, "x-each": "tasks", "items": item}}}
    made = renderer(Answer(200, "application/json", whole, {}, ""), frozenset())
    assert listed(made, TASK) == [{"p": "Completed"}]
    with pytest.raises(SpecViolation):
        listed(made, TASK, FAILED)


def test_only_so_many_tasks_are_remembered() -> None:
    made = listing(q=ARGUMENT)
    for number in range(items.KEPT + 1):
        listed(made, replace(TASK, id=f"t-{number}"))
    assert len(made.items[0].known) == 1


def test_an_array_of_plain_values_tells_of_each_task() -> None:
    schema = {"type": "array", "x-each": "tasks", "items": {"type": "string", "x-bind": "task.id"}}
    whole = {"type": "object", "properties": {"x": schema}}
    assert listed(renderer(Answer(200, "application/json", whole, {}, ""), frozenset()), TASK, FAILED) == ["t-1", "t-2"]
