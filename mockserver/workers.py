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
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

PATIENCE = 10.0  # seconds that workers have to end, longer than they give to answers under way
FAILED = 1  # exit code of a worker that is left alone
ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

Work = Callable[[bool, Callable[[], None]], None]  # is it the first of them, what to call once it answers


@dataclass(slots=True)
class _Worker:
    process: ForkProcess
    place: int  # among the workers
    news: Connection  # where it says that it answers
    has_begun: bool = False

    def how_it_ended(self) -> str:
        code = self.process.exitcode or 0
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


@dataclass(slots=True)
class Workers:
    """So many processes that each do `work` until they get SIGTERM. The process that has them does nothing else.

    It has to have no threads. `announce` is called once, when all answer; `note` is told what else there is to say.
    """

    number: int
    work: Work
    announce: Callable[[], None]
    note: Callable[[str], None]
    _workers: list[_Worker] = field(default_factory=list[_Worker])
    _signals: list[int] = field(default_factory=list[int])  # that came
    _is_announced: bool = False

    def run(self) -> int | None:
        """Have them work until a signal comes, and answer that; None: they cannot."""
        with _woken(self._signals) as woken:
            self._workers = [self._started(place) for place in range(self.number)]
            while not self._signals:
                ready = wait([woken, *self._ends()])
                if not self._signals and not all(
                    map(self._look, [each for each in self._workers if _said(each, ready)])
                ):
                    break
        self._end()
        return self._signals[0] if self._signals else None

    def _ends(self) -> Iterator[Any]:
        for each in self._workers:
            yield each.process.sentinel
            if not each.has_begun:
                yield each.news

    def _look(self, worker: _Worker) -> bool:
        """Take notice of what a worker has said, or that it has ended; whether all goes on."""
        if not worker.has_begun and worker.news.poll():
            with suppress(EOFError):
                worker.news.recv()
                worker.has_begun = True
        if worker.process.is_alive():
            self._announce_once()
            return True
        worker.process.join()
        worker.news.close()
        if not worker.has_begun:
            self.note(f"worker {worker.process.pid} {worker.how_it_ended()} before it answered: the server ends")
            return False
        self.note(f"worker {worker.process.pid} {worker.how_it_ended()}; another takes its place")
        self._workers[self._workers.index(worker)] = self._started(worker.place)
        return True

    def _announce_once(self) -> None:
        if not self._is_announced and all(each.has_begun for each in self._workers):
            self._is_announced = True
            self.announce()

    def _started(self, place: int) -> _Worker:
        news, said = Pipe(duplex=False)
        task = partial(_work, self.work, is_first=place == 0, said=said)
        process = get_context("fork").Process(target=task, name=f"worker {place + 1}")
        with _blocked():
            process.start()
        said.close()
        return _Worker(process, place, news)

    def _end(self) -> None:
        for each in self._workers:
            each.process.terminate()
        for each in self._workers:
            each.process.join(PATIENCE)
            if each.process.is_alive():
                each.process.kill()
                each.process.join()
            each.news.close()


def _said(worker: _Worker, ready: list[Any]) -> bool:
    return worker.process.sentinel in ready or worker.news in ready


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


@contextmanager
def _woken(signals: list[int]) -> Iterator[Connection]:
    """What can be read once a signal has come; each is taken down."""
    woken, wake = Pipe(duplex=False)

    def take(number: int, _frame: object) -> None:
        signals.append(number)
        wake.send(None)

    before = {each: signal.signal(each, take) for each in ENDING}
    try:
        yield woken
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        wake.close()
        woken.close()
