"""Where pages can be read in several ways: which way a real server goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from contracts.calls.client import Api, Reader
from contracts.judgement import Judgement, Verdict, judge
from contracts.severity import Severity
from openapi.clauses import Clause, ClauseKind, clauses
from openapi.document import SpecError
from openapi.loader import spec_of
from openapi.model import Action, Spec

Readers = dict[tuple[str, str], Reader]
Opener = Callable[[Spec, Readers], Api]
LONGEST = 400  # characters of a reason that tells two
REFUSALS = ("/x-error-codes", "/x-resources")  # what any clause depends on that expects a refusal


@dataclass
class Edition:
    """A spec in which some readings were chosen."""

    spec: Spec
    chosen: Mapping[str, str] = field(default_factory=dict[str, str])  # reading: answer; all others by default
    readers: Readers = field(default_factory=dict[tuple[str, str], Reader])

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Its statements, by id."""
        return {each.id: each for each in clauses(self.spec)}


@dataclass
class Readings:
    """The readings of one API as a server follows them: from the documented defaults on, learned clause by clause."""

    spec: Spec
    open_api: Opener
    chosen: dict[str, str] = field(default_factory=dict[str, str])
    _witnesses: dict[str, str] = field(default_factory=dict[str, str])  # reading: the clause that told
    _begun: bool = False
    _held: list[str] = field(default_factory=list[str])  # ids of clauses
    _editions: dict[tuple[tuple[str, str], ...], Edition | None] = field(
        default_factory=dict[tuple[tuple[str, str], ...], Edition | None]
    )

    def judge(self, clause: Clause) -> Judgement:
        """The verdict by the readings that the server was seen to follow, at first in its answers to creating a task.

        Where it follows another one, the clause is held by that, and so are later ones; unless it was seen, or is seen,
        to follow two that contradict each other.
        """
        if not self._begun:
            self._begun = True
            for each in creations(self.spec):
                self.judge(each)  # without which no task could be read
        edition = self._edition(self.chosen)
        assert edition is not None
        found = self._judge(clause, edition)
        if found.verdict is Verdict.HELD:
            self._held.append(clause.id)
        return self._by_another(clause, found) if found.otherwise else found

    def _by_another(self, clause: Clause, found: Judgement) -> Judgement:
        """The verdict on a clause that is not kept as it is read so far."""
        for reading, answer, edition in self._others(clause, found):
            again = self._judge(clause, edition)
            if again.verdict is not Verdict.HELD and not self._takes_back(clause, reading, answer):
                continue
            contradiction = self._contradiction(clause, reading, edition)
            if contradiction:
                return replace(found, reason=f"{found.reason} (reading {reading}={answer} would do, {contradiction})")
            self.chosen[reading], self._witnesses[reading] = answer, clause.id
            self._held.append(clause.id)
            way = again.reason if reading in again.reason else f"by the reading {reading}={answer}"
            note = f"{way}; otherwise: {found.reason}, received {found.received}"
            follows = {**again.follows, reading: answer} if again.verdict is Verdict.HELD else {}
            return replace(again, reason=" ".join(note.split())[:LONGEST], follows=follows, severity=Severity.LEARNED)
        return found

    def _takes_back(self, clause: Clause, reading: str, answer: str) -> bool:
        """Whether nothing is left of the statement itself by an answer."""
        changes = self.spec.readings[reading].answers[answer].items()
        return any(value is None and clause.pointer == pointer for pointer, value in changes)

    def _contradiction(self, clause: Clause, reading: str, edition: Edition) -> str:
        """Why the server cannot be said to follow an answer; empty where it can."""
        if reading in self.chosen:
            return f"but {self._witnesses[reading]} is held by {reading}={self.chosen[reading]} alone"
        for held in self._held:
            own = edition.clauses.get(held)
            if held == clause.id or own is None or not self._says_otherwise(own, reading, edition.chosen[reading]):
                continue
            if self._judge(own, edition).otherwise:
                return f"but {held} is not held by that"
        return ""

    def _judge(self, clause: Clause, edition: Edition) -> Judgement:
        own = edition.clauses.get(clause.id)
        if own is None:
            said = ", ".join(f"{reading}={answer}" for reading, answer in edition.chosen.items())
            reason = f"by the reading {said} nothing is said of it"
            return Judgement(clause, Verdict.NOT_OBSERVED, reason=reason)
        found = judge(own, lambda: self.open_api(edition.spec, edition.readers))
        if found.verdict is not Verdict.HELD:
            return replace(found, clause=clause)
        told = {name: answer for name, answer in edition.chosen.items() if self._says_otherwise(own, name, answer)}
        ways = [f"by the reading {name}={answer}" for name, answer in told.items()]
        return replace(found, clause=clause, follows=told, reason="; ".join(filter(None, (*ways, found.reason))))

    def _others(self, clause: Clause, found: Judgement) -> Iterator[tuple[str, str, Edition]]:
        """The editions in which one more reading is chosen, or another answer of one, that may tell of the clause."""
        named_first = sorted(self.spec.readings.values(), key=lambda each: each.id not in clause.readings)
        for reading in named_first:
            changes = [pointer for each in reading.answers.values() for pointer in each]
            for answer in reading.answers:
                if answer == self.chosen.get(reading.id, reading.default):
                    continue
                is_about_refusals = found.by_refusal and any(each.startswith(REFUSALS) for each in changes)
                edition = self._edition({**self.chosen, reading.id: answer})
                if edition and (is_about_refusals or self._says_otherwise(clause, reading.id, answer)):
                    yield reading.id, answer, edition

    def _says_otherwise(self, clause: Clause, reading: str, answer: str) -> bool:
        """Whether a clause says something else by an answer than by the default."""
        if reading in clause.readings:
            return True
        default, edition = self._edition({}), self._edition({reading: answer})
        was, own = (each.clauses.get(clause.id) if each else None for each in (default, edition))
        return was is None or own is None or (own.value, own.detail) != (was.value, was.detail)

    def _edition(self, chosen: Mapping[str, str]) -> Edition | None:
        """The spec by these readings; None where they cannot be had together."""
        key = tuple(sorted(chosen.items()))
        if key not in self._editions:
            try:
                spec = spec_of(dict(self.spec.document), Path(self.spec.path), chosen) if chosen else self.spec
                self._editions[key] = Edition(spec, dict(chosen))
            except SpecError:
                self._editions[key] = None
        return self._editions[key]


def creations(spec: Spec) -> Iterator[Clause]:
    """What is stated of the answer to creating a task, by the operation that checks take their tasks from."""
    creators = (each.id for each in spec.operations.values() if each.action is Action.CREATE)
    first = next(creators, None)
    for each in clauses(spec):
        if each.operation == first and each.kind is ClauseKind.RESPONSE_SCHEMA:
            yield each
