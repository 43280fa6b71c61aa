"""Is a moment that has no date refused, in the provider's words, before anything is made of it?"""

from datetime import timedelta, timezone
from math import inf
from pathlib import Path

import pytest

from mockserver.accounts import FIRST
from mockserver.clock import LATEST
from mockserver.dates import LAST, date_of, require_date
from mockserver.memory import MemoryStore
from mockserver.refusal import Refusal
from mockserver.store import StoreError
from openapi.document import patch
from openapi.loader import spec_of
from openapi.model import Action, Spec
from openapi.reasons import Reason
from tests.mockserver.cloud import Cloud, operations, specs, start


@pytest.mark.parametrize("hours", [-8, 0, 8, 14])
def test_the_last_moment_has_a_date_in_every_zone(hours: int) -> None:
    require_date(LAST)
    assert date_of(LAST, timezone(timedelta(hours=hours))).year == 9999


@pytest.mark.parametrize("epoch", [LATEST + 1, 1e12, 1e300, inf])
def test_what_comes_after_it_is_refused(epoch: float) -> None:
    for refuse in (date_of, require_date):
        with pytest.raises(Refusal, match="year 9999 is the last: set the clock to an earlier time") as refused:
            refuse(epoch)
        assert refused.value.reason == Reason.INTERNAL_ERROR


@pytest.mark.parametrize(("api", "operation"), operations(Action.CREATE, Action.ISSUE_TOKEN))
def test_what_would_last_longer_is_refused_as_documented(cloud: Cloud, api: str, operation: str) -> None:
    cloud.clock.set(LATEST - 10)
    cloud.call(api, operation, **cloud.ready(api, operation))
    assert (cloud.last().reason, "year 9999" in cloud.last().message) == (Reason.INTERNAL_ERROR, True)
    assert cloud.engine.inspection.tasks() == []


def test_a_timetable_that_never_ends_is_told_of_in_the_same_way(cloud: Cloud) -> None:
    cloud.engine.timetables.set({"huawei-iotda": {"running": 1e15}})
    try:
        cloud.call("huawei-iotda", "CreateExportTask", **cloud.ready("huawei-iotda", "CreateExportTask"))
    finally:
        cloud.engine.timetables.set({})
    assert (cloud.last().reason, "shorter" in cloud.last().message) == (Reason.INTERNAL_ERROR, True)


def test_a_task_that_is_refused_for_its_date_takes_nobody_s_place(cloud: Cloud) -> None:
    spec = cloud.engine.specs["huawei-iotda"]
    most = next(quota.limit for quota in spec.quotas if quota.when_full != "refuse")
    for number in range(most):
        cloud.engine.resources.put(spec.name, "batch-task", f"{number:024x}")
        condition = {"task_id": f"{number:024x}"}
        cloud.example(spec.name, "CreateExportTask", project_id=FIRST.project, resource_condition=condition)
        cloud.wait(60)
    before = cloud.engine.inspection.tasks()
    cloud.engine.faults.add({"api": spec.name, "operation": "CreateExportTask", "effect": "slow", "factor": 1e5})
    cloud.engine.timetables.set({spec.name: {"running": 1e8}})
    try:
        cloud.example(spec.name, "CreateExportTask")
    finally:
        cloud.engine.timetables.set({})
    assert (cloud.last().reason, "year 9999" in cloud.last().message) == (Reason.INTERNAL_ERROR, True)
    assert len(before) == most
    assert cloud.engine.inspection.tasks() == before


class LostStore(MemoryStore):
    """One that cannot be reached."""

    def next_number(self, api: str) -> int:
        raise StoreError(f"no answer from db.example about {api}")


def numbered(spec: Spec) -> Spec:
    """A spec whose requests are counted."""
    return spec_of(patch(dict(spec.document), {"/x-request-id/form": "{number}"}), Path(spec.path), {})


def test_a_request_gets_an_id_also_while_the_store_cannot_number_it() -> None:
    spec = numbered(specs()["baidu-bls"])
    assert start({spec.name: spec}).example(spec.name, "ListDownloadTask").headers["x-bce-request-id"] == "1"
    answer = start({spec.name: spec}, store=LostStore()).example(spec.name, "ListDownloadTask")
    assert (answer.status, len(answer.headers["x-bce-request-id"])) == (200, 36)
