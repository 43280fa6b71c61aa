"""Everything between a check and the socket of a real endpoint, together."""

import json
from dataclasses import replace

import pytest

from contracts.profiles import Allowance, Profile
from contracts.safety.budget import REMOVAL, Spent
from contracts.safety.guard import Guard, guard_of
from contracts.safety.stops import Stopped
from contracts.target import Oversized, TooLong, Unallowed, Unreachable
from contracts.targets.cloud import SHARE
from openapi.messages import Request, Response
from tests.contracts.safety.stand import (
    CLS,
    EVERYTHING,
    FIRST,
    LISTED,
    URL,
    Stand,
    cloud,
    in_turn,
    listing,
    refusal,
    reply,
)


def test_nothing_is_sent_that_is_not_allowed() -> None:
    stand = Stand(cloud, Allowance())
    with pytest.raises(Unallowed, match=r"allow\.create"):
        stand.create()
    assert (stand.wire.sent, stand.guard.spending.requests) == ([], 0)


def test_the_budget_of_requests_is_kept_to_the_last_one() -> None:
    stand = Stand(listing, budget={"requests": 5})
    for _ in range(5):
        stand.read()
    with pytest.raises(Spent):
        stand.read()
    assert len(stand.wire.sent) == 5
    assert stand.guard.over == "the budget of 5 requests is spent"


def test_attempts_that_are_not_answered_count() -> None:
    def silent(_: Request) -> Response:
        raise Unreachable("nobody there")

    stand = Stand(silent, budget={"requests": 2})
    with pytest.raises(Spent):
        stand.read()
    assert len(stand.wire.sent) == 2


def test_a_creation_that_may_have_arrived_is_not_sent_again() -> None:
    def silent(_: Request) -> Response:
        raise Unreachable("the connection was reset")

    stand = Stand(silent)
    with pytest.raises(Unreachable):
        stand.create()
    assert len(stand.wire.sent) == 1
    assert stand.guard.spending.tasks == 1


def test_a_creation_that_cannot_have_arrived_is_sent_again() -> None:
    failures = iter(range(2))

    def late(request: Request) -> Response:
        if next(failures, None) is not None:
            raise Unreachable("connection refused", may_have_arrived=False)
        return cloud(request)

    assert Stand(late).create().accepted


def test_a_creation_that_is_refused_is_no_task_and_a_failure_of_the_server_may_be_one() -> None:
    stand = Stand(in_turn(refusal("InvalidParameter"), refusal("InternalError", 500)))
    stand.create()
    assert stand.guard.spending.tasks == 0
    stand.create()
    assert stand.guard.spending.tasks == 1


def test_bytes_are_counted_and_a_body_that_is_too_long_ends_the_run() -> None:
    stand = Stand(listing)
    stand.read()
    assert stand.guard.spending.bytes == len(json.dumps(LISTED))

    def endless(_: Request) -> Response:
        raise Oversized("more than 7 bytes")

    stand = Stand(endless, budget={"bytes": 7})
    with pytest.raises(Spent, match="the budget of 7 bytes is spent"):
        stand.read()
    assert len(stand.wire.sent) == 1


def test_a_task_of_this_run_may_be_deleted_once_it_is_known_and_others_may_not() -> None:
    stand = Stand(cloud)
    stand.create()
    assert stand.delete("task-of-this-run-0001").accepted
    with pytest.raises(Unallowed, match="may be a task that this run has not made"):
        stand.delete("7")


def test_a_task_that_a_list_has_shown_belongs_to_somebody_else() -> None:
    other = {"ExportId": "task-of-somebody-else-1"}
    stand = Stand(lambda _: reply({"Response": {"TotalCount": 1, "Exports": [other], "RequestId": "r"}}))
    stand.read()
    with pytest.raises(Unallowed, match="task-of-somebody-else-1: it may be a task"):
        stand.delete("task-of-somebody-else-1")


def test_removing_goes_on_when_everything_is_spent_and_the_run_is_stopped() -> None:
    stand = Stand(cloud, Allowance(create=True), {"requests": 1 + REMOVAL})
    stand.create()
    with pytest.raises(Spent):
        stand.read()
    stand.guard.stop.ask("interrupted")
    with stand.target.tidying():
        assert stand.delete("task-of-this-run-0001").accepted
    with pytest.raises(Stopped):
        stand.read()


def test_a_stop_ends_a_wait() -> None:
    stand = Stand(cloud)
    stand.guard.stop.ask("interrupted")
    with pytest.raises(Stopped):
        stand.target.wait(60)
    assert stand.time.seconds == 0


def test_nobody_waits_for_what_the_minutes_do_not_allow() -> None:
    stand = Stand(listing, budget={"minutes": 2})
    stand.read()
    stand.target.wait(100)
    with pytest.raises(TooLong, match="longer than is left of the budget of 2 minutes"):
        stand.target.wait(21)
    assert stand.guard.over == ""


def test_the_minutes_end_the_run() -> None:
    stand = Stand(listing, budget={"minutes": 2})
    stand.read()
    stand.target.wait(120)
    with pytest.raises(Spent, match="the budget of 2 minutes is spent"):
        stand.read()


def test_calls_stay_below_the_documented_rate_whoever_makes_them() -> None:
    stand, operation = Stand(listing), CLS.operations["DescribeExports"]
    limit, moments = operation.rate_limits[0], list[float]()
    request = stand.read().exchange.request
    for _ in range(3 * limit.requests):
        stand.api.send(operation, request)
        moments.append(stand.time.seconds)
    most = int(limit.requests * SHARE)
    assert all(later - early >= limit.seconds for early, later in zip(moments, moments[most:], strict=False))


def test_failed_attempts_count_for_the_rate() -> None:
    failures = iter(range(1))

    def late(request: Request) -> Response:
        if next(failures, None) is not None:
            raise Unreachable("reset")
        return listing(request)

    stand = Stand(late)
    limit = CLS.operations["DescribeExports"].rate_limits[0]
    stand.read()
    for _ in range(int(limit.requests * SHARE) - 1):
        stand.read()
    assert stand.time.seconds >= limit.seconds


def test_a_call_in_a_hurry_has_to_be_allowed() -> None:
    with pytest.raises(Unallowed, match=r"allow\.exceed-limits"):
        Stand(listing).read(hurry=True)
    assert Stand(listing, replace(EVERYTHING, exceed_limits=True)).read(hurry=True).accepted


def test_a_guard_of_its_own_is_made_for_each_endpoint() -> None:
    profile = Profile(accounts={"first": FIRST})
    one, other = guard_of(profile, URL), guard_of(profile, URL)
    assert isinstance(one, Guard)
    assert one.spending is not other.spending
