"""Is a request read as it stands on the wire, and is nothing said where it can be read in two ways?"""

from datetime import UTC, datetime

import pytest

from contracts.fuzz.rules import breaks
from contracts.fuzz.wire import Unclear, wire_reader
from openapi.messages import Request
from openapi.model import Citation, Json, Rule
from openapi.reasons import Reason
from tests.contracts.bent import spec

NOW = datetime(2026, 3, 1, tzinfo=UTC)
JSON = {"content-type": "application/json"}
LIST = "/v5/iot/p/export-tasks"


def rule(kind: str, *parameters: str, seconds: int = 0) -> Rule:
    return Rule(kind, parameters, seconds, "conflicting-parameters", Citation(None, "", ""), "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "reasons"),
    [
        ("resource_type=BatchTask&limit=50", []),
        ("resource_type=BatchTask&limit=51", [Reason.OUT_OF_RANGE]),
        ("resource_type=BatchTask&limit=5.0", [Reason.WRONG_TYPE]),
        ("resource_type=batchtask", [Reason.NOT_IN_ENUM]),
        ("limit=5", [Reason.MISSING_PARAMETER]),
        ("resource_type=BatchTask&stranger=1", []),
    ],
)
def test_a_query_is_read_by_the_types_of_its_parameters(query: str, reasons: list[Reason]) -> None:
    reader = wire_reader(spec("huawei-iotda"), spec("huawei-iotda").operations["ListExportTasks"])
    found = reader.read(Request("GET", LIST, query))
    assert [each.reason for each in found.problems] == reasons


@pytest.mark.parametrize(
    "request_",
    [
        Request("PUT", LIST, "resource_type=BatchTask"),
        Request("GET", "/v5/iot/a/b/export-tasks", "resource_type=BatchTask"),
        Request("GET", LIST, "resource_type=BatchTask&limit=1&limit=2"),
    ],
)
def test_a_request_that_can_be_read_in_two_ways_is_unclear(request_: Request) -> None:
    reader = wire_reader(spec("huawei-iotda"), spec("huawei-iotda").operations["ListExportTasks"])
    with pytest.raises(Unclear):
        reader.read(request_)


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        (b'{"ExportId": "a"}', []),
        (b'{"ExportId": 5}', [Reason.WRONG_TYPE]),
        (b'{"ExportId": "a", "More": 1}', [Reason.UNKNOWN_PARAMETER]),
        (b"", [Reason.MISSING_PARAMETER, Reason.MISSING_PARAMETER]),  # the body, and its member
        (b'{"ExportId": NaN}', [Reason.MALFORMED_BODY]),
        (b"\xff", [Reason.MALFORMED_BODY]),
    ],
)
def test_a_body_is_read_strictly(body: bytes, reasons: list[Reason]) -> None:
    reader = wire_reader(spec("tencent-cls"), spec("tencent-cls").operations["DeleteExport"])
    assert [each.reason for each in reader.read(Request("POST", "/", "", JSON, body)).problems] == reasons


def test_a_member_whose_value_means_that_it_was_not_given_is_not_read() -> None:
    reader = wire_reader(spec("baidu-bls"), spec("baidu-bls").operations["ListDownloadTask"])
    found = reader.read(Request("POST", "/v2/logstore/download/list", "", JSON, b'{"order": "", "pageSize": 0}'))
    assert (found.arguments, found.problems) == ({}, ())


@pytest.mark.parametrize(
    ("kind", "arguments", "broken"),
    [
        ("ordered", {"a": 1, "b": 2}, False),
        ("ordered", {"a": 2, "b": 1}, True),
        ("ordered", {"a": "2026-01-02T00:00:00Z", "b": "2026-01-01T00:00:00Z"}, True),
        ("ordered", {"a": "soon", "b": "later"}, None),
        ("together", {"a": 1}, True),
        ("together", {}, False),
        ("requires", {"b": 1}, False),
        ("requires", {"a": 1}, True),
        ("independent", {"a": 1}, False),
        ("not-older-than", {"a": "2026-02-28T23:00:00Z"}, False),
        ("not-older-than", {"a": "2026-01-01T00:00:00Z"}, True),
        ("not-older-than", {"a": "2026-02-28T00:00:00Z"}, None),
    ],
)
def test_a_rule_is_kept_broken_or_beyond_telling(
    kind: str,
    arguments: dict[str, Json],
    broken: bool | None,  # noqa: FBT001 - the expected value
) -> None:
    names = ("a",) if kind == "not-older-than" else ("a", "b")
    assert breaks(rule(kind, *names, seconds=86400), arguments, NOW) is broken
