"""Are servers found out that hostile requests do harm to, and is nothing said of one that they do none?"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved
from contracts.checks.robustness import answers_hostile_requests_as_documented_and_goes_on as judge_robustness
from contracts.provocations.hostile_requests import Hostility
from contracts.provocations.hostile_values import TEXTS
from contracts.target import Unreachable
from openapi.clauses import ClauseKind, clauses
from openapi.document import patch
from openapi.loader import spec_of
from openapi.messages import Request, Response
from tests.contracts.bent import clause, judged, spec
from tests.contracts.fuzz.tampering import Forward, Tamper, action, tampered

CLS, BLS, WORKSPACE = "tencent-cls", "baidu-bls", "huawei-workspace"
CLAUSE_FILE = Path(spec(CLS).path)
PAGE = Response(502, {"content-type": "text/html"}, b"<html><h1>Bad Gateway</h1></html>")


def api_of(tamper: Tamper, name: str) -> Api:
    return Api(tampered(spec(name), tamper)[0], spec(name))


def judge(clause_id: str, tamper: Tamper) -> None:
    found = clause(clause_id)
    judge_robustness(api_of(tamper, found.api), found)


def when(is_met: Callable[[Request], bool], answer: Callable[[Response], Response]) -> Tamper:
    """A server that answers some requests otherwise."""

    def tamper(request: Request, send: Forward) -> Response:
        return answer(send(request)) if is_met(request) else send(request)

    return tamper


@pytest.mark.parametrize(
    "clause_id",
    [
        f"{CLS}/DescribeExports/robustness",
        f"{CLS}/GetExportedFile/robustness",
        f"{BLS}/CreateDownloadTask/robustness",
        "huawei-clouddc/DownloadServerLogs/robustness",
        "huawei-iotda/ShowExportTask/robustness",
        f"{WORKSPACE}/DeleteExportTasks/robustness",
    ],
)
def test_a_server_that_keeps_its_word_stands_every_attack(clause_id: str) -> None:
    found = judged(clause_id)
    assert (found.verdict, found.reason) == ("held", "")


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (when(lambda r: b"\\u0000" in r.body, lambda _: PAGE), "no error of the server itself: a NUL character in "),
        (when(lambda r: b"1e400" in r.body, lambda _: PAGE), "no error of the server itself: a number beyond every "),
        (
            when(lambda r: r.method == "BREW", lambda _: replace(PAGE, status=405)),
            "the documented success or a documented refusal: the method BREW",
        ),
        (
            when(lambda r: r.headers.get("accept") == "text/html", lambda a: replace(a, headers=PAGE.headers)),
            "content-type: application/json: the header accept: text/html",
        ),
        (
            when(
                lambda r: r.body.startswith(b"\xff\xfe"),
                lambda a: replace(a, body=bytes(a.body).replace(b'"InvalidParameter', b'"Traceback')),  # type: ignore[arg-type]
            ),
            "a documented error code with its status: bytes that are no UTF-8",
        ),
        (
            when(lambda r: len(r.headers) > 40, lambda a: replace(a, status=431)),
            "the documented success or a documented refusal: 40 headers",
        ),
    ],
)
def test_a_server_that_answers_an_attack_otherwise_than_documented_breaks_the_clause(tamper: Tamper, said: str) -> None:
    with pytest.raises(Broken) as broken:
        judge(f"{CLS}/DescribeExports/robustness", tamper)
    assert broken.value.expected.startswith(said)
    assert broken.value.reply is not None


def test_an_error_of_the_server_with_the_status_of_a_success_is_one() -> None:
    error = {"Response": {"Error": {"Code": "InternalError", "Message": "sorry"}, "RequestId": "1"}}
    ill = Response(200, {"content-type": "application/json"}, json.dumps(error).encode())
    with pytest.raises(Broken, match=r"^no error of the server itself: a script in "):
        judge(f"{CLS}/DescribeExports/robustness", when(lambda r: b"<script>" in r.body, lambda _: ill))


def test_a_server_that_an_attack_brings_down_for_good_breaks_the_clause() -> None:
    fallen: list[Request] = []

    def fall(request: Request, send: Forward) -> Response:
        if b"[" * 9999 in request.body:
            fallen.append(request)
        elif fallen and len(request.body) < 1000 and action(request) == "DescribeExports":
            return send(replace(request, body=b"[]"))
        return send(request)

    with pytest.raises(Broken, match=r"^accepted: a call that is right, after \d+ hostile bodies$"):
        judge(f"{CLS}/DescribeExports/robustness", fall)


def test_a_connection_that_an_attack_always_ends_breaks_the_clause() -> None:
    def hang_up(request: Request, send: Forward) -> Response:
        if request.method == "TRACE":
            raise Unreachable("the connection was closed")
        return send(request)

    with pytest.raises(Broken, match=r"^an answer to the method TRACE$") as broken:
        judge(f"{BLS}/DescribeDownloadTask/robustness", hang_up)
    assert broken.value.received == "the connection was closed"


def test_one_bad_answer_that_does_not_come_again_is_noise() -> None:
    seen: list[Request] = []

    def stumble(request: Request, send: Forward) -> Response:
        if request.method == "TRACE":
            seen.append(request)
        return PAGE if len(seen) == 1 and request.method == "TRACE" else send(request)

    judge(f"{BLS}/DescribeDownloadTask/robustness", stumble)
    assert len(seen) > 1


def test_a_server_that_has_gone_altogether_is_not_observed_to_break_anything() -> None:
    seen: list[Request] = []

    def go(request: Request, send: Forward) -> Response:
        seen.append(request)
        if len(seen) > 20:
            raise Unreachable("nobody there")
        return send(request)

    with pytest.raises(Unreachable):
        judge(f"{BLS}/DescribeDownloadTask/robustness", go)


def test_a_server_that_refuses_what_is_right_is_not_attacked() -> None:
    with pytest.raises(NotObserved, match="a request that is right was refused as AuthFailure"):
        judge(f"{CLS}/DescribeExports/robustness", lambda request, send: send(replace(request, body=b"[]")))


def test_no_attack_does_what_another_operation_is_for() -> None:
    bls = spec(BLS)
    operation = bls.operations["DescribeDownloadTask"]
    taken = {each.method for each in bls.operations.values() if each.path == operation.path}
    right = Request(operation.method, operation.path, headers={"host": "example.com"})
    attacks = dict(Hostility(bls, operation, right, {}).series(everything=True))["methods"]
    assert taken == {"GET", "DELETE"}
    assert taken.isdisjoint({each.request.method for each in attacks})


def test_a_real_endpoint_gets_some_of_every_text_and_no_method_that_might_change_something() -> None:
    bls = spec(BLS)
    operation = bls.operations["ListDownloadTask"]
    right = Request(operation.method, operation.path, headers={"host": "example.com"})
    attacks = dict(Hostility(bls, operation, right, {"project": "default"}).series(everything=False))
    assert {each.request.method for each in attacks["methods"]} == {"GET", "HEAD", "OPTIONS", "TRACE", "BREW", "get"}
    assert len(attacks["texts"]) == len(TEXTS)


def test_robustness_is_assumed_unless_a_page_is_cited_for_it() -> None:
    document = dict(spec(CLS).document)
    page = next(iter(document["x-pages"]))
    cited = {"robustness": {"page": page, "reported": "hostile requests are refused"}}
    at_root = spec_of(patch(document, {"/x-cites": {**document.get("x-cites", {}), **cited}}), CLAUSE_FILE, {})
    standings = [
        {each.standing for each in clauses(each_spec) if each.kind is ClauseKind.ROBUSTNESS}
        for each_spec in (spec(CLS), at_root)
    ]
    assert standings == [{"assumed"}, {"documented"}]
