"""Is a spec refused, with the place and what would be right, whose parts speak of what is not there?"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.facts import NAMES as FACTS
from openapi.coherence import mistakes
from openapi.coherence.names import NAMES, OF_REQUESTS
from openapi.document import HERE, SHARED, SpecError, patch, read
from openapi.loader import load
from openapi.model import Spec
from tests.mockserver.cloud import specs

EXAMPLE = HERE.parent / "docs" / "acme-audit.yaml"
CREATE = "/paths/~1v1~1exports/post"
LIST = "/paths/~1v1~1exports/get"
SHOW = "/paths/~1v1~1exports~1{id}/get"
DOWNLOAD = "/paths/~1v1~1exports~1{id}~1file/get"
EXPORT = "/components/schemas/Export"
SHOWN = f"{SHOW}/responses/200/content/application~1json"
BODY = f"{CREATE}/requestBody/content/application~1json"
SAID = {"assumed": "we chose"}
CANCEL = {
    "operationId": "CancelExport",
    "x-action": "delete",
    "x-cite": SAID,
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "string", "x-bind": "task.id"}},
                }
            }
        },
    },
    "responses": {"204": {"description": "It is gone."}, "default": {"$ref": "#/components/responses/Refusal"}},
}


@pytest.mark.parametrize("spec", [pytest.param(spec, id=name) for name, spec in specs().items()])
def test_the_parts_of_every_spec_go_together(spec: Spec) -> None:
    assert list(mistakes(spec)) == []


@pytest.mark.parametrize("name", [*specs()])
def test_every_spec_is_taken_from_a_file_of_ones_own_with_each_of_its_readings(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.yaml"
    path.write_bytes(Path(specs()[name].path).read_bytes())
    assert load(path).name == name
    for reading in specs()[name].readings.values():
        for answer in reading.answers:
            assert load(path, {reading.id: answer}).name == name


def test_each_name_that_answers_can_say_may_be_bound() -> None:
    assert FACTS.keys() <= NAMES
    assert not NAMES & OF_REQUESTS


def changed(tmp_path: Path, pointer: str, value: Any) -> Path:
    """The example with one thing changed, in a file of its own."""
    path = tmp_path / EXAMPLE.name
    path.write_text(yaml.safe_dump(patch(read(EXAMPLE), {pointer: value}), sort_keys=False), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("pointer", "value", "message"),
    [
        # what holds for the whole API
        ("/x-authentication/schemes/0", "bearer", "'bearer' is no scheme of signatures .*there are .*x-auth-token"),
        (f"{CREATE}/x-schemes", ["hmac"], "'hmac' is no scheme .*did you mean 'hmac-v1'"),
        ("/x-lifecycle", None, "x-lifecycle is missing"),
        ("/x-lifecycle/task-id", "exp", "all tasks would have one id"),
        ("/x-lifecycle/task-id", "exp-{guid}", r"\{guid\} is no part of an id; there are .*\{uuid\}"),
        ("/x-request-id/form", "req-{", r"\{\{\} is no part of an id"),
        ("/x-quotas/0/refuse", None, "'refuse' is missing"),
        (
            "/x-quotas/-",
            {"id": "unfinished", "counts": "all", "limit": 1, "when-full": "evict-earliest", "x-cite": SAID},
            "earlier one",
        ),
        ("/servers/0/url", "https://audit.acme.example/api", "'/api' stands in front of all paths"),
        ("/servers/0/url", "/api", "has to be https:// and a host"),
        (
            "/x-link",
            {"operation": "Download", "scheme": "cos", "seconds": 60, "url": "https://b.acme.example/", "x-cite": SAID},
            "'Download' is no operationId; did you mean 'DownloadExport'",
        ),
        ("/x-file/columns", [], "at least one column"),
        ("/x-file/time", "when", "'when' is no column of the file; there are action, result, time, user"),
        ("/x-file/formats", {"csv": "csv"}, "'json' is a value of format, but no format"),
        ("/x-lifecycle/timetable/running", 10**30, "is greater than the maximum"),
        # operations
        (f"{SHOW}/operationId", "CreateExport", "'CreateExport' is the operationId of an earlier one"),
        ("/components/parameters/Id/name", "ident", r"\{id\} of the path is missing among the parameters"),
        ("/components/parameters/Id/required", None, "it has to say `required: true`"),
        ("/components/parameters/Id/x-bind", None, "exactly one parameter or member has to be `x-bind: task.id`"),
        (f"{CREATE}/requestBody/content", {"text/csv": {"schema": {}}}, "bodies of text/csv are not read here"),
        (f"{LIST}/x-listing", None, "'x-listing' is missing"),
        (f"{LIST}/x-listing/filters/0/parameter", "state", "'state' is no parameter .*did you mean 'status'"),
        (f"{LIST}/x-listing/filters/0/field", "state", "'state' is no member of the items"),
        (f"{LIST}/x-listing/sorting/default/field", "number", "'number' is no member of the items"),
        (f"{LIST}/x-listing/paging/marker", "cursr", "'cursr' is no parameter .*did you mean 'cursor'"),
        (f"{CREATE}/x-rules/0/parameters/0", "frm", "'frm' is no parameter .*did you mean 'from'"),
        (f"{CREATE}/x-rules/0/parameters", ["from"], "is about two parameters or more"),
        (f"{CREATE}/x-overwrites", {"same": ["usr"]}, "'usr' is no parameter .*did you mean 'user'"),
        ("/x-file/window/0", "form", "'form' is no parameter"),
        ("/x-lifecycle/phases/failed", None, "a task is never failed here"),
        (f"{BODY}/schema/$ref", "#/components/schemas/Export", "no parameter or member of this operation"),
        (
            "/components/schemas/NewExport/properties/user/x-resource",
            "person",
            "no resource of x-resources; there are none",
        ),
        # refusals
        ("/x-quotas/0/refuse", "to-many", "'too-many' is a reason for which nothing refuses"),
        ("/x-rate-limits/0/refuse", "rate-limted", "'rate-limted' is a reason that no .*did you mean 'rate-limited'"),
        (f"{DOWNLOAD}/x-phases/queued/refuse", "unready", "'unready' is a reason that no error code answers"),
        (
            "/x-error-codes/4/operations",
            ["ListExports"],
            "'too-many' has error codes, but none .* belongs to CreateExport",
        ),
        ("/x-error-codes/4/operations", ["CreatExport"], "'CreatExport' is no operationId"),
        ("/x-error-codes/0/when", ["invalid", "wrong-format/usr"], "'usr' is no parameter or member"),
        ("/x-error-codes/7/when", [], "no error code answers internal-error"),
        (
            "/x-error-codes/6/message",
            "At most {limt}",
            "'limt' is nothing that a message can say; did you mean 'limit'",
        ),
        ("/x-failure", "Nope", "'Nope' is missing, which refusals take the shape of"),
        # names
        (
            f"{EXPORT}/properties/status/x-bind",
            "task.fase",
            "'task.fase' is no name of a value; did you mean 'task.phase'",
        ),
        (f"{EXPORT}/properties/user/x-bind", "argument.usr", "'usr' is no parameter or member of any operation"),
        (f"{EXPORT}/properties/user/x-bind", "task.link", "x-link is missing"),
        ("/x-file/name", "{task.idd}.csv", "'task.idd' is no name of a value"),
        # schemas
        (f"{LIST}/parameters/3/schema/maximum", 0, "maximum 0 is less than minimum 1"),
        (f"{EXPORT}/required", ["id", "size"], "'size' is required, but none of its properties"),
        ("/components/schemas/NewExport/properties/format/default", "xml", "the default is no value of its own schema"),
        ("/components/schemas/NewExport/properties/from/format", "datetime", "did you mean 'date-time'"),
        (
            f"{BODY}/example",
            {"from": "2026-03-01T00:00:00Z"},
            "'to' is required, and no `example` of the body gives one",
        ),
        (f"{BODY}/example/user", 5, "the example of 'user' is none that is accepted"),
        # answers
        (f"{EXPORT}/properties/id/type", "integer", "'id': task.id is a text, and integer is asked for"),
        (f"{EXPORT}/properties/created/x-time", None, "'created': task.created is a moment: `x-time` has to say how"),
        (f"{EXPORT}/properties/user", {"type": "string", "x-bind": "task.rows"}, "task.rows is a number, and string"),
        (f"{EXPORT}/properties/user", {"type": "string", "x-bind": "task.downloaded"}, "is true or false"),
        (
            "/components/responses/Refusal/content/application~1json/schema/properties/code/x-bind",
            None,
            "'code' is required in",
        ),
        (
            "/components/responses/Refusal/content/application~1json/schema/properties/code/type",
            "integer",
            "error.code is a text, and integer is asked for",
        ),
        (f"{EXPORT}/properties/created", {"type": "integer", "x-bind": "task.created"}, "`x-time` has to say how"),
        (f"{EXPORT}/properties/status", {"$ref": "#/components/schemas/Status"}, "'status' is required in this answer"),
        (f"{SHOWN}/schema", {"allOf": [{"$ref": "#/components/schemas/Export"}]}, "`allOf` of an answer is not read"),
        (
            f"{LIST}/responses/200/content/application~1json/schema",
            {"type": "array", "x-each": "tasks", "items": {"$ref": "#/components/schemas/Export"}},
            "this answer is an array itself",
        ),
        (
            f"{LIST}/parameters/1",
            {"name": "user", "in": "query", "explode": False, "schema": {"type": "array", "items": {"type": "string"}}},
            "with commas between, is not read here",
        ),
        (f"{SHOW}/responses/200/headers", {"X-More": {"schema": {"type": "string"}}}, "says what the header x-more is"),
        (
            "/paths/~1v1~1exports~1{id}.csv",
            {"get": {**CANCEL, "parameters": [{"$ref": "#/components/parameters/Id"}]}},
            "one port cannot tell them apart; give one of them another path",
        ),
        # citations
        ("/x-quotas/0/limit", 4, "unfinished/quota is 4, which its quote does not say: 'An account has at most three"),
        ("/x-quotas/0/x-cite", None, r"no x-cite for this: .* \(at /x-quotas/0\)"),
        ("/components/responses/Refusal/x-cite", None, r"no x-cite .* \(at /components/responses/Refusal/"),
        (f"{CREATE}/x-cite/page", "gide", rf"x-cite names the page 'gide'.*\(at {CREATE}/x-cite\)"),
        (
            "/components/schemas/Status/x-cites",
            {"enm": SAID},
            "'enm' is cited, but does not stand here; did you mean 'enum'",
        ),
        (
            "/x-readings",
            {
                "limit": {
                    "question": "?",
                    "default": "a",
                    "answers": {"a": {"source": "x", "change": {"/x-qotas/0/limit": 5}}},
                }
            },
            "the answer 'a' of the reading 'limit' makes no spec: .*unknown keyword x-qotas; did you mean x-quotas",
        ),
        (
            "/x-readings",
            {"limit": {"question": "?", "default": "b", "answers": {"a": {"source": "x"}}}},
            "'b' is no answer",
        ),
    ],
)
def test_what_leads_nowhere_or_contradicts_itself_is_refused_with_its_place(
    tmp_path: Path, pointer: str, value: Any, message: str
) -> None:
    with pytest.raises(SpecError, match=rf"acme-audit\.yaml:\d+: .*{message}"):
        load(changed(tmp_path, pointer, value))


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        pytest.param("/components/parameters/Id/explode", False, id="the default of a path, said"),
        pytest.param(f"{LIST}/parameters/1/explode", False, id="what makes no difference to one value"),
        pytest.param(f"{LIST}/parameters/1/allowEmptyValue", False, id="a default, said"),
        pytest.param("/paths/~1v1~1cancellations", {"post": CANCEL}, id="a body whose task the call itself knows"),
        pytest.param(
            f"{EXPORT}/properties/more",
            {
                "allOf": [
                    {"type": "object", "properties": {"a": {"type": "string"}}},
                    {"type": "object", "required": ["a"], "properties": {"b": {"type": "string"}}},
                ]
            },
            id="a part that requires what its neighbour has",
        ),
    ],
)
def test_what_goes_together_is_taken(tmp_path: Path, pointer: str, value: Any) -> None:
    assert list(mistakes(load(changed(tmp_path, pointer, value)))) == []


def test_a_spec_without_fault_is_taken(tmp_path: Path) -> None:
    assert load(changed(tmp_path, "/info/version", "v2")).operations.keys() == load(EXAMPLE).operations.keys()


def test_a_file_that_is_not_there_to_be_included_is_told_with_those_that_are(tmp_path: Path) -> None:
    known = ", ".join(sorted(path.name for path in SHARED.glob("*.yaml")))
    with pytest.raises(SpecError, match=rf"acme-audit\.yaml:\d+: x-include: there is no nosuch\.yaml .*{known}"):
        load(changed(tmp_path, "/x-include", ["nosuch.yaml"]))
