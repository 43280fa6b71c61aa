"""What pytest reports of a run, taken down as its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from contracts.partial import Partial
from contracts.plugin import SUITE, VERDICT
from contracts.reports.progress import Progress
from contracts.result import INTERRUPTED, Result
from contracts.suite import Suite
from contracts.wording import entry_text

MAIN = "main"  # the worker, where there are no others


@dataclass(eq=False)  # pytest keeps its plugins in a set
class Recorder:
    """A plugin of pytest that takes down what it reports, and shows that it goes on."""

    suite: Suite
    result: Result
    progress: Progress
    began: float  # seconds since 1970
    partial: Partial | None = None  # where entries are kept as they come
    earlier: float = 0.0  # seconds that were spent before, on the part that is taken over

    def pytest_configure(self, config: pytest.Config) -> None:
        """What was loaded already need not be loaded again."""
        config.stash[SUITE] = self.suite
        self.suite.stop.tell = self.progress.say
        if self.suite.guard is not None:
            self.suite.guard.waiting.tell = self.progress.waiting

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """How many there are to judge."""
        self._begin(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """How many there are to judge, where workers share them."""
        self._begin(len(ids))

    def pytest_runtest_logstart(self, location: tuple[str, int | None, str]) -> None:
        """One is being judged."""
        self.progress.current = location[2]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One more was judged, here or in a worker."""
        entry: dict[str, Any] | None = getattr(report, VERDICT, None)
        if entry is not None:
            text = entry_text(entry) if entry["verdict"] == "broken" else ""
            started = round(report.start - self.began + self.earlier, 6)
            times = {"seconds": round(report.duration, 6), "started": started}
            worker = getattr(report, "worker_id", MAIN)
            self.result.entries.append({**entry, **times, "worker": worker, "text": text})
            if self.partial is not None:
                self.partial.add(self.result.entries[-1])
            self.progress.step(entry, report.stop - self.began)
        elif report.failed:
            self.result.mistakes.append(f"{report.nodeid}\n{report.longreprtext}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """It ends early: the user wants it, or the server has gone."""
        self.result.stopped = INTERRUPTED
        if isinstance(excinfo.value, pytest.exit.Exception):
            self.result.stopped = self.suite.redactor.text(excinfo.value.msg)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """What could not even be collected."""
        if report.failed:
            self.result.mistakes.append(self.suite.redactor.text(str(report.longrepr)))

    def _begin(self, total: int) -> None:
        taken_over = len(self.result.entries)
        if total and self.result.selected == taken_over:
            self.result.selected = taken_over + total
            self.progress.begin(total)
            if self.partial is not None:
                self.partial.begin(self.result, self.result.entries)
