"""What the answers of a real endpoint teach: its clock, and whether credentials are still good."""

from collections.abc import Iterable
from datetime import timedelta
from email.utils import format_datetime

import pytest

from contracts.safety.guard import SUSPICIOUS
from contracts.safety.stops import Stopped
from contracts.target import Account, Unallowed
from contracts.targets.cloud import SHARE
from openapi.messages import Credentials, Response
from tests.contracts.safety.stand import CLS, LISTED, Answer, Stand, Time, in_turn, refusal, reply


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


def test_wrong_signatures_are_bounded_before_they_are_sent() -> None:
    stand = Stand(lambda _: refusal("AuthFailure.SignatureFailure"))
    impostor = Account(Credentials("AKIDFIRST", "a wrong secret"))
    for _ in range(3):
        stand.read(sign_as=impostor)
    with pytest.raises(Unallowed, match="wrong signatures in a row"):
        stand.read(sign_as=impostor)
    assert len(stand.wire.sent) == 3


def test_a_status_that_is_about_credentials_is_enough() -> None:
    stand = Stand(lambda _: reply({"message": "who?"}, 401))
    stand.api.send(CLS.operations["DescribeExports"], stand.read(scheme="").exchange.request)
    assert list(stand.guard.suspects()) == []
    signed = stand.read().exchange.request
    stand.api.send(CLS.operations["DescribeExports"], signed)
    assert list(stand.guard.suspects()) == ["first"]
