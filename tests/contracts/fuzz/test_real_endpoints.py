"""Are generated requests fair to a server that is no mock, and do they still find what is wrong with it?"""

import pytest

from contracts.judgement import Judgement, Verdict
from tests.contracts.standin.behaviour import Behaviour, Fault
from tests.contracts.standin.verdicts import API, judging


def judged(name: str, fault: Fault | None = None) -> Judgement:
    with judging(Behaviour(fault), patience=20) as judge:
        return judge(name)


@pytest.mark.parametrize("name", ["sequences", "CreateExportTask/refusal", "CreateExportTask/robustness"])
def test_an_honest_server_with_codes_and_times_of_its_own_keeps_its_word(name: str) -> None:
    found = judged(name)
    assert found.verdict is Verdict.HELD, found.reason


def test_a_list_with_everybodys_tasks_is_found_out_by_sequences() -> None:
    found = judged("sequences", Fault.EVERYBODYS_TASKS)
    assert [each.clause for each in found.findings] == [f"{API}/ListExportTasks/isolation"]


def test_what_hostile_requests_do_to_it_is_told_but_breaks_nothing_that_is_documented() -> None:
    found = judged("ListExportTasks/robustness", Fault.CRASH_ON_A_QUOTE)
    assert found.verdict is Verdict.NOT_OBSERVED
    assert found.reason.startswith("nobody documents it, and the server does otherwise: ")
