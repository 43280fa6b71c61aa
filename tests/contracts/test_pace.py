"""How soon the next call of a kind may be made."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.pace import FIRST, MARGIN, MOST, Pace
from tests.contracts.bent import spec

LIMIT = spec("tencent-cls").operations["DescribeExports"].rate_limits[0]
NOW = datetime(2026, 1, 31, 8, 9, 10, tzinfo=UTC)


def paced(calls: int, share: float = 1.0) -> Pace:
    pace = Pace(share)
    for _ in range(calls):
        pace.count("kind", NOW)
    return pace


def test_a_call_within_the_limit_may_be_made_at_once() -> None:
    assert paced(LIMIT.requests - 1).delay("kind", [LIMIT], NOW) == 0
    assert paced(LIMIT.requests).delay("kind", [LIMIT], NOW) == LIMIT.seconds + MARGIN
    assert paced(LIMIT.requests).delay("another", [LIMIT], NOW) == 0


def test_only_a_share_of_the_limit_is_used() -> None:
    assert paced(LIMIT.requests // 2, 0.5).delay("kind", [LIMIT], NOW) == LIMIT.seconds + MARGIN
    assert paced(0, 0.001).delay("kind", [LIMIT], NOW) == 0


def test_calls_that_came_too_soon_all_the_same_are_further_apart_from_then_on() -> None:
    pace, gaps = paced(1), list[float]()
    for _ in range(8):
        pace.slow("kind")
        gaps.append(pace.delay("kind", [], NOW))
    assert gaps[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert max(gaps) == MOST
    assert pace.delay("kind", [], NOW + timedelta(seconds=MOST)) == 0
    assert pace.delay("another", [], NOW) == 0


def test_calls_that_are_let_through_may_follow_sooner_again() -> None:
    pace = paced(1)
    pace.slow("kind")
    for _ in range(30):
        pace.quicken("kind")
    assert 0 < pace.delay("kind", [], NOW) < FIRST / 100
    pace.quicken("another")
    assert pace.delay("another", [], NOW) == 0


def test_a_clock_that_was_corrected_makes_nobody_faster() -> None:
    pace = paced(LIMIT.requests)
    pace.shift(600)
    assert pace.delay("kind", [LIMIT], NOW + timedelta(seconds=600)) == pytest.approx(LIMIT.seconds + MARGIN)
