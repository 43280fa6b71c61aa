"""A run that is rehearsed: every clause is judged as it would be on the real endpoint, and nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from contracts.judgement import Verdict
from contracts.planning.tally import Tally
from contracts.profiles import Profile, load_draft
from contracts.safety.budget import Spending
from contracts.safety.consent import require_address
from contracts.safety.guard import Guard
from contracts.safety.journal import Head, Journal
from contracts.safety.keeping import Keeping
from contracts.safety.removal import Remover
from contracts.suite import Lost, Suite
from contracts.target import Target
from contracts.targets.rehearsal import Rehearsal, open_rehearsal
from openapi.clauses import Clause
from openapi.model import Spec

NOWHERE = "http://127.0.0.1"  # where an endpoint is taken to be that the profile does not name


class Watcher(Protocol):
    """Hears how far a rehearsal is."""

    def begin(self, line: str, total: int) -> None:
        """A part with so many clauses begins, as the line tells."""

    def step(self, clause: Clause) -> None:
        """This clause is judged now."""


class Nobody:
    """A watcher who does not listen."""

    def begin(self, line: str, total: int) -> None:
        """Goes on."""

    def step(self, clause: Clause) -> None:
        """Goes on."""


NOBODY = Nobody()


@dataclass(frozen=True, slots=True)
class Step:
    """What one clause takes, and what was used up when it was judged."""

    clause: Clause
    verdict: Verdict
    reason: str  # why it was not observed
    lacking: tuple[str, ...]  # entries of the profile that it asked for in vain
    used: tuple[str, ...]  # those that it made use of
    requests: int  # all that were sent so far, this clause's too
    tasks: int  # created so far
    bytes: int  # of the bodies of answers so far
    seconds: float  # waited so far


@dataclass(frozen=True, slots=True)
class Performance:
    """A rehearsal that is over."""

    steps: tuple[Step, ...]
    tally: Tally  # of everything that was sent, also before the first step and after the last
    spending: Spending  # in all
    most: int  # tasks that were there at once
    stopped: str = ""  # why it ended before every clause was judged


class Unwritten(Journal):
    """A journal of tasks that nobody has to find again."""

    def write(self, line: Mapping[str, Any], *, is_needed: bool = False) -> None:
        """Nothing goes to the disk."""


@dataclass
class Unkept(Keeping):
    """Holds a journal while a run is rehearsed."""

    def open(self, target: Target, profile: str, specs: Mapping[str, Spec], accounts: tuple[str, ...]) -> Journal:
        """One that is written nowhere."""
        return Unwritten(Path(), Head(target.base_url, profile, tuple(specs), accounts=accounts))

    def close(
        self,
        journal: Journal,
        target: Target,
        specs: Mapping[str, Spec],
        *,
        at_once: bool = False,  # noqa: ARG002 - time is of no matter here
    ) -> None:
        """Remove what is left."""
        Remover(target, specs, journal).remove_all()


@dataclass
class RehearsedSuite(Suite):
    """The suite, whose endpoint is played by a mock that has what the profile names, and allows what it allows."""

    draft: Profile | None = None  # instead of what stands in the file
    keeping: Keeping = field(default_factory=Unkept)

    def load_profile(self) -> Profile:
        """What stands in the profile, with credentials that are made up. Raises ValueError."""
        if self.url:
            require_address(self.url.rstrip("/"))
        profile = self.draft or load_draft(Path(self.profile_path), self.specs)
        return replace(profile, target=(self.url or profile.target or NOWHERE).rstrip("/"))

    @cached_property
    def stage(self) -> Rehearsal:
        """The endpoint, as it is played."""
        return open_rehearsal(self.profile, self.specs, self.run.patience, self.run.seed)

    @cached_property
    def guard(self) -> Guard | None:
        """As on the real endpoint, but of a budget without end."""
        return self.stage.guard

    def open_target(self) -> Target:
        """The endpoint, as it is played."""
        return self.stage


def perform(suite: RehearsedSuite, clauses: Iterable[Clause], watcher: Watcher = NOBODY) -> Performance:
    """Judge each clause in turn, then tidy up. Raises ProfileError, Unavailable."""
    _ = suite.target
    steps, stopped = list[Step](), ""
    for clause in clauses:
        watcher.step(clause)
        try:
            steps.append(_step(suite, clause))
        except Lost as error:
            stopped = str(error)
            break
    suite.close()
    return Performance(tuple(steps), suite.stage.tally, suite.stage.guard.spending, suite.stage.most, stopped)


def _step(suite: RehearsedSuite, clause: Clause) -> Step:
    stage = suite.stage
    with stage.tally.judging(clause.kind.value):
        found = suite.judge(clause)
    spending = stage.guard.spending
    return Step(
        clause=clause,
        verdict=found.verdict,
        reason=found.reason,
        lacking=tuple(stage.tally.lacking),
        used=tuple(stage.tally.used),
        requests=spending.requests,
        tasks=spending.tasks,
        bytes=spending.bytes,
        seconds=spending.seconds,
    )
