"""The clock of a server is followed, and said, where it differs from this machine's."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from contracts.safety.skew import CHANGES, WITNESSES, Skew

NOW = datetime(2026, 1, 31, 8, 9, 10, 500_000, tzinfo=UTC)
TRIP = timedelta(seconds=0.2)


def learn(skew: Skew, ahead: float, now: datetime = NOW, trip: timedelta = TRIP) -> float:
    """What an answer teaches that takes so long, from a server whose clock is so far ahead."""
    server = (now + trip / 2 + timedelta(seconds=ahead)).replace(microsecond=0)
    return skew.learn(format_datetime(server, usegmt=True), now, now + trip)


@pytest.mark.parametrize("ahead", [180.0, -180.0, 3600.0])
def test_a_clock_that_is_off_is_believed_at_once(ahead: float) -> None:
    skew = Skew()
    assert learn(skew, ahead) == pytest.approx(ahead, abs=0.6)
    assert abs(skew.shifted(NOW) - NOW - timedelta(seconds=ahead)) < timedelta(seconds=0.6)


@pytest.mark.parametrize("ahead", [0.0, 1.0, -1.0])
def test_a_second_is_no_difference(ahead: float) -> None:
    skew = Skew()
    assert learn(skew, ahead) == 0
    assert (skew.seconds, skew.notes) == (0, [])


def test_an_answer_that_took_long_says_little_about_the_clock() -> None:
    skew = Skew()
    server = NOW.replace(microsecond=0)
    assert skew.learn(format_datetime(server, usegmt=True), NOW, NOW + timedelta(seconds=40)) == 0


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (180, "the clock of the server is 3 min ahead of that of this machine; requests are dated by it"),
        (-7265, "the clock of the server is 2 h 1 min behind that of this machine; requests are dated by it"),
    ],
)
def test_it_is_said_by_how_much(ahead: float, said: str) -> None:
    skew = Skew()
    skew.learn(format_datetime(NOW.replace(microsecond=0) + timedelta(seconds=ahead), usegmt=True), NOW, NOW)
    assert skew.notes == [said]


def test_a_later_change_is_believed_once_several_answers_agree() -> None:
    skew = Skew()
    learn(skew, 0)
    assert [bool(learn(skew, 300)) for _ in range(WITNESSES)] == [False] * (WITNESSES - 1) + [True]
    assert skew.seconds == pytest.approx(300, abs=0.6)


def test_a_single_date_that_is_off_changes_nothing() -> None:
    skew = Skew()
    learn(skew, 180)
    assert [learn(skew, ahead) for ahead in (999, 180, -999, 180, 999, 180)] == [0] * 6
    assert skew.seconds == pytest.approx(180, abs=0.6)


def test_a_clock_that_comes_right_is_followed_back_to_nothing() -> None:
    skew = Skew()
    learn(skew, 180)
    for _ in range(WITNESSES):
        learn(skew, 0.4)
    assert skew.seconds == 0
    assert skew.notes[-1] == "the clock of the server agrees with that of this machine again"


def test_a_clock_that_never_rests_is_given_up() -> None:
    skew = Skew()
    for round_ in range(CHANGES + 3):
        for _ in range(WITNESSES):
            learn(skew, 100.0 * (round_ + 1))
    assert skew.seconds == pytest.approx(100 * CHANGES, abs=0.6)
    assert skew.notes[-1] == "the clock of the server changed so often that it is no longer followed"


@pytest.mark.parametrize("said", ["", "now", "Sat, 99 Jan 2026 08:09:10 GMT"])
def test_what_is_no_date_teaches_nothing(said: str) -> None:
    skew = Skew()
    assert skew.learn(said, NOW, NOW) == 0
    assert skew.notes == []
