"""Does the control plane see every task, and does a change leave it in a life that it could have had?"""

from typing import Any

import pytest

from mockserver.accounts import FIRST, SECOND
from openapi.model import Action, Phase
from tests.mockserver.cloud import START, Cloud, specs

PROJECT = FIRST.project
WORDED = [
    pytest.param(spec.name, phase, id=f"{spec.name}/{phase}")
    for spec in specs().values()
    if spec.lifecycle
    for phase in spec.lifecycle.words
]
WORDLESS = [
    pytest.param(spec.name, phase, id=f"{spec.name}/{phase}")
    for spec in specs().values()
    if spec.lifecycle
    for phase in Phase
    if phase not in spec.lifecycle.words
]


def create(cloud: Cloud, api: str) -> str:
    """The id of a new task."""
    creator = next(each for each in specs()[api].operations.values() if each.action is Action.CREATE)
    cloud.example(api, creator.id)
    return str(cloud.engine.inspection.tasks(api)[-1]["id"])


def put(cloud: Cloud, task_id: str, **changes: Any) -> dict[str, Any]:
    return cloud.engine.inspection.put_task(task_id, changes)


def test_tasks_of_all_accounts_are_shown_or_those_that_are_asked_for(cloud: Cloud) -> None:
    cloud.example("tencent-cls", "CreateExport")
    cloud.example("tencent-cls", "CreateExport", SECOND)
    cloud.example("baidu-bls", "CreateDownloadTask")
    inspect = cloud.engine.inspection.tasks
    assert [len(inspect(*asked)) for asked in ((), ("tencent-cls",), ("tencent-cls", SECOND.number))] == [3, 2, 1]


def test_a_task_is_shown_with_its_timetable_and_its_word(cloud: Cloud) -> None:
    create(cloud, "tencent-cls")
    (shown,) = cloud.engine.inspection.tasks()
    assert (shown["phase"], shown["word"], shown["progress"]) == ("queued", "Queuing", 0)
    assert [shown[name] - START for name in ("created", "starts", "ends", "next")] == [0, 2, 10, 2]
    assert shown["arguments"]["Query"] == "status:200"


@pytest.mark.parametrize("before", ["queued", "running", "succeeded"])
@pytest.mark.parametrize(("api", "wanted"), WORDED)
def test_a_task_can_be_put_into_any_phase_from_any_other(cloud: Cloud, api: str, wanted: Phase, before: str) -> None:
    task_id = create(cloud, api)
    put(cloud, task_id, phase=before)
    shown = put(cloud, task_id, phase=wanted)
    assert (shown["phase"], shown["word"]) == (wanted, specs()[api].lifecycle.words[wanted])  # type: ignore[union-attr]
    for each in (o for o in specs()[api].operations.values() if o.action is Action.LIST):
        assert cloud.example(api, each.id).status == 200


@pytest.mark.parametrize(("api", "wanted"), WORDED)
def test_a_task_that_was_put_into_a_phase_lives_on_from_there(cloud: Cloud, api: str, wanted: Phase) -> None:
    task_id = create(cloud, api)
    put(cloud, task_id, phase="expired" if "expired" in specs()[api].lifecycle.words else "succeeded")  # type: ignore[union-attr]
    put(cloud, task_id, phase=wanted)
    cloud.wait(60)
    ended = {Phase.FAILED: "failed", Phase.EXPIRED: "expired"}.get(wanted, "succeeded")
    assert cloud.engine.inspection.tasks()[0]["phase"] == ended


@pytest.mark.parametrize(("api", "wanted"), WORDLESS)
def test_a_task_is_never_in_a_phase_that_its_provider_has_no_word_for(cloud: Cloud, api: str, wanted: Phase) -> None:
    task_id = create(cloud, api)
    with pytest.raises(ValueError, match=f"tasks of {api} are never '{wanted}'; they are"):
        put(cloud, task_id, phase=wanted)
    assert cloud.engine.inspection.tasks()[0]["phase"] == "queued"


def test_a_task_can_be_made_to_fail_with_a_reason(cloud: Cloud) -> None:
    task_id = create(cloud, "baidu-bls")
    put(cloud, task_id, failure={"code": "Broken", "message": "The disk is full."})
    cloud.wait(60)
    task = cloud.call("baidu-bls", "DescribeDownloadTask", uuid=task_id).json["result"]["task"]
    assert (task["state"], task["failedCode"], task["failedMessage"]) == ("FAILED", "Broken", "The disk is full.")


def test_an_outcome_is_that_of_the_end(cloud: Cloud) -> None:
    task_id = create(cloud, "tencent-cls")
    assert put(cloud, task_id, outcome="failed")["phase"] == "queued"
    cloud.wait(60)
    assert cloud.engine.inspection.tasks()[0]["phase"] == "failed"


def test_an_end_can_be_moved(cloud: Cloud) -> None:
    task_id = create(cloud, "huawei-iotda")
    assert put(cloud, task_id, ends=START + 100)["ends"] == START + 100
    cloud.wait(99)
    assert cloud.engine.inspection.tasks()[0]["phase"] == "running"
    cloud.wait(1)
    assert cloud.engine.inspection.tasks()[0]["phase"] == "succeeded"


def test_a_moved_end_counts_for_the_quota(cloud: Cloud) -> None:
    task_id = create(cloud, "huawei-iotda")
    put(cloud, task_id, ends=START + 1000)
    cloud.wait(60)
    with cloud.engine.store.holdings("huawei-iotda", FIRST.number) as holdings:
        assert holdings.count_unfinished(cloud.clock.now()) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "unknown change 'colour'; there are outcome, phase, ends, failure, expired"),
        ({"outcome": "running"}, "a task ends as succeeded or failed, not as 'running'"),
        ({"phase": "lost"}, "tasks of tencent-cls are never 'lost'; they are queued"),
    ],
)
def test_a_wrong_change_is_answered_with_the_right_ones(cloud: Cloud, changes: dict[str, Any], message: str) -> None:
    task_id = create(cloud, "tencent-cls")
    with pytest.raises(ValueError, match=message):
        put(cloud, task_id, **changes)


def test_nothing_is_changed_when_one_of_several_changes_is_wrong(cloud: Cloud) -> None:
    task_id = create(cloud, "tencent-cls")
    before = cloud.engine.inspection.tasks()
    with pytest.raises(ValueError, match="unknown change"):
        put(cloud, task_id, phase="succeeded", colour="red")
    assert cloud.engine.inspection.tasks() == before


def test_an_unknown_task_cannot_be_changed_or_deleted(cloud: Cloud) -> None:
    with pytest.raises(LookupError, match="there is no task 'x'"):
        put(cloud, "x", phase="running")
    with pytest.raises(LookupError, match="there is no task 'x'"):
        cloud.engine.inspection.delete_task("x")


def test_the_next_change_is_that_of_any_task(cloud: Cloud) -> None:
    assert cloud.engine.inspection.next_change() is None
    create(cloud, "huawei-iotda")
    cloud.wait(1)
    create(cloud, "huawei-clouddc")
    assert cloud.engine.inspection.next_change() == START + 2
    cloud.wait(60)
    assert cloud.engine.inspection.next_change() is None
