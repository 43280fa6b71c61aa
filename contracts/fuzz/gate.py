"""Which generated requests a real endpoint is sent.

Wrong ones come first. One that breaks a documented clause is refused, and creates nothing: it is sent as long as none
was accepted, even when the tasks are used up that generated requests may create.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from contracts.calls.client import Api, Reply
from contracts.fuzz.blame import Blame
from contracts.fuzz.ration import Ration
from contracts.fuzz.rules import breaks
from contracts.fuzz.wire import Unclear, WireReader, wire_reader
from contracts.target import Unavailable
from openapi.clauses import Clause, ClauseKind
from openapi.messages import Request
from openapi.model import Action, Operation

TRIES = 2  # requests that break the same clause
UMBRELLAS = frozenset({ClauseKind.REFUSAL, ClauseKind.CONFORMANCE})


class Withheld(Unavailable):
    """A generated request that must not be sent; the message says why."""


class Needless(Unavailable):
    """A generated request that would show nothing new."""


@dataclass
class Gate:
    """What stands before the requests of one operation."""

    api: Api
    operation: Operation
    ration: Ration
    only_wrong: bool = False  # whether nothing else is to be sent for now
    tried: Counter[str] = field(default_factory=Counter[str])  # how often, by the clause that was broken
    is_shut: bool = False  # for wrong requests that create all the same

    def admit(self, request: Request) -> None:
        """Raise Withheld for what must not be sent, Needless for what need not be."""
        broken = self._broken(request)
        certain = [each for each in broken if each in self._certain]
        if self.only_wrong:
            self._require_news([*certain, *broken, ""][0])
        if self.operation.action is not Action.CREATE:
            return
        if self.only_wrong and not certain:
            raise Needless
        if not self.ration.may_create and (self.is_shut or not certain):
            raise Withheld("the tasks are used up that generated requests may create")

    def heed(self, reply: Reply) -> None:
        """Let no further wrong request create a task, where one has."""
        self.is_shut |= self.operation.action is Action.CREATE and reply.accepted

    def _require_news(self, clause: str) -> None:
        """Raise Needless for what is wrong in no new way: each clause is tried a few times."""
        self.tried[clause] += 1
        if self.tried[clause] > TRIES:
            raise Needless

    def _broken(self, request: Request) -> list[str]:
        """The clauses that a request breaks, by their ids; none where it can be read in several ways."""
        try:
            reading = self._reader.read(request)
        except Unclear:
            return []
        now = self.api.target.now()
        rules = [rule for rule in self.operation.rules if breaks(rule, reading.arguments, now) is True]
        subjects = [f"{'+'.join(rule.parameters)}:{rule.kind}" for rule in rules]
        problems = [self._blame.of_problem(each) for each in reading.problems]
        return [*problems, *(self._blame.id(ClauseKind.RULE, subject) for subject in subjects)]

    @cached_property
    def _certain(self) -> Mapping[str, Clause]:
        """The clauses that a page states, in one way alone."""
        own = (each for each in self._blame.own if each.kind not in UMBRELLAS)
        return {each.id: each for each in own if each.standing == "documented" and not each.readings}

    @cached_property
    def _blame(self) -> Blame:
        return Blame(self.api.spec, self.operation)

    @cached_property
    def _reader(self) -> WireReader:
        return wire_reader(self.api.spec, self.operation)
