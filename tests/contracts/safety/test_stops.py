"""A run that is told to end does so in order, and at once when it is told again."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.safety.stops import AGAIN, Stop, Stopped
from contracts.safety.waiting import LONG, SLICE, Waiting


@pytest.fixture
def stop() -> Iterator[Stop]:
    found = Stop()
    with found.listening():
        yield found


def test_it_goes_on_until_it_is_asked_to_stop() -> None:
    stop = Stop()
    stop.check()
    stop.ask("the credentials are refused")
    stop.ask("something later")
    with pytest.raises(Stopped, match=r"^the credentials are refused$"):
        stop.check()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_lets_the_present_exchange_end(stop: Stop, number: int) -> None:
    os.kill(os.getpid(), number)
    with pytest.raises(Stopped, match=r"^interrupted$"):
        stop.check()


def test_the_second_signal_stops_at_once(stop: Stop) -> None:
    os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
    assert (stop.why, stop.at_once) == ("interrupted", True)


def test_it_is_said_what_happens_now(stop: Stop) -> None:
    said: list[str] = []
    stop.tell = said.append
    os.kill(os.getpid(), signal.SIGTERM)
    assert said == [AGAIN]


def test_signals_mean_what_they_did_before_once_the_run_is_over() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with Stop().listening():
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_another_thread_than_the_main_one_hears_no_signals() -> None:
    before, seen = signal.getsignal(signal.SIGINT), list[object]()

    def listen() -> None:
        with Stop().listening():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert seen == [before]


def test_a_kill_file_stops_it_once_it_is_there(tmp_path: Path) -> None:
    stop = Stop(tmp_path / "stop")
    stop.check()
    (tmp_path / "stop").touch()
    with pytest.raises(Stopped, match=r"^interrupted by .*/stop$"):
        stop.check()
    (tmp_path / "stop").unlink()
    with pytest.raises(Stopped):
        stop.check()


def test_a_wait_is_cut_into_slices_and_ends_as_soon_as_it_is_stopped() -> None:
    stop, slept = Stop(), list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            stop.ask("interrupted")

    with pytest.raises(Stopped):
        Waiting(sleep, stop.check).wait(3600)
    assert slept == [SLICE] * 3


def test_as_long_is_waited_as_was_asked_for() -> None:
    slept: list[float] = []
    Waiting(slept.append).wait(1.1)
    assert sum(slept) == pytest.approx(1.1)
    Waiting(slept.append).wait(-5)
    assert sum(slept) == pytest.approx(1.1)


def test_a_long_wait_is_told_with_what_for_and_how_long() -> None:
    told: list[tuple[str, float]] = []
    waiting = Waiting(lambda _: None, tell=lambda what, left: told.append((what, left)))
    waiting.wait(LONG - 0.1, "nothing")
    assert told == []
    waiting.wait(LONG + SLICE, "a task")
    assert told[0] == ("a task", LONG + SLICE)
    assert told[-1] == ("a task", SLICE)
