"""A run of the suite inside this process: pytest without its own output, and a line of progress instead."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import pytest
from rich.console import Console

from contracts.calls.client import Run
from contracts.one_phase import OnePhase
from contracts.partial import Partial
from contracts.plugin import SUITE_FILE
from contracts.recording import Recorder
from contracts.reports.progress import Progress
from contracts.result import Head, Result
from contracts.resuming import check_alike, read_earlier, take_over
from contracts.safety.keeping import Keeping
from contracts.safety.stops import Stop
from contracts.settling import settle
from contracts.suite import Suite
from contracts.workers import CAN_FORK, STOPS, Workers
from openapi.release import release

AUTOLOAD = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
SELDOM = (20_000, 20, 20)  # objects, and rounds, between two collections of each generation
UNUSED = ("logging", "unraisableexception", "threadexception", "warnings")  # that each item would pay for


@dataclass(frozen=True)
class Plan:
    """What the user asked for."""

    apis: tuple[str, ...] = ()
    specs: tuple[Path, ...] = ()
    target: str = ""
    profile: str = ""
    select: str = ""  # an expression of pytest's -k
    quick: bool = False  # without fuzzing
    shard: str = ""  # `1/4`; empty: all of it
    workers: int = 0
    kill_file: Path | None = None
    cassette: Path | None = None  # where all exchanges are kept
    run: Run = field(default_factory=Run)
    keeping: Keeping = field(default_factory=Keeping)
    resume: Path | None = None  # the result of a run to go on with
    partial: Path | None = None  # where entries are kept as they come

    @cached_property
    def suite(self) -> Suite:
        """The suite that pytest will run."""
        apis: tuple[str | Path, ...] = (*self.apis, *self.specs)
        stop, keeping = Stop(self.kill_file), self.keeping
        return Suite(apis, self.target, self.profile, self.run, stop=stop, keeping=keeping, cassette=self.cassette)

    @cached_property
    def earlier(self) -> Result | None:
        """The result of the run to go on with, if there is one. Raises ResultFileError, ResumeError."""
        if self.resume is None:
            return None
        earlier = read_earlier(self.resume)
        check_alike(self.resume, earlier.head, self.head(0.0))
        return earlier

    def head(self, started: float) -> Head:
        """What a result file says of the run as a whole; `started` is in seconds since 1970."""
        return Head(
            target=self.suite.target_name,
            is_mock=self.suite.is_mock,
            apis=tuple(self.suite.specs),
            select=self.select,
            quick=self.quick,
            seed=self.run.seed,
            max_examples=self.run.max_examples,
            shard=self.shard,
            version=release(),
            started=datetime.fromtimestamp(started, UTC).isoformat(),
        )

    def arguments(self) -> list[str]:
        """The command line for pytest; nothing of the folder it is called in has a say."""
        given = [
            *("-c", os.devnull, f"--rootdir={SUITE_FILE.parents[1]}", "--assert=plain", "-p", "contracts.plugin"),
            *("-p", "no:terminal", "-p", "no:cacheprovider", "--capture=sys"),  # a file would be shared by all workers
            *(f"-pno:{each}" for each in UNUSED),
            f"--contracts-seed={self.run.seed}",
            f"--contracts-max-examples={self.run.max_examples}",
            f"--contracts-wait-up-to={self.run.patience}",
            f"--contracts-shard={self.shard}",
            *(f"--contracts-api={api}" for api in self.apis),
            *(f"--contracts-spec={spec}" for spec in self.specs),
        ]
        for option, value in (("--contracts-target", self.target), ("--contracts-profile", self.profile)):
            given += [f"{option}={value}"] if value else []
        given += ["--contracts-quick"] if self.quick else []
        given += [f"--contracts-kill-file={self.kill_file}"] if self.kill_file else []
        given += [f"--contracts-resume={self.resume}"] if self.resume else []
        given += ["-k", self.select] if self.select else []
        if self.workers and not CAN_FORK:
            given += ["-p", "xdist", "-n", str(self.workers), "--dist", "loadgroup"]
        return [*given, str(SUITE_FILE)]


def run(plan: Plan, console: Console) -> tuple[int, Result]:
    """Run the suite: pytest's exit code, and what came of it."""
    began = time.time()
    progress, result = Progress(console), _beginning(plan, began)
    partial = Partial(plan.partial) if plan.partial else None
    recorder = Recorder(plan.suite, result, progress, began, partial, result.duration)
    progress.start(plan.workers)
    workers = [Workers(plan.workers, silenced=(recorder,))] if plan.workers and CAN_FORK else []
    interruption = Interruption()
    with _own_environment(), interruption.listening(), _seldom_collected():
        code = int(pytest.main(plan.arguments(), plugins=[recorder, OnePhase(), interruption, *workers]))
    if partial is not None:
        partial.close()
    progress.clear()
    recorder.result.sort(clause.id for clause in plan.suite.clauses)
    settle(recorder.result)
    recorder.result.journal = plan.suite.keeping.told
    recorder.result.duration = round(recorder.earlier + time.time() - began, 6)
    guard = plan.suite.guard
    if guard is not None:
        recorder.result.spent = guard.spending.as_json()
        recorder.result.notes = list(dict.fromkeys([*recorder.result.notes, *guard.as_json()["notes"]]))
    return code, recorder.result


def _beginning(plan: Plan, began: float) -> Result:
    """The result before anything is judged: empty, or what is taken over from an earlier run, with what that spent."""
    head, earlier = plan.head(began), plan.earlier
    if earlier is None:
        return Result(head)
    if plan.suite.guard is not None:
        plan.suite.guard.spending.go_on(earlier.spent)
    return take_over(earlier, head)


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


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """While the suite runs, here and in its workers: garbage is looked for less often, as a run makes few cycles."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@dataclass(eq=False)  # pytest keeps its plugins in a set
class Interruption:
    """A plugin of pytest for the time of a run: Ctrl-C and SIGTERM end it, and what was judged is reported.

    Python loses what a handler raises inside a finaliser or a callback: it is raised again before the next clause.
    """

    is_heard: bool = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._hear) for number in STOPS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self) -> None:
        if self.is_heard:
            raise KeyboardInterrupt

    def _hear(self, *_: object) -> NoReturn:
        self.is_heard = True
        raise KeyboardInterrupt
