"""What a server may get wrong about who may call, and how calls are addressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.calls.composing import takes_fields, takes_token
from contracts.mutation.defects import access, tenants
from contracts.mutation.facts import WORD, Facts, neighbours
from contracts.mutation.mutant import Mutant
from contracts.mutation.signing import covers, differs
from openapi.clauses import Clause
from openapi.members import marked
from openapi.model import Action, Condition, Operation
from openapi.signatures.variants import VARIANTS

MINUTE = 60  # seconds
METHODS = ("PUT", "PATCH", "DELETE")
_ALIKE = "no request of these operations is signed differently so"


def signature_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """The scheme not taken; every operation open to those who do not, or cannot, sign; every part unchecked."""
    scheme = str(clause.value)
    takers = _takers(facts, scheme)
    schemes = list(clause.detail.schemes)
    rest = [each for each in schemes if each != scheme]
    changes: dict[str, Any] = {"/x-authentication/schemes": rest or [WORD]}
    for each in takers:
        if "x-schemes" in facts.places[each.id][0]:
            changes[f"{each.pointer}/x-schemes"] = [name for name in each.schemes if name != scheme]
    if rest:
        yield Mutant(clause, "not-taken", f"{scheme} is not taken", changes)
    for each in takers:
        yield from _open_doors(clause, each)
    if not takes_token(scheme) and takers:
        yield from _unchecked(facts, clause, takers)
        yield from _variants(facts, clause, takers)


def _open_doors(clause: Clause, operation: Operation) -> Iterator[Mutant]:
    scheme = str(clause.value)
    if scheme == operation.schemes[0] or takes_token(scheme):
        told = f"{operation.id} is open to those who do not sign"
        opened = access.nobody_asked(operation.id, operation.schemes[0])
        yield Mutant(clause, f"unsigned-{operation.id}", told, defect=opened)
    told = f"{operation.id} takes {'any token' if takes_token(scheme) else 'a key that does not exist'}"
    yield Mutant(clause, f"unknown-{operation.id}", told, defect=access.any_key(operation.id, scheme))
    if not takes_token(scheme):
        told = f"{operation.id} takes a signature with another secret"
        yield Mutant(clause, f"forged-{operation.id}", told, defect=access.any_secret(operation.id, scheme))


def _unchecked(facts: Facts, clause: Clause, takers: list[Operation]) -> Iterator[Mutant]:
    """A part of the request that is not looked at, for the first operation with a body, and the first without."""
    scheme = str(clause.value)
    shapes = {each.body is not None: each for each in reversed(takers)}
    for operation in shapes.values():
        parts = [part for part in access.PARTS if part != "body" or operation.body is not None]
        for part in parts if not takes_fields(scheme) else ("query",):
            told = f"{operation.id} does not check that the {part} is the one that was signed"
            same = _unseen(operation, part) or ("" if covers(facts.spec, scheme, part) else "it is not signed")
            found = access.unchecked(operation.id, scheme, part)
            yield Mutant(clause, f"{part}-{operation.id}", told, defect=found, same=same)
        told = f"{operation.id} does not check that the host is the one that was signed"
        if not takes_fields(scheme):
            host = access.unchecked(operation.id, scheme, "host")
            yield Mutant(clause, f"host-{operation.id}", told, defect=host)


def _unseen(operation: Operation, part: str) -> str:
    if part == "path" and "{" not in operation.path:
        return "another path leads to another operation, or to none"
    if part == "method":
        return "another method leads to another operation, or to none"
    return ""


def _variants(facts: Facts, clause: Clause, takers: list[Operation]) -> Iterator[Mutant]:
    """What some clients sign by mistake is taken; what is documented to be taken is not."""
    allowed = list(facts.spec.authentication.variants)
    where = "/x-authentication/variants"
    for name in VARIANTS:
        if name not in allowed:
            told = f"taken, though {VARIANTS[name].cause}"
            same = "" if differs(facts.spec, str(clause.value), name, takers) else _ALIKE
            yield Mutant(clause, f"lax-{name}", told, {where: [*allowed, name]}, same=same)
    for name in allowed:
        rest = [each for each in allowed if each != name]
        same = "" if differs(facts.spec, str(clause.value), name, takers) else _ALIKE
        yield Mutant(clause, f"strict-{name}", f"refused where {VARIANTS[name].cause}", {where: rest}, same=same)


def skew_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """A second more or less, no limit, no limit ahead."""
    for name, value in neighbours(clause.value):
        yield Mutant(clause, name, f"skew {clause.value} -> {value} s", {clause.pointer: value})
    yield Mutant(clause, "none", f"skew {clause.value} s -> any", {clause.pointer: 0})
    for scheme in clause.detail.schemes:
        dated = not takes_token(scheme) and not takes_fields(scheme)
        if dated:
            told = f"{scheme}: a time ahead is never too far ahead"
            yield Mutant(clause, f"ahead-{scheme}", told, defect=access.future_taken(scheme))


def lock_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """One failure or second more or less, no lock."""
    for name, value in neighbours(clause.value):
        yield Mutant(clause, name, f"lock {clause.subject} {clause.value} -> {value}", {clause.pointer: value})
    yield Mutant(clause, "none", "no lock", {clause.pointer.rpartition("/")[0]: None})


def token_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """A few seconds or a minute more or less, of the tokens that whoever issues them issues."""
    seconds = int(str(clause.value))
    issues = any(each.action is Action.ISSUE_TOKEN for each in facts.spec.operations.values())
    document = "" if issues else next(iter(facts.spec.companions), "")
    for name, value in (
        ("plus-3", seconds + 3),
        ("minus-3", seconds - 3),
        ("plus-minute", seconds + MINUTE),
        ("minus-minute", seconds - MINUTE),
    ):
        told = f"good for {seconds} -> {value} s"
        yield Mutant(clause, name, told, {clause.pointer: value}, document=document)


def addressing_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """Another header, another version, a method less or more."""
    stated = str(clause.value)
    if clause.subject == "action":
        yield Mutant(clause, "other", f"header {stated} -> X-Otherwise", {clause.pointer: "X-Otherwise"})
        return
    if clause.subject == "version":
        yield Mutant(clause, "other", f"version {stated} -> {WORD}", {clause.pointer: WORD})
        return
    where = clause.pointer.rpartition("/")[0]
    methods = list(clause.detail.methods)
    rest = [each for each in methods if each != stated]
    yield Mutant(clause, "refused", f"{stated} is not taken", {where: rest})
    for more in METHODS:
        if more not in methods:
            yield Mutant(clause, f"or-{more.lower()}", f"{more} is taken too", {where: [*methods, more]})


def isolation_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """The tenant is not looked at, nor the project; what one account uses up is missing to the other."""
    if not isinstance(clause.detail, Operation) or clause.subject:
        what = clause.operation or "every operation"
        told = f"{what} counts the calls, and the tasks, of all accounts together"
        yield Mutant(clause, "shared", told, defect=tenants.everything_is_shared(clause.operation))
        return
    operation = clause.detail
    told = f"{operation.id} does not look whose task it is"
    yield Mutant(clause, "tenant", told, defect=tenants.everybody_is_one(operation.id))
    if marked(operation, "x-tenant") and operation.schemes:
        told = f"{operation.id} takes the project of another account"
        yield Mutant(clause, "project", told, defect=tenants.any_project(operation.id))


def resource_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """The condition does not matter, or is refused for another reason."""
    condition: Condition = clause.detail
    where = f"{clause.pointer}/refuse"
    yield Mutant(clause, "accepted", f"{condition.reason} -> accepted", {where: WORD})
    other = facts.other_reason(condition.reason, facts.operation(clause))
    if other:
        yield Mutant(clause, "reason", f"{condition.reason} -> {other}", {where: other})


def _takers(facts: Facts, scheme: str) -> list[Operation]:
    link = facts.spec.link
    linked = link.operation if link else ""
    return [each for each in facts.spec.operations.values() if scheme in each.schemes and each.id != linked]
