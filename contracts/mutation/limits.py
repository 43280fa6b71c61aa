"""What a server may get wrong about how much, how many and how large."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.mutation.facts import Facts, neighbours, removal
from contracts.mutation.mutant import Mutant
from openapi.clauses import Clause
from openapi.model import Quota, RateLimit

SHARE = 10  # one part in so many by which a limit is moved that nobody counts to the byte


def rate_limit_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """One call more or less, a second more or less, no limit."""
    limit: RateLimit = clause.detail
    same = _shadow(facts, clause)
    for fact, stated in (("requests", limit.requests), ("seconds", limit.seconds)):
        for name, value in neighbours(stated):
            if isinstance(value, int) and value > 0:
                changes = {f"{clause.pointer}/{fact}": value}
                yield Mutant(clause, f"{fact}-{name}", f"{fact} {stated} -> {value}", changes, same=same)
    told = f"{limit.requests} in {limit.seconds} s -> no limit"
    yield Mutant(clause, "none", told, removal(facts, clause.pointer), same=same)


def _shadow(facts: Facts, clause: Clause) -> str:
    """Why nobody ever meets a limit: another one of the operation always refuses first."""
    limit: RateLimit = clause.detail
    for other in facts.operation(clause).rate_limits:
        spread = limit.requests // max(other.requests, 1) * other.seconds
        if other.pointer != limit.pointer and other.requests < limit.requests and spread > limit.seconds + 1:
            return f"another limit, {other.requests} in {other.seconds} s, always refuses first"
    return ""


def quota_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """One task more or less, no quota, others counted, the wrong thing done about it."""
    quota: Quota = clause.detail
    for name, value in neighbours(quota.limit):
        yield Mutant(clause, name, f"limit {quota.limit} -> {value}", {f"{clause.pointer}/limit": value})
    yield Mutant(clause, "none", f"limit {quota.limit} -> none", removal(facts, clause.pointer))
    other = "all" if quota.counts == "unfinished" else "unfinished"
    yield Mutant(clause, "counts", f"counts {quota.counts} -> {other}", {f"{clause.pointer}/counts": other})
    changes: dict[str, Any] = {f"{clause.pointer}/when-full": "evict-earliest"}
    if quota.when_full != "refuse":
        changes = {f"{clause.pointer}/when-full": "refuse", f"{clause.pointer}/refuse": "internal-error"}
    yield Mutant(clause, "when-full", f"when full: {quota.when_full} -> {next(iter(changes.values()))}", changes)


def overwrite_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Nothing is overwritten; more is, because one argument makes no difference."""
    yield Mutant(clause, "none", "no task replaces another", {clause.pointer: None})
    names = list(clause.value) if isinstance(clause.value, list) else []
    for name in names if len(names) > 1 else ():
        rest = [each for each in names if each != name]
        changes = {f"{clause.pointer}/same": rest}
        told = f"{name} makes no difference"
        yield Mutant(clause, f"without-{name}", told, changes, same=facts.only_value(clause.detail, str(name)))


def size_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """A byte more or less, a tenth more or less, no limit."""
    limit, is_sum = int(str(clause.value)), clause.detail.of == "headers"
    excuse = "how the bytes of all headers are counted is documented nowhere, so a tenth is let pass" if is_sum else ""
    for name, value in neighbours(limit):
        yield Mutant(clause, name, f"limit {limit} -> {value}", {clause.pointer: value}, excuse=excuse)
    for name, value in (("plus-tenth", limit + limit // SHARE), ("minus-tenth", limit - limit // SHARE)):
        if limit >= SHARE * SHARE:
            yield Mutant(clause, name, f"limit {limit} -> {value}", {clause.pointer: value})
    owner = clause.pointer.rpartition("/")[0]
    yield Mutant(clause, "none", f"limit {limit} -> none", removal(facts, owner))
