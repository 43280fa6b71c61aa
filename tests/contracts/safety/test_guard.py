"""Everything between a check and the socket of a real endpoint, together."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from contracts.calls.client import Api
from contracts.profiles import Allowance, Budget, Profile
from contracts.safety.budget import REMOVAL, Spent
from contracts.safety.guard import SUSPICIOUS, Clock, Guard, guard_of
from contracts.safety.stops import Stopped
from contracts.target import Account, TooLong, Unallowed, Unreachable
from contracts.targets.cloud import SHARE, Cloud
from contracts.targets.http import Oversized
from openapi.messages import Credentials, Request, Response
from tests.contracts.bent import spec

CLS = spec("tencent-cls")
URL = "https://cloud.example.com"
START = datetime(2026, 1, 31, 8, 9, 10, tzinfo=UTC)
FIRST = Account(Credentials("AKIDFIRST", "first secret"))
EVERYTHING = Allowance(create=True, delete=True, download=True)
LISTED = {"Response": {"TotalCount": 0, "Exports": [], "RequestId": "r"}}
Answer = Callable[[Request], Response]


@dataclass
class Time:
    """A clock that stands still but for what is slept."""

    seconds: float = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(self.now, lambda: self.seconds, self.sleep)


@dataclass
class Wire:
    """Answers as it is told to, and keeps what was sent."""

    answer: Answer
    sent: list[Request] = field(default_factory=list[Request])

    def send(self, request: Request, _: str = "") -> Response:
        self.sent.append(request)
        return self.answer(request)

    def close(self) -> None:
        """Nothing is held."""


@dataclass
class Stand:
    """A real endpoint that answers as a function says, in no time."""

    answer: Answer
    allow: Allowance = EVERYTHING
    budget: Mapping[str, Any] = field(default_factory=dict[str, Any])
    time: Time = field(default_factory=Time)

    def __post_init__(self) -> None:
        accounts = {"first": FIRST, "second": Account(Credentials("AKIDSECOND", "second secret"))}
        profile = Profile(CLS.name, URL, accounts=accounts, allow=self.allow, budget=Budget(**self.budget))
        profile = replace(profile, resources={"topic": {"": ("t",)}})
        self.wire, self.guard = Wire(self.answer), guard_of(profile, URL, clock=self.time.clock)
        self.target = Cloud(URL, self.wire, profile, self.guard, 3600)
        self.api = Api(self.target, CLS)

    def read(self, **how: Any) -> Any:
        return self.api.call(CLS.operations["DescribeExports"], **how)

    def create(self) -> Any:
        return self.api.call(CLS.operations["CreateExport"])

    def delete(self, task: str) -> Any:
        return self.api.call(CLS.operations["DeleteExport"], {"ExportId": task})


def reply(body: object, status: int = 200, **headers: str) -> Response:
    return Response(status, {"content-type": "application/json", **headers}, json.dumps(body).encode())


def refusal(code: str, status: int = 200) -> Response:
    return reply({"Response": {"Error": {"Code": code, "Message": "m"}, "RequestId": "r"}}, status)


def listing(_: Request) -> Response:
    return reply(LISTED)


def cloud(request: Request) -> Response:
    """A task is created, deleted, or listed."""
    match request.headers.get("x-tc-action"):
        case "CreateExport":
            return reply({"Response": {"ExportId": "task-of-this-run-0001", "RequestId": "r"}})
        case "DeleteExport":
            return reply({"Response": {"RequestId": "r"}})
        case _:
            return listing(request)


def in_turn(*answers: Response) -> Answer:
    found = iter(answers)
    return lambda _: next(found)


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
    stand = Stand(in_turn(reply({"Response": {"TotalCount": 1, "Exports": [other], "RequestId": "r"}})))
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


def ahead(time: Time, seconds: float) -> Answer:
    """A server whose clock is so far ahead."""
    return lambda _: reply(LISTED, date=format_datetime(time.now() + timedelta(seconds=seconds), usegmt=True))


def test_requests_are_dated_by_the_clock_of_the_server() -> None:
    time = Time()
    stand = Stand(ahead(time, 600), time=time)
    stand.read()
    stand.read()
    stamps = [int(request.headers["x-tc-timestamp"]) for request in stand.wire.sent]
    assert stamps[1] - stamps[0] == pytest.approx(600, abs=1)
    assert "10 min ahead of that of this machine" in stand.guard.skew.notes[0]


def test_a_correction_of_the_clock_does_not_make_the_pace_faster() -> None:
    time = Time()
    stand, limit = Stand(ahead(time, 600), time=time), CLS.operations["DescribeExports"].rate_limits[0]
    for _ in range(int(limit.requests * SHARE) + 1):
        stand.read()
    assert time.seconds >= limit.seconds


EXPIRED = "AuthFailure.TokenFailure"


def test_credentials_that_are_no_longer_taken_end_the_run() -> None:
    stand = Stand(lambda _: refusal(EXPIRED))
    stand.guard.ask_again = lambda account: f"{account} is refused"
    for _ in range(SUSPICIOUS):
        stand.read()
    with pytest.raises(Stopped, match=r"^first is refused$"):
        stand.read()
    assert len(stand.wire.sent) == SUSPICIOUS


def test_credentials_that_are_still_good_when_asked_for_go_on() -> None:
    asked: list[str] = []
    stand = Stand(lambda _: refusal(EXPIRED))
    stand.guard.ask_again = lambda account: asked.append(account) or ""  # type: ignore[func-returns-value]
    for _ in range(SUSPICIOUS * 2):
        stand.read()
    assert asked == ["first"] * 2


def test_wrong_credentials_sent_on_purpose_say_nothing_about_the_right_ones() -> None:
    stand = Stand(lambda _: refusal("AuthFailure.SignatureFailure"))
    for _ in range(2):
        stand.read(sign_as=Account(Credentials("AKIDFIRST", "a wrong secret")))
        stand.read(scheme="")
    assert list(stand.guard.suspects()) == []


def suspects(answers: Iterable[Response]) -> list[str]:
    stand = Stand(in_turn(*answers))
    for _ in answers:
        stand.read()
    return list(stand.guard.suspects())


def test_an_account_is_suspected_until_it_is_let_in_again() -> None:
    assert suspects([refusal(EXPIRED)]) == ["first"]
    assert suspects([refusal(EXPIRED), reply(LISTED)]) == []
    assert suspects([refusal("InvalidParameter")]) == []
    assert suspects([reply({"message": "who?"}, 401)]) == ["first"]


def test_wrong_signatures_are_bounded_before_they_are_sent() -> None:
    stand = Stand(lambda _: refusal("AuthFailure.SignatureFailure"))
    impostor = Account(Credentials("AKIDFIRST", "a wrong secret"))
    for _ in range(3):
        stand.read(sign_as=impostor)
    with pytest.raises(Unallowed, match="wrong signatures in a row"):
        stand.read(sign_as=impostor)
    assert len(stand.wire.sent) == 3


def test_a_guard_of_its_own_is_made_for_each_endpoint() -> None:
    profile = Profile(accounts={"first": FIRST})
    one, other = guard_of(profile, URL), guard_of(profile, URL)
    assert isinstance(one, Guard)
    assert one.spending is not other.spending
