"""Several processes that serve one port: they begin and end together, and one that dies is replaced."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Pipe, get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

from mockserver.signals import ENDING, heard

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess
    from socket import socket

PATIENCE = 10.0  # seconds that workers have to end, longer than they give to answers under way
FAILED = 1  # exit code of a worker that is left alone
MOST_DOUBLINGS = 16  # of a pause

Work = Callable[[bool, Callable[[], None]], None]  # is it the first of them, what to call once it answers


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly workers that end are replaced; in seconds."""

    first: float = 1.0  # pause, which is doubled each time
    longest: float = 30.0  # pause
    lasting: float = 10.0  # after which the end of a worker has nothing to do with those before it
    tries: int = 6  # of one place that end before they answer, after which the server ends

    def pause(self, ends: int) -> float:
        """How long nobody takes the place in which so many ended soon, one after the other: not at all after one."""
        return 0.0 if ends < 2 else min(self.first * 2 ** min(ends - 2, MOST_DOUBLINGS), self.longest)  # noqa: PLR2004


@dataclass(slots=True)
class _Worker:
    process: ForkProcess
    news: Connection  # where it says that it answers
    began: float  # when it was started
    has_begun: bool = False  # to answer

    def how_it_ended(self) -> str:
        code = self.process.exitcode or 0
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return f"worker {self.process.pid} {how}"


@dataclass(slots=True)
class _Place:
    number: int
    worker: _Worker | None = None
    ends: int = 0  # of workers that had it and did not last, one after the other
    unanswered: int = 0  # of them that had not answered, one after the other
    due: float = 0.0  # when somebody takes it who has it not


@dataclass(slots=True)
class Workers:
    """So many processes that each do `work` until they get SIGTERM. The process that has them does nothing else.

    It has to have no threads. `announce` is called once, when all answer; `note` is told what else there is to say.
    """

    number: int
    work: Work
    announce: Callable[[], None]
    note: Callable[[str], None]
    pace: Pace = field(default_factory=Pace)
    _places: list[_Place] = field(default_factory=list[_Place])
    _is_announced: bool = False

    def run(self) -> int | None:
        """Have them work until a signal comes, and answer that; None: they cannot."""
        self._places = [_Place(number) for number in range(self.number)]
        with heard(ENDING) as woken:
            try:
                return self._work_until(woken)
            finally:
                self._end()

    def _work_until(self, woken: socket) -> int | None:
        """The signal that has come; None: they cannot work."""
        while all(map(self._fill, self._places)):
            ready = wait([woken, *self._ends()], self._patience())
            if woken in ready:
                return woken.recv(1)[0]
            if not all(map(self._look, [each for each in self._places if _said(each, ready)])):
                break
        return None

    def _ends(self) -> Iterator[Any]:
        for each in self._present():
            yield each.process.sentinel
            if not each.has_begun:
                yield each.news

    def _present(self) -> list[_Worker]:
        return [place.worker for place in self._places if place.worker is not None]

    def _patience(self) -> float | None:
        """Seconds until somebody takes a place that nobody has; None: all are taken."""
        due = [place.due for place in self._places if place.worker is None]
        return max(0.0, min(due) - monotonic()) if due else None

    def _fill(self, place: _Place) -> bool:
        """Start a worker where there is none, if it is time; whether all goes on."""
        if place.worker is not None or monotonic() < place.due:
            return True
        try:
            place.worker = self._started(place)
        except OSError as error:
            return self._vacate(
                place, f"no worker can be started ({error.strerror})", has_lasted=False, has_begun=False
            )
        return True

    def _look(self, place: _Place) -> bool:
        """Take notice of what a worker has said, or that it has ended; whether all goes on."""
        worker = place.worker
        assert worker is not None
        if not worker.has_begun and worker.news.poll():
            with suppress(EOFError):
                worker.news.recv()
                worker.has_begun = True
        if worker.process.is_alive():
            self._announce_once()
            return True
        worker.process.join()
        worker.news.close()
        place.worker = None
        how = worker.how_it_ended() + ("" if worker.has_begun else " before it answered")
        has_lasted = monotonic() - worker.began >= self.pace.lasting
        return self._vacate(place, how, has_lasted=has_lasted, has_begun=worker.has_begun)

    def _vacate(self, place: _Place, why: str, *, has_lasted: bool, has_begun: bool) -> bool:
        """Say why nobody has a place, and when somebody takes it; whether all goes on."""
        place.ends = 1 if has_lasted else place.ends + 1
        place.unanswered = 0 if has_begun else place.unanswered + 1
        if not has_begun and (not self._is_announced or place.unanswered >= self.pace.tries):
            others = f", as did {place.unanswered - 1} before it" if place.unanswered > 1 else ""
            self.note(f"{why}{others}: the server ends")
            return False
        pause = self.pace.pause(place.ends)
        place.due = monotonic() + pause
        self.note(f"{why}; another takes its place{f' in {pause:g} s' if pause else ''}")
        return True

    def _announce_once(self) -> None:
        present = self._present()
        if not self._is_announced and len(present) == self.number and all(each.has_begun for each in present):
            self._is_announced = True
            self.announce()

    def _started(self, place: _Place) -> _Worker:
        news, said = Pipe(duplex=False)
        task = partial(_work, self.work, is_first=place.number == 0, said=said)
        process = get_context("fork").Process(target=task, name=f"worker {place.number + 1}")
        try:
            with _blocked():
                process.start()
        except OSError:
            news.close()
            raise
        finally:
            said.close()
        return _Worker(process, news, monotonic())

    def _end(self) -> None:
        left = self._present()
        for each in left:
            each.process.terminate()
        for each in left:
            each.process.join(PATIENCE)
            if each.process.is_alive():
                each.process.kill()
                each.process.join()
            each.news.close()


def _said(place: _Place, ready: list[Any]) -> bool:
    worker = place.worker
    return worker is not None and (worker.process.sentinel in ready or worker.news in ready)


def _work(work: Work, *, is_first: bool, said: Connection) -> None:
    """What a worker does. It ends with its parent; Ctrl-C and the end of the terminal are the parent's business."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for each in ENDING:
        if each is not signal.SIGTERM:
            signal.signal(each, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    Thread(target=_end_with_parent, daemon=True).start()
    work(is_first, partial(said.send, None))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(FAILED)  # it was killed: nobody is left to end this process


@contextmanager
def _blocked() -> Iterator[None]:
    """While a signal waits: a process that has just begun would take it for its parent's."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
