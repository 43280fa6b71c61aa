"""The checks of files."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from contracts.judgement import Verdict
from openapi.clauses import ClauseKind
from openapi.messages import Request, Response
from tests.contracts.bent import bent, clause, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.tampered import judged_behind
from tests.contracts.checks.verdicts import HELD, clauses_of, said, verdict
from tests.contracts.fuzz.tampering import Forward

ALL = clauses_of(ClauseKind.FILE)
ARCHIVES = ["none", "zip", "tar.gz"]
WRITINGS = ["json-lines", "csv", "xls", "text"]
OTHERWISE = [
    *(
        (name, each)
        for name in ALL
        if name.endswith("/archive/file")
        for each in ARCHIVES
        if each != clause(name).value
    ),
    *((name, each) for name in ALL if "/format." in name and "Export" not in name for each in WRITINGS),
]
CASES: list[tuple[str, Any]] = [
    ("tencent-cls/columns/file", ["__TIMESTAMP__", "status"]),
    ("huawei-iotda/columns/file", ["status", "target", "output", "error_code", "error_msg"]),
    ("huawei-workspace/ExportUsersNew/columns/file", ["user_name"]),
    ("tencent-cls/name/file", "log_{task.id}.tar.gz"),
    ("huawei-clouddc/name/file", "{argument.id}.tar.gz"),
    ("huawei-workspace/ExportHostsDetail/name/file", "hosts_{task.created:%Y%m%d}.xls"),
    ("tencent-cls/format/file", None),
    ("tencent-cls/window/file", None),
    ("tencent-cls/window/file", ["To", "From"]),
    ("tencent-cls/edges/file", {"first": "excluded", "last": "included"}),
    ("tencent-cls/edges/file", {"first": "included", "last": "excluded"}),
    ("tencent-cls/fields/file", None),
    ("huawei-clouddc/columns/file", ["message", "source", "level", "time"]),
    ("huawei-clouddc/columns/file", ["time", "level"]),
    ("baidu-bls/window/file", None),
    ("baidu-bls/window/file", ["queryEndTime", "queryStartTime"]),
    ("tencent-cls/query/file", None),
    ("baidu-bls/query/file", None),
    ("tencent-cls/limit/file", None),
    ("baidu-bls/limit/file", None),
    ("tencent-cls/order/file", {"by": "Order", "descending": "asc"}),
    ("baidu-bls/order/file", None),
]


@pytest.mark.parametrize("clause_id", ALL)
def test_a_clause_is_held_by_the_mock(clause_id: str) -> None:
    assert verdict(clause_id) == HELD


@pytest.mark.parametrize(("clause_id", "value"), OTHERWISE)
def test_a_file_that_is_written_or_packed_otherwise_breaks_the_clause(clause_id: str, value: str) -> None:
    stated = clause(clause_id)
    is_same = "/format." in clause_id and stated.detail.formats[stated.value] == value
    assert bent(clause_id, value).verdict is (Verdict.HELD if is_same else Verdict.BROKEN)


@pytest.mark.parametrize(("clause_id", "value"), CASES)
def test_a_clause_is_broken_by_a_mock_with_other_files(clause_id: str, value: Any) -> None:
    assert bent(clause_id, value).verdict is Verdict.BROKEN


def test_a_number_of_rows_that_is_not_that_of_the_file_breaks_the_clause() -> None:
    changes = {"/components/schemas/DownloadTask/properties/writtenRows/x-bind": "task.progress"}
    found = judged("baidu-bls/format.csv/file", changes)
    assert (found.reason[:34], found.received) == ("as many rows as the file has, 75, ", "100")


@pytest.mark.parametrize(
    "name",
    [
        "tencent-cls/query",
        "baidu-bls/window",
        "huawei-iotda/archive",
        "baidu-bls/name",
        "tencent-cls/edges",
        "baidu-bls/same",
        "huawei-clouddc/columns",
    ],
)
def test_a_server_without_a_control_plane_is_judged_too(name: str) -> None:
    assert judged_from_outside(f"{name}/file").verdict is Verdict.HELD


def changed_file(change: Callable[[bytes, int], bytes]) -> Callable[[Request, Forward], Response]:
    """A server that changes the bytes of every file, told how many it has sent."""
    sent = count()

    def tamper(request: Request, send: Forward) -> Response:
        response = send(request)
        if not request.path.startswith("/bls-download/"):
            return response
        content = response.body if isinstance(response.body, bytes) else b"".join(response.body)
        changed = change(content, next(sent))
        return Response(response.status, {**response.headers, "content-length": str(len(changed))}, changed)

    return tamper


@pytest.mark.parametrize(
    ("clause_id", "change", "reason"),
    [
        ("same", lambda content, sent: content + b"\n" * sent, "the same {} bytes again"),
        ("format", lambda content, _: content.replace(b'""', b"'"), "the values of another format in csv"),
        (
            "format",
            lambda content, _: content if content[:1] == b"{" else content.replace("ä".encode(), b"?"),
            "the values of another format in csv",
        ),
        ("format", lambda content, sent: content[: -100 * sent or None], "a file that is csv"),
        ("query", lambda content, _: content or b'{"status":1}\n', "rows alone that match match method:nowhere0"),
    ],
    ids=["grows", "quotes", "letters", "cut", "never-empty"],
)
def test_a_file_that_is_not_what_it_was_breaks_the_clause(
    clause_id: str, change: Callable[[bytes, int], bytes], reason: str
) -> None:
    found = judged_behind(f"baidu-bls/{clause_id}/file", changed_file(change))
    assert found.verdict is Verdict.BROKEN
    assert found.reason.startswith(reason.partition("{")[0])


def test_a_failure_tells_what_the_file_is_not() -> None:
    assert said(bent("huawei-iotda/archive/file", "tar.gz"))[-2:] == [
        "  expected  a file that is xls in a zip",
        "  received  the file is no intact zip: File is not a zip file",
    ]
