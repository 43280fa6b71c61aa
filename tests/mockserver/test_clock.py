"""Does the clock tell real time until it is moved, and never go back by itself?"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mockserver.clock import FASTEST, LATEST, MovableClock, SystemClock, iso


class RealTime:
    """A real clock that a test turns."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def real() -> RealTime:
    return RealTime(1000.0)


@pytest.fixture
def clock(real: RealTime) -> MovableClock:
    return MovableClock(real)


def test_it_starts_as_the_real_time(clock: MovableClock, real: RealTime) -> None:
    real.now = 1234.5
    assert clock.now() == 1234.5


def test_frozen_it_stands_still(clock: MovableClock, real: RealTime) -> None:
    clock.freeze()
    real.now += 60
    assert clock.now() == 1000


def test_set_while_it_runs_it_runs_on_from_there(clock: MovableClock, real: RealTime) -> None:
    clock.set(50)
    real.now += 7
    assert clock.now() == 57


def test_set_while_frozen_it_stays_frozen(clock: MovableClock, real: RealTime) -> None:
    clock.freeze()
    clock.set(50)
    real.now += 7
    assert clock.now() == 50


def test_advanced_it_keeps_running(clock: MovableClock, real: RealTime) -> None:
    clock.advance(60)
    real.now += 1
    assert clock.now() == 1061


def test_clients_may_sign_by_the_real_time_while_time_passes_for_tasks(clock: MovableClock, real: RealTime) -> None:
    clock.freeze()
    clock.advance(3600)
    real.now += 5
    assert (clock.now(), clock.present()) == (4600, 1005)


def test_clients_have_to_follow_a_clock_that_was_set(clock: MovableClock, real: RealTime) -> None:
    clock.set(50)
    clock.advance(10)
    real.now += 5
    assert clock.present() == clock.now() == 65


def test_after_a_reset_clients_sign_by_the_real_time_again(clock: MovableClock) -> None:
    clock.set(50)
    clock.reset()
    clock.advance(10)
    assert clock.present() == 1000


def test_steps_add_up_while_it_is_frozen(clock: MovableClock) -> None:
    clock.freeze()
    clock.advance(0.25)
    clock.advance(60)
    assert clock.now() == 1060.25


def test_scaled_it_runs_that_much_faster_from_then_on(clock: MovableClock, real: RealTime) -> None:
    real.now += 5
    clock.scale(60)
    real.now += 2
    assert clock.now() == 1005 + 120


def test_a_change_of_scale_keeps_the_time_it_has_reached(clock: MovableClock, real: RealTime) -> None:
    clock.scale(60)
    real.now += 1
    clock.scale(0.5)
    real.now += 1
    assert clock.now() == 1060.5


def test_scaling_starts_a_frozen_clock(clock: MovableClock, real: RealTime) -> None:
    clock.freeze()
    clock.scale(1)
    real.now += 3
    assert clock.now() == 1003


def test_reset_it_is_the_real_time_again(clock: MovableClock, real: RealTime) -> None:
    clock.freeze()
    clock.advance(500)
    clock.reset()
    real.now += 1
    assert clock.now() == 1001


def test_it_does_not_follow_a_real_clock_back_behind_its_last_move(clock: MovableClock, real: RealTime) -> None:
    clock.advance(10)
    real.now -= 500
    assert clock.now() == 1010


def test_it_ends_with_the_last_year_that_has_a_spelling(clock: MovableClock, real: RealTime) -> None:
    clock.scale(FASTEST)
    real.now += 10**9
    assert clock.state()["now"] == "9999-12-31T23:59:59.000Z"


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), LATEST])
def test_a_step_that_cannot_be_taken_leaves_it_as_it_was(clock: MovableClock, seconds: float) -> None:
    clock.freeze()
    with pytest.raises(ValueError, match=r"step|year"):
        clock.advance(seconds)
    assert clock.now() == 1000


@pytest.mark.parametrize("factor", [0, -2, float("nan"), float("inf"), FASTEST * 2])
def test_a_factor_that_makes_no_sense_is_refused(clock: MovableClock, factor: float) -> None:
    with pytest.raises(ValueError, match="factor"):
        clock.scale(factor)
    assert clock.state()["scale"] == 1


@pytest.mark.parametrize("epoch", [-1, LATEST + 1, float("nan")])
def test_a_moment_without_a_spelling_is_refused(clock: MovableClock, epoch: float) -> None:
    with pytest.raises(ValueError, match="moment"):
        clock.set(epoch)


def test_its_state_says_everything(clock: MovableClock) -> None:
    clock.freeze()
    assert clock.state() == {"now": "1970-01-01T00:16:40.000Z", "epoch": 1000, "frozen": True, "scale": 1}


def test_no_step_is_lost_between_threads(clock: MovableClock) -> None:
    clock.freeze()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(clock.advance, [1] * 800))
    assert clock.now() == 1800


def test_the_system_clock_is_not_ahead_of_a_later_look() -> None:
    assert 1.7e9 < SystemClock().now() <= SystemClock().now()


def test_moments_are_spelled_with_milliseconds_in_utc() -> None:
    assert iso(1719833569.0625) == "2024-07-01T11:32:49.062Z"


def test_it_stands_at_whole_microseconds_as_every_client_reads_it() -> None:
    clock = MovableClock(lambda: 1811327315.9999998)
    clock.freeze()
    assert clock.now() == 1811327316.0
    clock.advance(0.1)
    clock.advance(0.2)
    assert clock.now() == 1811327316.3
