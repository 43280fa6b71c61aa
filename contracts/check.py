"""What a check is, which kinds of clauses it judges, and what it may raise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from contracts.calls.client import Api, Reply
from contracts.fuzz.finding import Finding
from openapi.clauses import Clause, ClauseKind

CheckFunction = Callable[[Api, Clause], str | None]
Predicate = Callable[[Clause], bool]


class Broken(Exception):
    """The server does not keep the promise."""

    def __init__(
        self, expected: str, reply: Reply | None = None, received: str = "", findings: Sequence[Finding] = ()
    ) -> None:
        super().__init__(expected)
        self.expected = expected  # what the promise asks for, as the end of "expected: …"
        self.reply = reply  # the answer that breaks it
        self.received = received  # what came instead, where the answer alone does not show it
        self.findings = tuple(findings)  # what generated requests showed, of this clause and of others


class NotObserved(Exception):
    """The check could not create the situation in which the promise shows; the message says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """A function that judges clauses of some kinds, those that `applies` picks."""

    name: str
    function: CheckFunction
    applies: Predicate


_CHECKS: dict[ClauseKind, list[Check]] = {}


def check(*kinds: ClauseKind, when: Predicate = lambda _: True) -> Callable[[CheckFunction], CheckFunction]:
    """Judge every clause of these kinds with the decorated function, or those of them that `when` picks.

    It returns when the promise is kept, perhaps with what it could not look at, and raises Broken or NotObserved
    otherwise.
    """

    def register(function: CheckFunction) -> CheckFunction:
        for kind in kinds:
            _CHECKS.setdefault(kind, []).append(Check(function.__name__, function, when))
        return function

    return register


def checks_of(clause: Clause) -> list[Check]:
    """The checks that judge a clause; each is run for it, on a clean slate."""
    return [each for each in all_checks().get(clause.kind, ()) if each.applies(clause)]


def all_checks() -> Mapping[ClauseKind, list[Check]]:
    """Every check of `contracts.checks`, by the kind of clauses that it judges."""
    _import_all()
    return _CHECKS


@cache
def _import_all() -> None:
    package = import_module("contracts.checks")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
