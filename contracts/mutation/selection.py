"""Which mutants are looked at: those that an expression picks, a share of them, or a sample."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from random import Random

from contracts.mutation.mutant import Mutant
from contracts.selection import names_matcher


def select(mutants: Iterable[Mutant], expression: str) -> list[Mutant]:
    """Those whose id, kind or standing an expression of -k matches. Raises ValueError for what is no expression."""
    matches = names_matcher(expression)
    return [each for each in mutants if matches((each.id, each.clause.kind.value, each.clause.standing))]


def share(mutants: list[Mutant], number: int, count: int) -> list[Mutant]:
    """The part with that number, from 1, of so many parts; every kind is in each of them."""
    return mutants[number - 1 :: count]


def sample(mutants: list[Mutant], limit: int, seed: int) -> list[Mutant]:
    """At most `limit` of them, as many of each kind as there can be, in their order; the same for the same seed."""
    random = Random(seed)  # noqa: S311 - a sample that repeats itself is what it is for
    kinds: defaultdict[str, list[Mutant]] = defaultdict(list)
    for each in mutants:
        kinds[each.clause.kind].append(each)
    shuffled = [random.sample(kinds[kind], len(kinds[kind])) for kind in sorted(kinds)]
    chosen = {each.id for each in _first(limit, _by_turns(shuffled))}
    return [each for each in mutants if each.id in chosen]


def _by_turns(rows: list[list[Mutant]]) -> Iterator[Mutant]:
    return (each for turn in zip_longest(*rows) for each in turn if each is not None)


def _first(limit: int, mutants: Iterator[Mutant]) -> Iterator[Mutant]:
    return (each for _, each in zip(range(limit), mutants, strict=False))
