"""Workers that share the clauses of a run: copies of this process, made once everything is loaded and collected."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

import pytest

from contracts.check import all_checks
from contracts.plugin import SUITE_FILE, VERDICT, ClauseItem, suite_of
from contracts.sharding import group, weight

CAN_FORK = sys.platform == "linux"  # elsewhere a copy of a process that loaded so much may not live

STOPS = (signal.SIGINT, signal.SIGTERM)

Lot = list[ClauseItem]


@dataclass(slots=True)
class Worker:
    """One of them, as its parent sees it."""

    name: str
    process: Any  # of multiprocessing, which has a class of its own for each way to start one
    reports: Connection


@dataclass(eq=False)  # pytest keeps its plugins in a set
class Workers:
    """A plugin of pytest that lets workers judge what was collected; each takes the longest that is left."""

    count: int
    silenced: tuple[object, ...] = ()  # plugins that have no say in a worker
    crew: list[Worker] = field(default_factory=list[Worker])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Judge all of it; None where there is nothing to share."""
        lots = _lots(session.items)
        if session.testsfailed or not lots:
            return None
        _ = suite_of(session.config).target, all_checks()  # now, so that no worker has to
        gc.freeze()  # what is shared is not to be copied because somebody counts it
        try:
            self._start(session.config, lots)
            left = {item.nodeid for item in session.items}
            for report in self._reports(session.config):
                left.discard(report.nodeid)
                session.config.hook.pytest_runtest_logreport(report=report)
            if left:
                session.config.hook.pytest_runtest_logreport(report=_unjudged(left))
        finally:
            with _undisturbed():
                for worker in self.crew:
                    worker.process.terminate()
                    worker.process.join()
        return True

    def _start(self, config: pytest.Config, lots: list[Lot]) -> None:
        context = get_context("fork")
        turn = context.Value("i", 0)
        with _undisturbed():
            for number in range(min(self.count, len(lots))):
                receiver, sender = context.Pipe(duplex=False)
                work = partial(self._work, config, _dealt(lots, turn), sender)
                self.crew.append(Worker(f"gw{number}", context.Process(target=work, daemon=True), receiver))
                self.crew[-1].process.start()
                sender.close()  # so that nobody but the worker holds it, and its end is seen

    def _work(self, config: pytest.Config, items: Iterator[ClauseItem], sender: Connection) -> None:
        """The life of a worker; it is ended by its parent, who hears of Ctrl-C as well."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        for worker in self.crew:
            worker.reports.close()  # so that a worker whose parent is gone is told so
        for plugin in self.silenced:
            config.pluginmanager.unregister(plugin)
        config.pluginmanager.register(_Messenger(config, sender))
        for item in items:
            config.hook.pytest_runtest_protocol(item=item, nextitem=None)

    def _reports(self, config: pytest.Config) -> Iterator[pytest.TestReport]:
        """What the workers report, as it comes, until all of them have ended."""
        busy = list(self.crew)
        while busy:
            heard = wait([worker.reports for worker in busy])
            for worker in [each for each in busy if each.reports in heard]:
                try:
                    told = worker.reports.recv()
                except (EOFError, OSError):  # its end, or that of one that was killed as it spoke
                    busy.remove(worker)
                    continue
                report = config.hook.pytest_report_from_serializable(config=config, data=told)
                report.worker_id = worker.name
                yield report


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait meanwhile: as a worker starts or ends they would be lost, or leave it behind."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _lots(items: list[pytest.Item]) -> list[Lot]:
    """What has to be judged by one worker, the longest first."""
    lots: dict[str, Lot] = {}
    for item in items:
        if isinstance(item, ClauseItem):
            lots.setdefault(group(item.clause), []).append(item)
    return sorted(lots.values(), key=lambda lot: -sum(weight(item.clause) for item in lot))


def _dealt(lots: list[Lot], turn: Any) -> Iterator[ClauseItem]:
    """What this worker judges: lot by lot, as long as the others leave any."""
    while True:
        with turn.get_lock():
            number, turn.value = turn.value, turn.value + 1
        if number >= len(lots):
            return
        yield from lots[number]


@dataclass(eq=False)
class _Messenger:
    """A plugin of a worker's pytest that passes on what is reported."""

    config: pytest.Config
    sender: Connection

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Whatever says something: a verdict, or what went wrong."""
        if report.failed or hasattr(report, VERDICT):
            self.sender.send(self.config.hook.pytest_report_to_serializable(config=self.config, report=report))


def _unjudged(names: Iterable[str]) -> pytest.TestReport:
    """The report of clauses that nobody judged."""
    said = "not judged, as a worker died: " + ", ".join(sorted(name.partition("::")[2] for name in names))
    return pytest.TestReport(SUITE_FILE.name, (SUITE_FILE.name, None, ""), {}, "failed", said, "call")
