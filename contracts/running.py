"""A run of the suite inside this process: pytest without its own output, and a line of progress instead."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from contracts.calls.client import Run
from contracts.plugin import SUITE_FILE, VERDICT
from contracts.reports.terminal import is_interactive
from contracts.result import Head, Result
from contracts.settling import settle
from contracts.suite import Suite
from contracts.version import version

INTERRUPTED = "interrupted"
FEW = 25  # clauses, about which nothing is said while they are judged
AUTOLOAD = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
MAIN = "main"  # the worker, where there are no others
MISTAKE = "the suite itself failed; this is a mistake of the suite, not of the server"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the user asked for."""

    apis: tuple[str, ...] = ()
    specs: tuple[Path, ...] = ()
    target: str = ""
    profile: str = ""
    select: str = ""  # an expression of pytest's -k
    workers: int = 0
    run: Run = field(default_factory=Run)

    @property
    def suite(self) -> Suite:
        """The suite that pytest will run."""
        return Suite((*self.apis, *self.specs), self.target, self.profile, self.run)

    def head(self, started: float) -> Head:
        """What a result file says of the run as a whole; `started` is in seconds since 1970."""
        suite = self.suite
        return Head(
            target=suite.target_name,
            apis=tuple(suite.specs),
            select=self.select,
            seed=self.run.seed,
            max_examples=self.run.max_examples,
            version=version(),
            started=datetime.fromtimestamp(started, UTC).isoformat(),
        )

    def arguments(self) -> list[str]:
        """The command line for pytest; nothing of the folder it is called in has a say."""
        given = [
            *("-c", os.devnull, f"--rootdir={SUITE_FILE.parents[1]}", "--assert=plain", "-p", "contracts.plugin"),
            *("-p", "no:terminal", "-p", "no:cacheprovider"),
            f"--contracts-seed={self.run.seed}",
            f"--contracts-max-examples={self.run.max_examples}",
            f"--contracts-wait-up-to={self.run.patience}",
            *(f"--contracts-api={api}" for api in self.apis),
            *(f"--contracts-spec={spec}" for spec in self.specs),
        ]
        for option, value in (("--contracts-target", self.target), ("--contracts-profile", self.profile)):
            given += [f"{option}={value}"] if value else []
        given += ["-k", self.select] if self.select else []
        given += ["-p", "xdist", "-n", str(self.workers), "--dist", "loadgroup"] if self.workers else []
        return [*given, str(SUITE_FILE)]


@dataclass(eq=False)  # pytest keeps its plugins in a set
class Recorder:
    """Takes down what pytest reports, and shows that it goes on."""

    result: Result
    console: Console
    began: float  # seconds since 1970

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """How many there are to judge."""
        self._begin(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """How many there are to judge, where workers share them."""
        self._begin(len(ids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One more was judged, here or in a worker."""
        entry: dict[str, Any] | None = getattr(report, VERDICT, None)
        if entry is not None:
            text = str(report.longrepr) if report.failed else ""  # longreprtext would name the worker
            times = {"seconds": round(report.duration, 6), "started": round(report.start - self.began, 6)}
            worker = getattr(report, "worker_id", MAIN)
            self.result.entries.append({**entry, **times, "worker": worker, "text": text})
            self._show(entry)
        elif report.failed:
            self.result.mistakes.append(f"{report.nodeid}\n{report.longreprtext}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """It ends early: the user wants it, or the server has gone."""
        self.result.stopped = excinfo.value.msg if isinstance(excinfo.value, pytest.exit.Exception) else INTERRUPTED

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """What could not even be collected."""
        if report.failed:
            self.result.mistakes.append(str(report.longrepr))

    def _begin(self, total: int) -> None:
        if total and not self.result.selected:
            self.result.selected = total
            self.console.print(
                f"judging {total} clause{'' if total == 1 else 's'} …", end="" if is_interactive(self.console) else "\n"
            )

    def _show(self, entry: dict[str, Any]) -> None:
        done, total = len(self.result.entries), self.result.selected
        if is_interactive(self.console):
            broken = Result.count(self.result.entries)["broken"]
            told = f"{done}/{total or '…'}  {broken} broken  {entry['id']}"[: self.console.width - 1]
            self._write_anew(told)
        elif total and done % max(-(-total // 10), FEW) == 0:
            self.console.print(f"{done} of {total} clauses judged")

    def clear(self) -> None:
        """Take the line of progress away."""
        if is_interactive(self.console):
            self._write_anew("")

    def _write_anew(self, line: str) -> None:
        self.console.print(f"\r\x1b[2K{line}", end="", markup=False, soft_wrap=True)


def run(plan: Plan, console: Console) -> tuple[int, Result]:
    """Run the suite: pytest's exit code, and what came of it."""
    began = time.time()
    recorder = Recorder(Result(plan.head(began)), console, began)
    with _own_environment():
        code = int(pytest.main(plan.arguments(), plugins=[recorder]))
    recorder.clear()
    settle(recorder.result)
    recorder.result.duration = round(time.time() - began, 6)
    return code, recorder.result


@contextmanager
def _own_environment() -> Iterator[None]:
    """While the suite runs, here and in its workers: no plugins and options that are meant for the user's own tests."""
    kept = {name: os.environ.pop(name, None) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", AUTOLOAD)}
    os.environ[AUTOLOAD] = "1"
    try:
        yield
    finally:
        del os.environ[AUTOLOAD]
        os.environ.update({name: value for name, value in kept.items() if value is not None})
