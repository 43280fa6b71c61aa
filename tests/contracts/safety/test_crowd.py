"""No task that was there before a run has to leave for one of the run's."""

import pytest

from contracts.calls.client import Api
from contracts.preflight import count_tasks
from contracts.safety.crowd import Crowd, room_of
from contracts.situations.tasks import start
from contracts.target import Errand, Unallowed, Unreachable
from contracts.targets.embedded import open_embedded
from openapi.messages import Request, Response
from openapi.model import Action
from tests.contracts.bent import spec
from tests.contracts.checks.foreign import Foreign

IOTDA = spec("huawei-iotda")
CREATING = Errand(IOTDA, next(each for each in IOTDA.operations.values() if each.action is Action.CREATE))
READING = Errand(IOTDA, IOTDA.operations["ListExportTasks"])
ROOM = room_of(IOTDA) or 0


def test_the_room_is_what_is_documented() -> None:
    assert ROOM > 0
    assert room_of(spec("tencent-cls")) is None


def test_no_task_of_others_has_to_leave() -> None:
    crowd = Crowd({"first": ROOM - 2})
    crowd.require_room(CREATING, 0)
    crowd.require_room(CREATING, 1)
    with pytest.raises(
        Unallowed, match=f"with {ROOM - 2} tasks of others there, one more makes the earliest of them lea"
    ):
        crowd.require_room(CREATING, 2)
    crowd.require_room(READING, 2)


def test_tasks_of_the_run_may_leave_where_there_are_no_others() -> None:
    Crowd({"first": 0}).require_room(CREATING, ROOM)
    Crowd({"second": ROOM}).require_room(CREATING, 0)


def test_the_tasks_that_are_there_are_counted() -> None:
    target = Foreign(open_embedded({IOTDA.name: IOTDA}))
    api = Api(target, IOTDA)
    before = count_tasks(api)
    start(api)
    assert (before, count_tasks(api)) == (0, 1)


class Silent(Foreign):
    """A server that is not there."""

    def send(self, _: Request, __: Errand, ___: str = "") -> Response:
        raise Unreachable("nobody there")


def test_what_cannot_be_counted_is_taken_for_full() -> None:
    assert count_tasks(Api(Silent(open_embedded({IOTDA.name: IOTDA})), IOTDA)) == ROOM


def test_nothing_is_counted_where_no_task_ever_has_to_leave() -> None:
    target = Foreign(open_embedded({"tencent-cls": spec("tencent-cls")}))
    assert count_tasks(Api(target, spec("tencent-cls"))) == 0
