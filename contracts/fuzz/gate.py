"""Which generated requests a real endpoint is sent.

What creates a task has to be allowed. What breaks a documented clause is refused, and creates nothing: it is sent even
where nothing may be created, with the name of that clause, until one is accepted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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

    def clause_for(self, request: Request) -> str:
        """The documented clause for which a request has to be refused; empty where it may be sent without one.

        Raises Withheld for what must not be sent, Needless for what need not be.
        """
        broken = self._broken(request)
        if self.only_wrong:
            self._require_news(broken)
        if self.operation.action is not Action.CREATE:
            return ""
        clause = next((each for each in broken if each in self._certain), "")
        if not clause and self.only_wrong:
            raise Needless
        if not self._may_create:
            self._require_refusal(clause)
        return clause

    def heed(self, reply: Reply) -> None:
        """Let no further wrong request create a task, where one has."""
        self.is_shut |= self.operation.action is Action.CREATE and reply.accepted

    @property
    def is_open(self) -> bool:
        """Whether a request that is right may be sent."""
        return self.operation.action is not Action.CREATE or self._may_create

    @property
    def _may_create(self) -> bool:
        return self.api.target.profile.allow.create and self.ration.may_create

    @property
    def _why(self) -> str:
        if not self.api.target.profile.allow.create:
            return "the profile does not allow it: allow.create"
        return "the part of the budget of tasks that is for generated requests is used up"

    def _require_news(self, broken: Sequence[str]) -> None:
        """Raise Needless for what is wrong in no new way: one clause is tried a few times."""
        way = next((each for each in broken if each in self._certain), broken[0] if broken else "")
        self.tried[way] += 1
        if self.tried[way] > TRIES:
            raise Needless

    def _require_refusal(self, clause: str) -> None:
        """Raise Withheld unless a request is surely refused."""
        if not clause:
            raise Withheld(f"it would create a task: {self._why}")
        if self.is_shut:
            raise Withheld(f"another request that is to be refused was accepted, and created a task: {self._why}")

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
