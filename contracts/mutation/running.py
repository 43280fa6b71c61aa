"""All mutants judged, by several processes, in an order that does not depend on them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console

from contracts.calls.client import Run
from contracts.mutation.deriving import mutants
from contracts.mutation.grading import Fate, Grade, Grader, Scope
from contracts.mutation.mutant import Mutant
from contracts.mutation.selection import sample, select, share
from contracts.reports.terminal import is_interactive
from openapi.loader import load_all
from openapi.model import Spec

FEW = 40  # mutants that one process judges sooner than others are started
STEPS = 20  # lines of progress where no line can be written anew


@dataclass(frozen=True, slots=True)
class Choice:
    """Which mutants of which specs."""

    specs: tuple[str | Path, ...] = ()  # names, or paths of YAML files; empty: all that come with the package
    select: str = ""  # an expression of pytest's -k
    limit: int = 0  # the size of a sample; 0: all
    seed: int = 0
    shard: tuple[int, int] = (1, 1)  # the first of one part

    def load(self) -> dict[str, Spec]:
        """The specs and their companions. Raises SpecError."""
        return load_all(self.specs)

    def mutants(self, specs: dict[str, Spec]) -> list[Mutant]:
        """The chosen mutants, spec by spec and clause by clause."""
        found = select((each for spec in specs.values() for each in mutants(spec)), self.select)
        found = sample(found, self.limit, self.seed) if self.limit else found
        return share(found, *self.shard)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be judged, and how thoroughly."""

    choice: Choice
    scope: Scope = Scope.OPERATION
    workers: int = 0  # processes; 0: this one

    def grader(self, specs: dict[str, Spec]) -> Grader:
        """What judges the mutants of these specs."""
        return Grader(specs, self.scope, Run(self.choice.seed))


@dataclass
class Progress:
    """Tells how far it is."""

    console: Console
    total: int
    done: int = 0
    survived: int = 0
    _told: int = field(default=0)

    def step(self, grade: Grade) -> None:
        """One more was judged."""
        self.done += 1
        self.survived += grade.fate is Fate.SURVIVED
        if is_interactive(self.console):
            line = f"{self.done}/{self.total}  {self.survived} survived  {grade.mutant}"[: self.console.width - 1]
            self.console.print(f"\r\x1b[2K{line}", end="", markup=False, soft_wrap=True)
        elif self.done * STEPS // self.total > self._told:
            self._told = self.done * STEPS // self.total
            self.console.print(f"{self.done} of {self.total} mutants judged, {self.survived} survived")

    def end(self) -> None:
        """Take the line of progress away."""
        if is_interactive(self.console):
            self.console.print("\r\x1b[2K", end="", markup=False, soft_wrap=True)


def run(plan: Plan, console: Console) -> list[Grade]:
    """The fates of all chosen mutants, in their order. Raises SpecError; ValueError where none is chosen."""
    specs = plan.choice.load()
    chosen = plan.choice.mutants(specs)
    if not chosen:
        raise ValueError(f"no mutant matches -k {plan.choice.select!r}; `contracts mutate --list` names them all")
    progress = Progress(console, len(chosen))
    console.print(f"judging {len(chosen)} mutant{'' if len(chosen) == 1 else 's'} …")
    grades = []
    try:
        for grade in _judged(plan, specs, chosen):
            grades.append(grade)
            progress.step(grade)
    finally:
        progress.end()
    return grades


def _judged(plan: Plan, specs: dict[str, Spec], chosen: list[Mutant]) -> Iterator[Grade]:
    if plan.workers < 2 or len(chosen) <= FEW:  # noqa: PLR2004 - one process is none
        grader = plan.grader(specs)
        yield from (grader.grade(each) for each in chosen)
        return
    pool = ProcessPoolExecutor(plan.workers, get_context("spawn"), _begin, (plan,))
    try:
        yield from pool.map(_grade, range(len(chosen)))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@dataclass
class _Worker:
    """What one process needs to judge any of the mutants: they are derived again, which is sooner done than sent."""

    grader: Grader
    mutants: list[Mutant]


_workers: list[_Worker] = []


def _begin(plan: Plan) -> None:
    specs = plan.choice.load()
    _workers.append(_Worker(plan.grader(specs), plan.choice.mutants(specs)))


def _grade(index: int) -> Grade:
    worker = _workers[-1]
    return worker.grader.grade(worker.mutants[index])
