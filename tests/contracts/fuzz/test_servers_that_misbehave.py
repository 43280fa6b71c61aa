"""Are servers found out that are wrong in ways that no spec can say?"""

from typing import Any

import pytest

from contracts.calls.client import Api, Run
from contracts.check import Broken, NotObserved
from contracts.checks.fuzzing import (
    answers_generated_requests_as_documented,
    keeps_its_word_over_sequences_of_calls,
    refuses_generated_requests_that_are_wrong,
)
from contracts.fuzz.run import fuzz
from contracts.fuzz.sequences import fuzz_sequences
from openapi.messages import Request, Response
from tests.contracts.bent import clause, spec
from tests.contracts.fuzz.tampering import Forward, Tamper, action, change_json, forward, tampered

CLS = "tencent-cls"
FEW = Run(seed=1, max_examples=6)


def api_of(tamper: Tamper = forward, name: str = CLS, run: Run = FEW) -> Api:
    return Api(tampered(spec(name), tamper)[0], spec(name), run=run)


def test_the_same_seed_sends_the_same_bytes() -> None:
    runs = []
    for _ in range(2):
        target, sent = tampered(spec(CLS))
        api = Api(target, spec(CLS), run=Run(seed=5, max_examples=6))
        fuzz(api, api.operation("DeleteExport"))
        fuzz_sequences(api)
        runs.append(sent)
    assert len(runs[0]) > 50
    assert runs[0] == runs[1]


def test_a_server_that_lets_everybody_in_breaks_the_clause_of_the_signature() -> None:
    def let_in(request: Request, send: Forward) -> Response:
        kept = {name: value for name, value in request.headers.items() if name != "authorization"}
        return send(
            Request(request.method, request.path, request.query, {**kept, "x-auth-token": "TOKENEXAMPLE"}, request.body)
        )

    api = api_of(let_in, "huawei-workspace")
    found = fuzz(api, api.operation("ListExportTasks")).of("huawei-workspace/x-auth-token/signature")
    assert [each.expected for each in found] == [
        "refused without credentials",
        "refused with a signature of another secret",
    ]


def test_a_page_in_place_of_a_refusal_breaks_the_form_of_refusals() -> None:
    def answer_html(request: Request, send: Forward) -> Response:
        answer = send(request)
        if b'"Error"' in bytes(answer.body if isinstance(answer.body, bytes) else b""):
            return Response(400, {"content-type": "text/html"}, b"<h1>Bad Request</h1>")
        return answer

    api = api_of(answer_html)
    broken = {each.clause for each in fuzz(api, api.operation("DescribeExports")).refusal}
    assert {f"{CLS}/refusal/response-schema", f"{CLS}/refusal/content-type"} <= broken


def test_an_id_of_the_request_that_comes_again_breaks_its_clause() -> None:
    def repeat(request: Request, send: Forward) -> Response:
        return change_json(send(request), lambda body: {"Response": {**body["Response"], "RequestId": "always"}})

    api = api_of(repeat)
    broken = {each.clause for each in fuzz(api, api.operation("DescribeExports")).found.values()}
    assert f"{CLS}/DescribeExports/RequestId/request-id" in broken


def test_a_server_that_deletes_nothing_is_found_out_by_a_sequence() -> None:
    def delete_nothing(request: Request, send: Forward) -> Response:
        is_owner = "AKIDEXAMPLE" in request.headers["authorization"]
        if action(request) == "DeleteExport" and is_owner:
            answer = send(Request(request.method, request.path, request.query, request.headers, b"{}"))
            return change_json(answer, lambda body: {"Response": {"RequestId": body["Response"]["RequestId"]}})
        return send(request)

    with pytest.raises(Broken, match=r"deleted"):
        keeps_its_word_over_sequences_of_calls(
            api_of(delete_nothing, run=Run(seed=1, max_examples=40)), clause(f"{CLS}/sequences")
        )


def test_a_server_that_keeps_its_word_holds_the_fuzzed_clauses() -> None:
    api = api_of()
    answers_generated_requests_as_documented(api, clause(f"{CLS}/DeleteExport/conformance"))
    refuses_generated_requests_that_are_wrong(api, clause(f"{CLS}/DeleteExport/refusal"))
    keeps_its_word_over_sequences_of_calls(api, clause(f"{CLS}/sequences"))
    assert api.exchanges


def test_both_clauses_of_an_operation_are_judged_by_one_run() -> None:
    target, sent = tampered(spec(CLS))
    api = Api(target, spec(CLS), run=FEW)
    answers_generated_requests_as_documented(api, clause(f"{CLS}/DescribeExports/conformance"))
    count = len(sent)
    refuses_generated_requests_that_are_wrong(api, clause(f"{CLS}/DescribeExports/refusal"))
    assert len(sent) == count > 0


def test_an_operation_of_which_no_call_succeeds_is_not_observed() -> None:
    def refuse(request: Request, send: Forward) -> Response:
        body: Any = b"{}" if action(request) == "DescribeExports" else request.body
        return send(Request(request.method, request.path, request.query, request.headers, body))

    with pytest.raises(NotObserved, match="no call succeeded"):
        refuses_generated_requests_that_are_wrong(api_of(refuse), clause(f"{CLS}/DescribeExports/refusal"))
