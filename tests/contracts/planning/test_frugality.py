"""A small budget tells much: cheap clauses are judged first, and answers and tasks are shared."""

from collections import Counter
from pathlib import Path

import pytest

from contracts.calls.client import Reply, Run
from contracts.calls.shared import FINISHED, SPARE
from contracts.frugality import ORDER, cheap_first, is_modest
from contracts.judgement import Judgement, Verdict
from contracts.planning.rehearsal import RehearsedSuite, perform
from contracts.profiles import Budget
from contracts.safety.budget import RESERVED, Spending, TasksSpent
from contracts.target import Errand
from openapi.clauses import Clause, ClauseKind
from tests.contracts.bent import spec
from tests.contracts.planning.plans import API, write

ALLOW = {"create": True, "delete": True, "download": True}


def suite(folder: Path, budget: Budget | None = None) -> RehearsedSuite:
    """A run that may do everything but exceed limits, on an honest server."""
    found = RehearsedSuite((API,), "", str(write(folder, allow=ALLOW)), Run(max_examples=5))
    found.__dict__["specs"] = {API: spec(API)}
    if budget is not None:
        found.stage.guard.spending.budget = budget
    return found


def clause(of: RehearsedSuite, name: str) -> Clause:
    return next(each for each in of.clauses if each.id == f"{API}/{name}")


def judged(of: RehearsedSuite, name: str) -> tuple[Judgement, int, int]:
    """The verdict on a clause, and the requests and tasks that it took."""
    _ = of.target
    spending = of.stage.guard.spending
    requests, tasks = spending.requests, spending.tasks
    found = of.judge(clause(of, name))
    return found, spending.requests - requests, spending.tasks - tasks


def test_every_kind_has_its_place() -> None:
    assert Counter(ORDER) == Counter(ClauseKind)


def test_clauses_of_a_kind_stay_as_they_stand(tmp_path: Path) -> None:
    clauses = suite(tmp_path).clauses
    for kind in ClauseKind:
        own = [each for each in clauses if each.kind is kind]
        assert [each for each in cheap_first(clauses) if each.kind is kind] == own


def test_the_budget_of_a_first_run_holds_most_of_what_is_cheap(tmp_path: Path) -> None:
    """Measured: 87 of 283; as they stand in the spec, and with nothing shared, it was 35."""
    own = suite(tmp_path, Budget())
    chosen = [each for each in own.clauses if each.kind not in ORDER[-1:] and is_modest(each)]
    found = perform(own, cheap_first(chosen))
    verdicts = Counter(step.verdict for step in found.steps)
    assert verdicts[Verdict.BROKEN] == 0
    assert verdicts[Verdict.HELD] >= 80
    assert (found.spending.requests, found.spending.tasks) <= (300, 5)


def test_an_answer_is_asked_for_once(tmp_path: Path) -> None:
    own = suite(tmp_path)
    first, _, tasks = judged(own, "CreateExport/status")
    second, requests, _ = judged(own, "CreateExport/content-type")
    assert (first.verdict, second.verdict, tasks, requests) == (Verdict.HELD, Verdict.HELD, 1, 0)
    assert second.evidence == first.evidence


def test_a_refusal_is_provoked_once(tmp_path: Path) -> None:
    own = suite(tmp_path)
    judged(own, "refusal/content-type")
    found, requests, _ = judged(own, "refusal:RequestId/request-id")
    assert (found.verdict, requests) == (Verdict.HELD, 0)


def test_a_task_serves_several_clauses_and_is_removed_at_the_end(tmp_path: Path) -> None:
    own = suite(tmp_path)
    made = [judged(own, f"GetExportedFile/{name}")[2] for name in ("status", "content-type", "date/pattern")]
    assert sum(made) == 1
    assert own.target.journal is not None
    assert len(list(own.target.journal.open_entries())) == 1
    journal = own.target.journal
    own.close()
    assert list(journal.open_entries()) == []


def test_what_is_shared_never_breaks_a_promise(tmp_path: Path) -> None:
    own = suite(tmp_path)
    judged(own, "DescribeExports/status")
    shared = next(iter((own.shared or {}).values()))
    key = ("first", "DescribeExports")
    wrong = shared.answers[key]
    shared.answers[key] = Reply(wrong.status, {}, b"", None, wrong.accepted, wrong.values, wrong.exchange)
    assert judged(own, "DescribeExports/content-type")[0].verdict is Verdict.HELD


@pytest.mark.parametrize("use", [FINISHED, SPARE])
def test_a_shared_task_that_has_gone_is_replaced(use: str, tmp_path: Path) -> None:
    own = suite(tmp_path)
    judged(own, "CreateExport/status")
    shared = next(iter((own.shared or {}).values()))
    shared.clear()
    shared.keep("first", use, "00000000-0000-4000-8000-000000000000", {})
    name = "GetExportedFile/status" if use == FINISHED else "DeleteExport/status"
    assert judged(own, name)[0].verdict is Verdict.HELD


def test_a_bound_is_held_in_part_where_no_task_is_to_spare(tmp_path: Path) -> None:
    own = suite(tmp_path, Budget(tasks=RESERVED + 1))
    found, _, tasks = judged(own, "CreateExport/Count/maximum")
    assert (found.verdict, tasks) == (Verdict.HELD, 1)
    assert found.reason == (
        "seen in part: other values that are accepted were not tried: "
        f"the last {RESERVED} of {RESERVED + 1} tasks are kept for what needs one"
    )


def test_the_last_tasks_are_kept_for_what_needs_one() -> None:
    api = spec(API)
    needed = Errand(api, api.operations["CreateExport"])
    spare = Errand(api, api.operations["CreateExport"], is_spare=True)
    spending = Spending(Budget(tasks=RESERVED + 1), lambda: 0.0)
    spending.spend(spare)
    with pytest.raises(TasksSpent, match=f"the last {RESERVED} of {RESERVED + 1} tasks are kept"):
        spending.spend(spare)
    for _ in range(RESERVED):
        spending.spend(needed)
    with pytest.raises(TasksSpent, match=f"the budget of {RESERVED + 1} tasks is spent"):
        spending.spend(needed)
