"""A run of the suite inside this process: pytest without its own output, and a line of progress instead."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from contracts.calls.client import Run
from contracts.plugin import SUITE_FILE, VERDICT
from contracts.suite import Result, Suite

MISTAKE = "the suite itself failed; this is a mistake of the suite, not of the server"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the user asked for."""

    apis: tuple[str, ...] = ()
    specs: tuple[str, ...] = ()
    target: str = ""
    profile: str = ""
    select: str = ""  # an expression of pytest's -k
    workers: int = 0
    junit: Path | None = None
    run: Run = field(default_factory=Run)

    @property
    def suite(self) -> Suite:
        """The suite that pytest will run."""
        return Suite((*self.apis, *self.specs), self.target, self.profile, self.run)

    def arguments(self) -> list[str]:
        """The command line for pytest; nothing of the folder it is called in has a say."""
        given = [
            *("-c", os.devnull, f"--rootdir={SUITE_FILE.parents[1]}", "-p", "no:terminal", "-p", "no:cacheprovider"),
            *(
                "-p",
                "no:schemathesis",
            ),  # its plugin for pytest, which the suite does not use and which is slow to import
            *(() if _is_installed() else ("-p", "contracts.plugin")),
            f"--contracts-seed={self.run.seed}",
            f"--contracts-max-examples={self.run.max_examples}",
            *(f"--contracts-api={api}" for api in self.apis),
            *(f"--contracts-spec={spec}" for spec in self.specs),
        ]
        for option, value in (("--contracts-target", self.target), ("--contracts-profile", self.profile)):
            given += [f"{option}={value}"] if value else []
        given += ["-k", self.select] if self.select else []
        given += ["-n", str(self.workers), "--dist", "loadgroup"] if self.workers else []
        given += [f"--junitxml={self.junit}"] if self.junit else []
        return [*given, str(SUITE_FILE)]


@dataclass
class Recorder:
    """Takes down what pytest reports, and shows that it goes on."""

    result: Result
    console: Console
    total: int = 0
    mistakes: list[str] = field(default_factory=list)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """How many there are to judge."""
        self.total = self.total or len(session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """How many there are to judge, where workers share them."""
        self.total = len(ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One more was judged, here or in a worker."""
        entry: dict[str, Any] | None = getattr(report, VERDICT, None)
        if entry is not None:
            text = str(report.longrepr) if report.failed else ""  # longreprtext would name the worker
            self.result.entries.append({**entry, "seconds": round(report.duration, 6), "text": text})
            self._show(entry)
        elif report.failed:
            self.mistakes.append(f"{report.nodeid}\n{report.longreprtext}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """What could not even be collected."""
        if report.failed:
            self.mistakes.append(str(report.longrepr))

    def _show(self, entry: dict[str, Any]) -> None:
        done = len(self.result.entries)
        if self.console.is_terminal:
            count = Result.count(self.result.entries)
            told = f"{done}/{self.total or '…'} {entry['id']}"[: self.console.width - 30]
            self.console.print(f"\r\x1b[2K{told}  {count['broken']} broken", end="", markup=False)
        elif self.total and done % max(self.total // 10, 1) == 0:
            self.console.print(f"{done} of {self.total} clauses judged")

    def clear(self) -> None:
        """Take the line of progress away."""
        if self.console.is_terminal:
            self.console.print("\r\x1b[2K", end="", markup=False)


def run(plan: Plan, console: Console) -> tuple[int, Recorder]:
    """Run the suite: pytest's exit code, and what was taken down."""
    recorder = Recorder(Result(plan.suite.target_name), console)
    code = int(pytest.main(plan.arguments(), plugins=[recorder]))
    recorder.clear()
    return code, recorder


def _is_installed() -> bool:
    """Whether pytest finds the plugin by itself."""
    found: Iterable[Any] = entry_points(group="pytest11")
    return any(each.value == "contracts.plugin" for each in found)
