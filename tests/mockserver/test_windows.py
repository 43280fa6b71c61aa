"""What does a rate limit remember?"""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.windows import LATE, calls_at, spend, spent

SECONDS = 2.0
STEPS = st.lists(st.sampled_from((0.0, 0.001, 0.01, 0.1, 0.5, SECONDS)), max_size=300)


def assert_as_counted(steps: list[float], requests: int) -> None:
    """That calls are let through as if each that was had been written down, and none ever forgotten."""
    kept, every, now = calls_at(), list[float](), 0.0
    for step in steps:
        now += step
        let_through = counted(every, now) < requests
        assert (spend(kept, requests, SECONDS, now) == 0) == let_through
        every += [now] * let_through
        assert spent(kept, SECONDS, now) == counted(every, now)


def counted(every: list[float], now: float) -> int:
    return sum(call + SECONDS - now > 0 for call in every)


@given(STEPS, st.integers(1, 5))
def test_a_small_limit_counts_every_call_of_its_window(steps: list[float], requests: int) -> None:
    assert_as_counted(steps, requests)


@given(STEPS, st.integers(60, 200))
def test_so_does_a_large_one(steps: list[float], requests: int) -> None:
    assert_as_counted(steps, requests)


def test_a_call_that_is_let_through_is_counted_however_moments_are_rounded() -> None:
    first, then, calls = 2.001, 4.0009999999999994, calls_at()
    assert (then - first < SECONDS, first + SECONDS - then) == (True, 0.0)
    assert [spend(calls, 1, SECONDS, now) > 0 for now in (first, then, then + 0.001)] == [False, False, True]


def test_what_is_kept_in_vain_is_a_small_part() -> None:
    calls, each = calls_at(), 0.001
    for number in range(20_000):
        assert spend(calls, 1_000_000, SECONDS, number * each) == 0
    needed = (SECONDS + LATE) / each
    assert needed <= len(calls) <= needed * 1.04


def test_of_a_small_limit_nothing_is_kept_in_vain() -> None:
    calls = calls_at()
    for number in range(1000):
        spend(calls, 20, 1.0, number / 100)
        assert len(calls) <= 20
