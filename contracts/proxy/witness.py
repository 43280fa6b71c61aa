"""One API as its traffic shows it: judged by the pages as the server seems to read them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from contracts.calls.exchange import Exchange
from contracts.proxy.judging import Judging
from contracts.proxy.ledger import Ledger
from contracts.proxy.passed import Passed
from contracts.proxy.points import Kept, Point, Unkept
from contracts.readings import REFUSALS
from openapi.clauses import Clause
from openapi.document import SpecError
from openapi.loader import spec_of
from openapi.model import Operation, Spec

REMEMBERED = 100  # exchanges by which another reading is tried
SMALL = 1 << 16  # bytes of bodies; larger ones are not remembered

Seen = tuple[Passed, Exchange, Operation]


@dataclass
class Witness:
    """One API, and what has come of its clauses."""

    spec: Spec
    ledger: Ledger
    chosen: dict[str, str] = field(default_factory=dict[str, str])  # reading: answer; all others by default
    judging: Judging = field(init=False)
    _recent: deque[Seen] = field(default_factory=lambda: deque[Seen](maxlen=REMEMBERED))
    _tried: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])  # clause and reading

    def __post_init__(self) -> None:
        self.judging = Judging(self.spec)
        self.clauses = {each.id: each for each in self.judging.book.all}

    def see(self, passed: Passed, exchange: Exchange, operation: Operation) -> Iterator[Unkept]:
        """Take in one more exchange: what it breaks, known or not."""
        if passed.kept <= SMALL:
            self._recent.append((passed, exchange, operation))
        points = list(self.judging.judge(passed, exchange, self._own(operation)))
        for point in points:
            if isinstance(point, Unkept) and passed.kept <= SMALL and self._is_read_otherwise(point):
                continue
            self.ledger.note(point, exchange, self._follows(point))
            if isinstance(point, Unkept):
                yield point

    def forget(self) -> None:
        """The server was told to start anew."""
        self.judging.forget()
        self._recent.clear()

    def _own(self, operation: Operation) -> Operation:
        """The operation as the chosen readings have it."""
        return self.judging.spec.operations.get(operation.id, operation)

    def _follows(self, point: Point) -> dict[str, str]:
        """The readings by which a clause is held."""
        clause = self.clauses.get(point.clause)
        named = clause.readings if clause and isinstance(point, Kept) else ()
        return {name: answer for name, answer in self.chosen.items() if name in named}

    def _is_read_otherwise(self, point: Unkept) -> bool:
        """Whether the server keeps the clause by another reading of the pages, and all that it kept before."""
        clause = self.clauses.get(point.clause)
        for name, answer, judging in self._others(clause, point) if clause else ():
            found = [
                (each, exchange)
                for passed, exchange, operation in self._recent
                for each in judging.judge(passed, exchange, judging.spec.operations.get(operation.id, operation))
            ]
            unkept = {each.clause for each, _ in found if isinstance(each, Unkept)}
            kept = {name for name, each in self.ledger.entries.items() if each["verdict"] == "held"}
            if point.clause in unkept or unkept & kept:
                continue
            self.judging, self.chosen = judging, {**self.chosen, name: answer}
            for each, exchange in found:
                if isinstance(each, Kept):
                    self.ledger.note(each, exchange, self._follows(each))
            return True
        return False

    def _others(self, clause: Clause, point: Unkept) -> Iterator[tuple[str, str, Judging]]:
        """The pages read otherwise in one place that may tell of the clause, each tried once."""
        for reading in self.spec.readings.values():
            changes = [pointer for each in reading.answers.values() for pointer in each]
            tells = reading.id in clause.readings or (
                point.is_refusal and any(each.startswith(REFUSALS) for each in changes)
            )
            if not tells or reading.id in self.chosen or (clause.id, reading.id) in self._tried:
                continue
            self._tried.add((clause.id, reading.id))
            for answer in reading.answers:
                if answer != reading.default and (judging := self._edition({**self.chosen, reading.id: answer})):
                    yield reading.id, answer, judging

    def _edition(self, chosen: dict[str, str]) -> Judging | None:
        try:
            return Judging(spec_of(dict(self.spec.document), Path(self.spec.path), chosen))
        except SpecError:
            return None
