"""Is what one exchange shows asked once, and is nothing taken for the same that is not?"""

from collections.abc import Iterator
from contextlib import closing

import pytest

from contracts.calls.client import Api
from contracts.provocations.refusals import refusals
from contracts.situations.trials import at_hand, attempt, baseline, expect_not_taken
from contracts.targets import Choice, open_target
from contracts.values import put
from openapi.members import members
from openapi.model import Action, Json, Operation
from openapi.reasons import Reason
from tests.contracts.bent import spec

WRONG: tuple[Json, ...] = ({"x": 1}, [[]])
SPECS = {name: spec(name) for name in ("baidu-bls", "tencent-cls")}


@pytest.fixture
def api() -> Iterator[Api]:
    with closing(open_target(Choice(), SPECS)) as target:
        target.reset()
        yield Api(target, SPECS["baidu-bls"])


def operation(api: Api, action: Action) -> Operation:
    return next(each for each in api.spec.operations.values() if each.action is action)


def sent(api: Api, action: Action) -> int:
    """How often an operation was called."""
    path = operation(api, action)
    return sum(each.request.method == path.method and each.request.path == path.path for each in api.exchanges)


def test_the_same_call_at_the_same_moment_sends_the_same_request(api: Api) -> None:
    listing = operation(api, Action.LIST)
    assert api.call(listing).exchange.request is api.call(listing).exchange.request


def test_a_later_call_is_signed_anew(api: Api) -> None:
    listing = operation(api, Action.LIST)
    first = api.call(listing).exchange.request
    api.target.wait(1)
    assert api.call(listing).exchange.request.headers["authorization"] != first.headers["authorization"]


def test_values_that_only_python_takes_for_equal_are_sent_as_they_are(api: Api) -> None:
    creator = operation(api, Action.CREATE)
    bodies = {api.call(creator, {"limit": value}).exchange.request.body for value in (1, True, 1.0)}
    assert len(bodies) == 3


def test_a_task_that_was_only_read_serves_the_next_call(api: Api) -> None:
    showing = operation(api, Action.SHOW)
    given = at_hand(api, showing)
    assert attempt(api, showing, given).accepted
    assert at_hand(api, showing) == given


def test_a_task_that_was_deleted_serves_no_other_call(api: Api) -> None:
    deleting = operation(api, Action.DELETE)
    given = at_hand(api, deleting)
    assert attempt(api, deleting, given).accepted
    assert at_hand(api, deleting) != given


def test_wrong_values_of_an_operation_that_deletes_are_tried_on_one_task(api: Api) -> None:
    deleting = operation(api, Action.DELETE)
    baseline(api, deleting)
    at_hand(api, deleting)
    before = sent(api, Action.CREATE)
    member = next(each for each in members(deleting) if each.schema.get("x-bind") in {"task.id", "task.ids"})
    for wrong in WRONG:
        assert not attempt(api, deleting, put(at_hand(api, deleting), member, wrong)).accepted
    assert sent(api, Action.CREATE) == before


def test_the_call_that_values_are_judged_from_is_made_once_in_a_check(api: Api) -> None:
    creator = operation(api, Action.CREATE)
    member = next(each for each in members(creator) if each.required)
    for wrong in WRONG:
        expect_not_taken(api, creator, member, [wrong], Reason.WRONG_TYPE)
    assert sent(api, Action.CREATE) == 3


def test_refusals_of_a_form_are_brought_about_once(api: Api) -> None:
    form = api.spec.failure
    found = refusals(api, form)
    api.exchanges.clear()
    assert refusals(api, form) == found
    assert [each.request for each in api.exchanges] == [each.exchange.request for each in found][-len(api.exchanges) :]
    assert len({reply.values["request.id"] for reply in found}) == len(found)


def test_what_one_account_was_refused_another_asks_for_itself(api: Api) -> None:
    refusals(api, api.spec.failure)
    other = api.as_account("second")
    other.exchanges.clear()
    found = refusals(other, api.spec.failure)
    assert found[0].exchange is not refusals(api, api.spec.failure)[0].exchange
