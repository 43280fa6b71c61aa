"""Each fault of the stand-in breaks the clause that promises the opposite, and none that promises something else."""

import pytest

from contracts.judgement import Verdict
from tests.contracts.standin.behaviour import Behaviour, Fault
from tests.contracts.standin.verdicts import judging

LIST, CREATE, SHOW, DELETE = "ListExportTasks", "CreateExportTask", "ShowExportTask", "DeleteExportTask"
# Fault: the clause that it breaks, what is said to be received, and a clause beside it that is held.
BREAKS = {
    Fault.ONE_TASK_TOO_MANY: ("unfinished-tasks/quota", "201 ", f"{LIST}/limit/maximum"),
    Fault.NOBODY_LEAVES: ("tasks/quota", "it is still there", f"{LIST}/limit/maximum"),
    Fault.FILTER_IGNORED: (f"{LIST}/app_id/filter", "others", f"{LIST}/paging"),
    Fault.OFFSET_IGNORED: (f"{LIST}/paging", "other tasks", f"{LIST}/order"),
    Fault.OLDEST_FIRST: (f"{LIST}/order", "6", f"{LIST}/resource_type/enum"),
    Fault.PAGE_OF_TWENTY: (f"{LIST}/limit/default", "", f"{LIST}/limit/maximum"),
    Fault.TOTAL_OF_THE_PAGE: (f"{LIST}/total", "a total of 1", f"{LIST}/paging"),
    Fault.EVERYBODYS_TASKS: (f"{LIST}/isolation", "", f"{LIST}/total"),
    Fault.PROGRESS_FALLS: ("progress", "", "succeeded/phase"),
    Fault.ENDS_BEFORE_IT_BEGINS: (f"{LIST}/export_tasks[].end_time/time", "end_time", f"{LIST}/status"),
    Fault.CODES_SWAPPED: (f"{CREATE}/IOTDA.000008/error-code", "IOTDA.000006", f"{LIST}/IOTDA.000017/error-code"),
    Fault.LIMIT_OF_51: (f"{LIST}/limit/maximum", "200 ", f"{LIST}/limit/minimum"),
    Fault.FEWER_ROWS: ("format.xls/file", "4", "progress"),
    Fault.SIGNATURES_REMEMBERED: ("sdk-hmac-sha256/signature", "", "skew"),
    Fault.OLD_SIGNATURES: ("skew", "200 ", f"{LIST}/limit/maximum"),
    Fault.ANY_TOKEN: ("x-auth-token/signature", "200 ", "skew"),
    Fault.ONE_REQUEST_ID: (f"{LIST}/X-Request-Id/request-id", "for the second time", f"{LIST}/status"),
    Fault.HTML_ERRORS: (f"{DELETE}/missing-task", "<html>", f"{DELETE}/status"),
    Fault.NO_PAUSE: (f"{SHOW}/rate-limit", "200 ", f"{LIST}/status"),
}
# Where it matters how long a task takes: no machine is so busy that these end too soon. Seconds.
LONG = {Fault.PROGRESS_FALLS: 2.0, Fault.ONE_TASK_TOO_MANY: 60.0}


@pytest.mark.parametrize("fault", BREAKS)
def test_a_fault_breaks_the_clause_that_promises_the_opposite(fault: Fault) -> None:
    name, received, beside = BREAKS[fault]
    with judging(Behaviour(fault, seconds=LONG.get(fault, 0.4))) as judge:
        found, other = judge(name), judge(beside)
    assert (found.verdict, other.verdict) == (Verdict.BROKEN, Verdict.HELD), (found.reason, other.reason)
    assert received in found.received


# Nobody documents these: a server may do otherwise.
DIFFERS = {
    Fault.CHARSET: f"{LIST}/content-type",
    Fault.CRASH_ON_A_QUOTE: f"{LIST}/robustness",
}


@pytest.mark.parametrize("fault", DIFFERS)
def test_what_nobody_documents_is_told_and_broken_by_nothing(fault: Fault) -> None:
    patience = 12 if fault is Fault.CRASH_ON_A_QUOTE else 4  # seconds; an error of the server is asked about again
    with judging(Behaviour(fault), patience=patience) as judge:
        found = judge(DIFFERS[fault])
    assert found.verdict is Verdict.NOT_OBSERVED
    assert found.reason.startswith("nobody documents it, and the server does otherwise")


def test_a_task_that_never_ends_is_told_and_breaks_nothing() -> None:
    with judging(Behaviour(Fault.NEVER_ENDS), patience=4) as judge:
        found = judge("transition")
    said = "the task did not end in 4 s: --wait-up-to gives it longer"
    assert (found.verdict, found.reason) == (Verdict.NOT_OBSERVED, said)
