"""Which clauses are meant: by kind, standing, operation, and by an expression of -k."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from _pytest.mark.expression import Expression

from contracts.sharding import FUZZED
from openapi.clauses import Clause


@dataclass(frozen=True, slots=True)
class Selection:
    """What a clause has to be; what is empty lets every clause through."""

    kinds: frozenset[str] = frozenset()
    standings: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()
    expression: str = ""  # of -k

    def of(self, clauses: Iterable[Clause]) -> list[Clause]:
        """The clauses that are meant, in their order. Raises ValueError for what is no expression."""
        matches = matcher(self.expression)
        return [
            clause
            for clause in clauses
            if (not self.kinds or clause.kind.value in self.kinds)
            and (not self.standings or clause.standing in self.standings)
            and (not self.operations or clause.operation in self.operations)
            and matches(clause)
        ]


def chosen(clauses: Iterable[Clause], expression: str, *, quick: bool = False) -> list[Clause]:
    """The clauses that a run judges: those that match its -k, without those that --quick leaves out.

    Raises ValueError for what is no expression.
    """
    matches = matcher(expression)
    return [each for each in clauses if matches(each) and not (quick and each.kind in FUZZED)]


def matcher(expression: str) -> Callable[[Clause], bool]:
    """Whether a clause is meant by an expression of -k: its id, kind and standing are looked at, whatever their case.

    Raises ValueError for what is no expression.
    """
    matches = names_matcher(expression)
    return lambda clause: matches((clause.id, clause.kind.value, clause.standing))


def names_matcher(expression: str) -> Callable[[Iterable[str]], bool]:
    """Whether something of these names is meant by an expression of -k: each word stands in one, whatever its case.

    Everything is, by an empty one. Raises ValueError for what is no expression.
    """
    if not expression:
        return lambda _: True
    compiled = _compile(expression)

    def matches(names: Iterable[str]) -> bool:
        lowered = [name.lower() for name in names]
        return compiled.evaluate(lambda word, /, **_: any(word.lower() in name for name in lowered))

    return matches


def check_expression(expression: str) -> None:
    """Raise ValueError for what is no expression of pytest's -k."""
    _compile(expression)


def _compile(expression: str) -> Expression:
    def match(_: str, /, **arguments: object) -> bool:
        if arguments:
            raise ValueError("a name takes no arguments")
        return True

    try:
        compiled = Expression.compile(expression)
        compiled.evaluate(match)
    except Exception as error:  # which differs from one pytest to the next
        raise ValueError(f"-k {expression!r} is no expression: {getattr(error, 'msg', error)}") from error
    return compiled
