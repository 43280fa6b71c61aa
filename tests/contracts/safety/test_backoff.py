"""A call that was not let through is made again when the server says, and never sooner; else later each time."""

from datetime import UTC, datetime
from random import Random

import pytest

from contracts.safety.backoff import LATER, PAUSES, SPREAD, http_date, pause_after, retry_after

NOW = datetime(2026, 1, 31, 8, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Sat, 31 Jan 2026 08:10:10 GMT", 60.0),
        ("Saturday, 31-Jan-26 08:09:15 GMT", 5.0),
        ("Sat, 31 Jan 2026 08:00:00 GMT", 0.0),
        ("Sat, 31 Jan 2026 08:10:10 +0000", 60.0),
    ],
)
def test_seconds_and_dates_are_understood(said: str, seconds: float) -> None:
    assert retry_after(said, NOW) == seconds


@pytest.mark.parametrize("said", ["", "soon", "-5", "1.5", "\u0667", "9" * 40, "Sat, 99 Jan 2026 08:10:10 GMT"])
def test_anything_else_says_nothing(said: str) -> None:
    assert retry_after(said, NOW) is None


@pytest.mark.parametrize("seed", range(20))
def test_it_is_never_sooner_than_the_server_says_and_a_little_later(seed: int) -> None:
    assert 7 <= pause_after({"retry-after": "7"}, 0, NOW, Random(seed)) <= 7 + LATER


@pytest.mark.parametrize("attempt", range(4))
def test_pauses_grow_where_the_server_does_not_say(attempt: int) -> None:
    wanted = PAUSES[min(attempt, len(PAUSES) - 1)]
    for seed in range(20):
        assert wanted * (1 - SPREAD) <= pause_after({}, attempt, NOW, Random(seed)) <= wanted * (1 + SPREAD)


def test_two_clients_come_back_at_different_moments_and_the_same_seed_at_the_same() -> None:
    assert len({pause_after({}, 0, NOW, Random(seed)) for seed in range(10)}) == 10
    assert pause_after({}, 0, NOW, Random(3)) == pause_after({}, 0, NOW, Random(3))


def test_a_date_without_a_zone_is_in_utc() -> None:
    assert http_date("Sat, 31 Jan 2026 08:09:10 -0000") == NOW
