"""What is removed by a journal: all that is surely the run's own, and nothing of anybody else."""

from pathlib import Path

import pytest

from contracts.calls.client import Api
from contracts.check import Check
from contracts.judgement import Verdict, judge, run_check
from contracts.safety.journal import State
from contracts.situations.tasks import create, creators, listed, naming, start, with_resources
from contracts.situations.variations import variations
from contracts.target import Unreachable
from openapi.clauses import Clause
from openapi.document import patch
from openapi.loader import spec_of
from openapi.model import Action, Spec
from tests.contracts.bent import clause, spec
from tests.contracts.safety.journaled import Journaled, remover, served, stranger

LISTED = ("tencent-cls", "baidu-bls", "huawei-iotda")  # APIs whose lists tell what a task was created with


def ids(target: Journaled) -> set[str]:
    """The tasks on the server, whoever created them."""
    return {str(each["task.id"]) for each in listed(stranger(target))}


def lose(target: Journaled, *, arrives: bool = True) -> None:
    """A creation whose answer gets lost."""
    with target.losing(arrives=arrives), pytest.raises(Unreachable):
        create(Api(target, target.spec))


def states(target: Journaled) -> list[State]:
    return [each.state for each in target.kept.entries]


@pytest.mark.parametrize("name", [*LISTED, "huawei-workspace"])
def test_what_was_made_is_removed(tmp_path: Path, name: str) -> None:
    target = served(spec(name), tmp_path)
    api = Api(target, target.spec)
    for given in variations(api, creators(api)[0], 2):
        start(api, arguments=given)
    assert len(ids(target)) == 2
    remover(target).remove_made(name)
    assert (ids(target), states(target)) == (set(), [State.REMOVED] * 2)


def test_what_a_check_created_is_deleted_when_it_ends(tmp_path: Path) -> None:
    target = served(spec("tencent-cls"), tmp_path)
    found = judge(clause("tencent-cls/CreateExport/status"), lambda: Api(target, target.spec))
    assert (found.verdict, len(target.kept.entries), ids(target)) == (Verdict.HELD, 1, set())


def test_what_a_check_created_is_deleted_when_it_fails(tmp_path: Path) -> None:
    target, own = served(spec("tencent-cls"), tmp_path), clause("tencent-cls/CreateExport/status")

    def fail(api: Api, _: Clause) -> None:
        start(api)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_check(own, Check("fail", fail, lambda _: True), lambda: Api(target, target.spec))
    assert (len(target.kept.entries), ids(target)) == (1, set())


@pytest.mark.parametrize("name", LISTED)
def test_what_is_gone_already_counts_as_removed(tmp_path: Path, name: str) -> None:
    target = served(spec(name), tmp_path)
    task = start(Api(target, target.spec))
    deletion = next(each for each in target.spec.operations.values() if each.action is Action.DELETE)
    other = stranger(target)
    other.call(deletion, naming(deletion, task, with_resources(other, deletion)))
    remover(target).remove_all()
    assert states(target) == [State.REMOVED]


@pytest.mark.parametrize("name", LISTED)
def test_a_creation_whose_answer_was_lost_is_found_and_removed(tmp_path: Path, name: str) -> None:
    target = served(spec(name), tmp_path)
    lose(target)
    assert (len(ids(target)), states(target)) == (1, [State.UNKNOWN])
    remover(target).remove_all()
    assert (ids(target), states(target)) == (set(), [State.REMOVED])


@pytest.mark.parametrize("name", [*LISTED, "huawei-workspace"])
def test_a_creation_that_never_arrived_is_told_as_absent(tmp_path: Path, name: str) -> None:
    target = served(spec(name), tmp_path)
    lose(target, arrives=False)
    remover(target).remove_all()
    assert states(target) == [State.ABSENT]


@pytest.mark.parametrize("name", LISTED)
def test_somebody_elses_task_stays(tmp_path: Path, name: str) -> None:
    target = served(spec(name), tmp_path)
    api = stranger(target)
    given = variations(api, creators(api)[0], 2)[1] | ({"Count": 7} if name == "tencent-cls" else {})
    given |= {"name": "theirs"} if name == "baidu-bls" else {}
    theirs = start(api, arguments=given)
    lose(target)
    remover(target).remove_all()
    assert (ids(target), states(target)) == ({theirs}, [State.REMOVED])


def test_two_that_fit_one_creation_are_both_left_and_named(tmp_path: Path) -> None:
    target = served(spec("baidu-bls"), tmp_path)
    lose(target)
    theirs = start(stranger(target))
    tidy = remover(target)
    tidy.remove_all()
    assert (len(ids(target)), states(target)) == (2, [State.LEFT])
    assert target.kept.entries[0].why == "its creation was not answered: 2 tasks fit, and 1 had no answer"
    assert {each.task for each in tidy.candidates[1]} == ids(target)
    assert theirs in ids(target)


def test_a_candidate_that_somebody_claims_is_removed_and_no_other(tmp_path: Path) -> None:
    target = served(spec("baidu-bls"), tmp_path)
    theirs = start(stranger(target))
    lose(target)
    own = ids(target) - {theirs}
    tidy = remover(target)
    tidy.claimed = frozenset(own)
    tidy.remove_all()
    assert (ids(target), states(target)) == ({theirs}, [State.REMOVED])


def test_a_candidate_that_is_said_to_be_foreign_decides_the_rest(tmp_path: Path) -> None:
    target = served(spec("baidu-bls"), tmp_path)
    theirs = start(stranger(target))
    lose(target)
    tidy = remover(target)
    tidy.foreign = frozenset({theirs})
    tidy.remove_all()
    assert (ids(target), states(target)) == ({theirs}, [State.REMOVED])


def test_where_somebody_asks_for_the_same_at_other_times_nothing_is_removed(tmp_path: Path) -> None:
    target = served(spec("baidu-bls"), tmp_path)
    start(
        stranger(target), arguments={"queryStartTime": "2026-01-01T00:00:00Z", "queryEndTime": "2026-01-02T00:00:00Z"}
    )
    target.wait(3600)
    with target.losing(), pytest.raises(Unreachable):
        create(
            Api(target, target.spec),
            None,
            {"queryStartTime": "2026-01-01T00:00:00Z", "queryEndTime": "2026-01-02T00:00:00Z"},
        )
    remover(target).remove_all()
    assert (len(ids(target)), states(target)) == (2, [State.LEFT])
    assert target.kept.entries[0].why.endswith("somebody asks for the same at other times, too")


def test_a_list_that_tells_nothing_of_the_conditions_shows_candidates(tmp_path: Path) -> None:
    target = served(spec("huawei-workspace"), tmp_path)
    lose(target)
    tidy = remover(target)
    tidy.remove_all()
    assert (len(ids(target)), states(target)) == (1, [State.LEFT])
    assert target.kept.entries[0].why.endswith("what is told of them, or when, does not show whose they are")
    assert [each.task for each in tidy.candidates[1]] == list(ids(target))


def test_an_api_without_a_list_or_deletion_leaves_what_it_says(tmp_path: Path) -> None:
    target = served(spec("huawei-clouddc"), tmp_path)
    start(Api(target, target.spec))
    lose(target)
    remover(target).remove_all()
    assert [each.why for each in target.kept.entries] == [
        "the API offers no deletion of tasks; nobody documents when a task goes by itself",
        "its creation was not answered: the API lists no tasks, so nobody can look for it",
    ]


def test_how_long_a_task_lasts_is_told_where_it_cannot_be_deleted(tmp_path: Path) -> None:
    own = spec("tencent-cls")
    without = patch(dict(own.document), {own.operations["DeleteExport"].pointer: None})
    target = served(spec_of(without, Path(own.path), {}), tmp_path)
    start(Api(target, target.spec))
    remover(target).remove_all()
    assert target.kept.entries[0].why == (
        "the API offers no deletion of tasks; it expires by itself 3 days after its end, as documented: "
        "“Expired: log export expired (valid for 3 days)”"
    )


def test_a_task_that_cannot_be_deleted_while_it_runs_is_waited_for(tmp_path: Path) -> None:
    refusal = {"refuse": "not-finished", "x-cite": {"assumed": "as a test wants it"}}
    target = served(changed("huawei-iotda", "DeleteExportTask", {"queued": refusal, "running": refusal}), tmp_path)
    start(Api(target, target.spec))
    remover(target).remove_all()
    assert (ids(target), states(target)) == (set(), [State.REMOVED])
    assert target.calls.count("DeleteExportTask") == 2


def test_a_task_that_does_not_end_in_time_is_told(tmp_path: Path) -> None:
    refusal = {"refuse": "not-finished", "x-cite": {"assumed": "as a test wants it"}}
    target = served(changed("huawei-iotda", "DeleteExportTask", {"queued": refusal, "running": refusal}), tmp_path)
    start(Api(target, target.spec))
    target.waits_up_to = 1.0
    remover(target).remove_all()
    assert target.kept.entries[0].why == "it was not deleted while it ran, and did not end in 1 s"


def changed(name: str, operation: str, phases: object) -> Spec:
    """A spec in which an operation refuses tasks in some phases."""
    own = spec(name)
    return spec_of(
        patch(dict(own.document), {f"{own.operations[operation].pointer}/x-phases": phases}), Path(own.path), {}
    )


def test_a_server_that_is_gone_leaves_everything_in_the_journal(tmp_path: Path) -> None:
    target = served(spec("tencent-cls"), tmp_path)
    task = start(Api(target, target.spec))

    def vanish(*_: object, **__: object) -> None:
        raise Unreachable("https://here did not answer: Connection refused")

    target.send = vanish  # type: ignore[assignment, method-assign]
    remover(target).remove_all()
    entry = target.kept.entries[0]
    assert (entry.state, entry.task, entry.why) == (State.LEFT, task, "https://here did not answer: Connection refused")


def test_a_journal_that_cannot_be_written_does_not_keep_tasks_from_being_removed(tmp_path: Path) -> None:
    target = served(spec("tencent-cls"), tmp_path)
    api = Api(target, target.spec)
    start(api)
    start(api, arguments={"Count": 7})
    target.kept.close()
    remover(target).remove_all()
    assert (ids(target), states(target)) == (set(), [State.REMOVED] * 2)
    assert "j cannot be written: Bad file descriptor" in target.kept.failure
