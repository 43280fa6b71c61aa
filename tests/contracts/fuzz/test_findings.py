"""Does a finding name the clause that the server breaks, and does a server that keeps its word show none?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from contracts.calls.client import Api, Run
from contracts.check import NotObserved
from contracts.fuzz.finding import Findings
from contracts.fuzz.run import fuzz
from contracts.targets.embedded import open_embedded
from openapi.document import patch
from openapi.loader import spec_of
from tests.contracts.bent import spec

CLS, BLS, IOTDA = "tencent-cls", "baidu-bls", "huawei-iotda"
CREATE = "/paths/~1#X-TC-Action=CreateExport/post"
DELETE = "/paths/~1#X-TC-Action=DeleteExport/post"
REQUEST = "/components/schemas/CreateExportRequest"
COUNT = f"{REQUEST}/properties/Count"
CREATED = "/components/schemas/CreateExportResponse/properties/Response"


def fuzzed(api: str, operation: str, changes: Mapping[str, Any] | None = None, seed: int = 1) -> Findings:
    """What is found about an operation of the spec as it is, on a mock whose spec was changed."""
    own = spec(api)
    served = spec_of(patch(dict(own.document), changes or {}), Path(own.path), {})
    target = open_embedded({api: served}, seed)
    return fuzz(Api(target, own, run=Run(seed=seed, max_examples=6)), own.operations[operation])


@pytest.mark.parametrize(
    ("api", "operation"),
    [
        (CLS, "DescribeExports"),
        (CLS, "DeleteExport"),
        (CLS, "GetExportedFile"),
        (BLS, "ListDownloadTask"),
        (BLS, "GetDownloadTaskLink"),
        ("huawei-clouddc", "ShowLogsExportStatus"),
        (IOTDA, "ListExportTasks"),
        (IOTDA, "ShowExportTask"),
        ("huawei-workspace", "DeleteExportTasks"),
    ],
)
def test_a_server_that_keeps_its_word_shows_no_finding_and_has_real_successes(api: str, operation: str) -> None:
    found = fuzzed(api, operation)
    assert [(each.clause, each.expected, each.received) for each in found.found.values()] == []
    assert found.accepted > 0
    assert found.refused > 0


@pytest.mark.parametrize(
    ("operation", "clause", "changes"),
    [
        ("CreateExport", "CreateExport/Count/maximum", {f"{COUNT}/maximum": 60_000_000}),
        ("CreateExport", "CreateExport/Count/minimum", {f"{COUNT}/minimum": -1}),
        ("CreateExport", "CreateExport/TopicId/required", {f"{REQUEST}/required/0": None}),
        ("CreateExport", "CreateExport/Format/enum", {f"{REQUEST}/properties/Format/enum": None}),
        ("CreateExport", "CreateExport/From+To:ordered/rule", {f"{CREATE}/x-rules": []}),
    ],
)
def test_a_server_that_takes_what_it_has_to_refuse_breaks_the_clause_that_forbids_it(
    operation: str, clause: str, changes: Mapping[str, Any]
) -> None:
    assert fuzzed(CLS, operation, changes).of(f"{CLS}/{clause}")


@pytest.mark.parametrize(
    ("operation", "clause", "changes"),
    [
        ("CreateExport", "CreateExport/Count/maximum", {f"{COUNT}/maximum": 40_000_000}),
        (
            "CreateExport",
            "CreateExport/response-schema",
            {f"{CREATED}/required": ["RequestId"], f"{CREATED}/properties/ExportId": None},
        ),
        (
            "CreateExport",
            "CreateExport/response-schema",
            {f"{CREATED}/properties/Extra": {"type": "string", "x-value": "more", "x-cite": {"assumed": "a test"}}},
        ),
        ("CreateExport", "CreateExport/status", {f"{CREATE}/responses": {"202": "moved"}}),
        ("DeleteExport", "DeleteExport/content-type", {f"{DELETE}/responses/200/content": "moved"}),
    ],
)
def test_a_server_that_answers_otherwise_breaks_the_clause_that_documents_the_answer(
    operation: str, clause: str, changes: Mapping[str, Any]
) -> None:
    document = spec(CLS).document
    if changes.get(f"{CREATE}/responses"):
        stated = document["paths"]["/#X-TC-Action=CreateExport"]["post"]["responses"]
        changes = {f"{CREATE}/responses": {"202": stated["200"]}}
    if changes.get(f"{DELETE}/responses/200/content"):
        stated = document["paths"]["/#X-TC-Action=DeleteExport"]["post"]["responses"]["200"]["content"]
        changes = {f"{DELETE}/responses/200/content": {"application/json; charset=utf-8": stated["application/json"]}}
    found = fuzzed(CLS, operation, changes)
    assert f"{CLS}/{clause}" in {each.clause for each in found.conformance}


def test_a_refusal_with_another_status_than_its_code_has_breaks_the_clause_of_the_code() -> None:
    codes = spec(CLS).document["x-error-codes"]
    index = next(i for i, each in enumerate(codes) if each["code"] == "InvalidParameter" and "invalid" in each["when"])
    found = fuzzed(CLS, "DescribeExports", {f"/x-error-codes/{index}/status": 400})
    assert [each.received for each in found.of(f"{CLS}/DescribeExports/InvalidParameter/error-code")] == ["status 400"]


def test_a_finding_shows_the_request_that_shows_it_and_a_line_that_repeats_it() -> None:
    (finding, *_) = fuzzed(CLS, "CreateExport", {f"{COUNT}/maximum": 60_000_000}).of(
        f"{CLS}/CreateExport/Count/maximum"
    )
    assert b"50000001" in finding.reply.exchange.request.body
    assert "50000001" in finding.reply.exchange.curl()
    assert finding.is_refusal


def test_an_operation_that_nothing_can_be_asked_of_is_not_observed() -> None:
    with pytest.raises(NotObserved, match="refused"):
        fuzzed(CLS, "DeleteExport", {"/x-quotas/0/limit": 0})
