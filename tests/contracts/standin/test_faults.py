"""Each fault of the stand-in breaks the clause that promises the opposite, and no clause that has nothing to do with it."""

from pathlib import Path

import pytest

from tests.contracts.standin.behaviour import Behaviour, Fault
from tests.contracts.standin.verdicts import judged

LIST, CREATE, SHOW, DELETE = "ListExportTasks", "CreateExportTask", "ShowExportTask", "DeleteExportTask"
# Fault: what is judged, and which clauses have to be broken by it.
CASES = {
    Fault.ONE_TASK_TOO_MANY: ("quota", {"unfinished-tasks/quota"}),
    Fault.NOBODY_LEAVES: ("quota", {"tasks/quota"}),
    Fault.FILTER_IGNORED: ("filter", {f"{LIST}/app_id/filter"}),
    Fault.OFFSET_IGNORED: ("paging or offset", {f"{LIST}/paging"}),
    Fault.OLDEST_FIRST: ("ListExportTasks and order", {f"{LIST}/order"}),
    Fault.PAGE_OF_TWENTY: ("limit and default", {f"{LIST}/limit/default"}),
    Fault.TOTAL_OF_THE_PAGE: ("total", {f"{LIST}/total"}),
    Fault.PROGRESS_FALLS: ("progress", {"progress"}),
    Fault.ENDS_BEFORE_IT_BEGINS: ("response-schema and documented", {f"{LIST}/response-schema"}),
    Fault.CODES_SWAPPED: (
        "000008 or 000006",
        {f"{CREATE}/IOTDA.000008/error-code", f"{CREATE}/IOTDA.000006/error-code"},
    ),
    Fault.LIMIT_OF_51: ("ListExportTasks and limit and not default", {f"{LIST}/limit/maximum"}),
    Fault.FEWER_ROWS: ("file and xls", {"format.xls/file"}),
    Fault.BODY_UNSIGNED: ("sdk-hmac", {"sdk-hmac-sha256/signature"}),
    Fault.OLD_SIGNATURES: ("skew", {"skew"}),
    Fault.ANY_TOKEN: ("x-auth-token", {"x-auth-token/signature"}),
    Fault.ONE_REQUEST_ID: ("ListExportTasks and request-id", {f"{LIST}/X-Request-Id/request-id"}),
    Fault.HTML_ERRORS: ("DeleteExportTask and missing", {f"{DELETE}/missing-task"}),
    Fault.NO_PAUSE: ("ShowExportTask and rate-limit and not 2", {f"{SHOW}/rate-limit"}),
}


@pytest.mark.parametrize("fault", CASES)
def test_a_fault_breaks_its_clause_and_no_other(fault: Fault, tmp_path: Path) -> None:
    selection, wanted = CASES[fault]
    slow = Behaviour(fault, seconds=1.5 if fault is Fault.PROGRESS_FALLS else 0.4, pause=30)
    found = judged(slow, tmp_path, "-k", selection, "--wait-up-to", "10")
    assert found.ids("broken") == wanted, found.output
    assert found.code == 1
