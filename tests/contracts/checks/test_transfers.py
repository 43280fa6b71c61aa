"""The checks of parts of files, conditions, and HEAD."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.calls.client import Api, Run
from contracts.judgement import Judgement, Verdict, judge
from contracts.targets.embedded import open_embedded
from openapi.clauses import ClauseKind, clauses
from openapi.loader import load
from openapi.messages import Request, Response
from tests.contracts.bent import bent
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.tampered import judged_behind, whole_file
from tests.contracts.checks.verdicts import HELD, clauses_of, verdict
from tests.contracts.fuzz.tampering import Forward, tampered

ALL = clauses_of(ClauseKind.RANGES, ClauseKind.CONDITIONS, ClauseKind.HEAD)
RANGES, CONDITIONS = "tencent-cls/GetExportedFile/ranges", "tencent-cls/GetExportedFile/conditions"
OWN = Path(__file__).parents[1] / "acme-reports.yaml"


def off_by_one(request: Request, send: Forward) -> Response:
    asked = request.headers.get("range", "")
    first, dash, last = asked.removeprefix("bytes=").partition("-")
    if not first or last in {"", first}:
        return send(request)
    return send(replace(request, headers={**request.headers, "range": f"bytes={first}{dash}{int(last) - 1}"}))


def without(name: str) -> Callable[[Request, Forward], Response]:
    def tamper(request: Request, send: Forward) -> Response:
        response = send(request)
        return replace(response, headers={key: value for key, value in response.headers.items() if key != name})

    return tamper


def as_an_error(request: Request, send: Forward) -> Response:
    """Answers 400 to what has a status of its own."""
    response = send(request)
    return replace(response, status=400) if response.status in {412, 416} else response


def same_tag(request: Request, send: Forward) -> Response:
    """Takes every file for the one that the caller has, once a part of it is asked for."""
    headers = {name: value for name, value in request.headers.items() if name != "if-range"}
    return send(replace(request, headers=headers))


@pytest.mark.parametrize("clause_id", ALL)
def test_a_clause_is_held_by_the_mock(clause_id: str) -> None:
    assert verdict(clause_id) == HELD


@pytest.mark.parametrize("clause_id", ALL)
def test_a_server_that_does_not_offer_it_breaks_the_clause(clause_id: str) -> None:
    assert bent(clause_id, None).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("clause_id", "tamper", "expected"),
    [
        (RANGES, whole_file, "the status 206 for the bytes 0 to 0 of "),
        (RANGES, off_by_one, "the bytes 0 to 9 of "),
        (RANGES, without("content-range"), "Content-Range: bytes 0-0/"),
        (RANGES, as_an_error, "the status 416: the bytes from "),
        (CONDITIONS, whole_file, 'the status 304 and no body: if-none-match: "'),
        (CONDITIONS, without("etag"), "an ETag and a Last-Modified"),
        (CONDITIONS, same_tag, "the whole file: if-range: "),
    ],
)
def test_a_server_that_errs_breaks_the_clause(
    clause_id: str, tamper: Callable[[Request, Forward], Response], expected: str
) -> None:
    found = judged_behind(clause_id, tamper)
    assert found.verdict is Verdict.BROKEN
    assert found.reason.startswith(expected)


@pytest.mark.parametrize("clause_id", ALL)
def test_a_foreign_server_is_judged_too(clause_id: str) -> None:
    assert judged_from_outside(clause_id).verdict is Verdict.HELD


def head_judged(tamper: Callable[[Request, Forward], Response] | None = None) -> Judgement:
    """The verdict on HEAD of an API whose download is no link."""
    served = load(OWN)
    found = next(each for each in clauses(served) if each.kind is ClauseKind.HEAD)
    target = tampered(served, tamper)[0] if tamper else open_embedded({served.name: served})
    return judge(found, lambda: Api(target, served, run=Run()))


def test_head_is_held_by_the_mock() -> None:
    assert (head_judged().verdict, head_judged().reason) == (Verdict.HELD, "")


def test_a_head_with_a_body_breaks_the_clause() -> None:
    def tamper(request: Request, send: Forward) -> Response:
        return send(replace(request, method="GET") if request.method == "HEAD" else request)

    assert head_judged(tamper).reason == "no body"


def test_a_head_of_another_length_breaks_the_clause() -> None:
    def tamper(request: Request, send: Forward) -> Response:
        response = send(request)
        return (
            replace(response, headers={**response.headers, "content-length": "1"})
            if request.method == "HEAD"
            else response
        )

    assert head_judged(tamper).reason.startswith("the content-length of GET, ")
