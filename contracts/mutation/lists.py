"""What a server may get wrong about its lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.mutation.defects.lists import last_left_out, one_more, page_counted, shown_twice
from contracts.mutation.facts import Facts
from contracts.mutation.mutant import Mutant
from openapi.clauses import Clause
from openapi.document import index_of
from openapi.members import members
from openapi.model import Filter, Listing, Operation, Paging, Sorting

MATCHES = {"equal": "contains", "contains": "equal", "json": "contains"}


def filter_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """The filter ignored, looser or stricter, or gone by another field."""
    rule: Filter = clause.detail
    owner, _, step = clause.pointer.rpartition("/")
    rules = facts.stated(owner)
    rest = [each for index, each in enumerate(rules) if index != index_of(rules, step)]
    single = facts.only_value(facts.operation(clause), rule.parameter)
    yield Mutant(clause, "ignored", f"{rule.parameter} is ignored", {owner: rest}, same=single)
    other = MATCHES[rule.match]
    same = single or _whole(facts.operation(clause), rule)
    yield Mutant(clause, "match", f"match {rule.match} -> {other}", {f"{clause.pointer}/match": other}, same=same)
    field = next((each["field"] for each in rules if each["field"] != rule.field), "")
    if field:
        changes = {f"{clause.pointer}/field": field}
        yield Mutant(clause, "field", f"{rule.parameter} goes by {field}", changes)


def _whole(operation: Operation, rule: Filter) -> str:
    """Why a part of a value can never be asked for."""
    member = next((each for each in members(operation) if each.name == rule.parameter), None)
    if member is not None and rule.match == "equal" and "x-resource" in member.schema:
        return "it has to be the id of something that exists, and none holds another"
    if member is not None and rule.match == "equal" and member.schema.get("type") == "boolean":
        return "neither truth value holds the other"
    if member is not None and rule.match == "equal" and "enum" in member.schema:
        words = [str(each) for each in member.schema["enum"]]
        if not any(one != two and one in two for one in words for two in words):
            return "it has to be a word of a list, and none holds another"
    return ""


def sort_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """By another field, by none, or the other way round."""
    sorting: Sorting = clause.detail
    others = [each for each in sorting.fields.values() if each != clause.value]
    for other in others[:1]:
        yield Mutant(clause, "field", f"{clause.subject} sorts by {other}", {clause.pointer: other})
    if clause.value != sorting.default_field:
        yield Mutant(clause, "ignored", f"{clause.subject} sorts nothing", {clause.pointer: None})
    if sorting.direction:
        owner = "/".join(clause.pointer.split("/")[:-2])
        turned = {f"{owner}/ascending": sorting.descending, f"{owner}/descending": sorting.ascending}
        yield Mutant(clause, "reversed", f"{sorting.ascending} and {sorting.descending} mean each other", turned)
        constant = {f"{owner}/direction": ""}
        yield Mutant(clause, "one-way", f"{sorting.direction} is ignored", constant)


def order_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """The other direction, or another field; no default of a parameter hides it."""
    sorting: Sorting = clause.detail
    operation = facts.operation(clause)
    free: dict[str, Any] = {}
    for name in (sorting.by, sorting.direction):
        free |= facts.without_default(operation, name) if name else {}
    other = "ascending" if clause.value == "descending" else "descending"
    yield Mutant(clause, "reversed", f"{clause.value} -> {other}", {**free, f"{clause.pointer}/order": other})
    field = next((each for each in sorting.fields.values() if each != sorting.default_field), "")
    if field:
        yield Mutant(clause, "field", f"by {field}", {**free, f"{clause.pointer}/field": field})


def paging_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """A parameter ignored, a task twice, a task in no page."""
    paging: Paging = clause.detail
    for fact in ("limit", "offset", "number", "marker"):
        name = getattr(paging, fact)
        if name:
            yield Mutant(clause, f"no-{fact}", f"{name} is ignored", {f"{clause.pointer}/{fact}": None})
    operation = clause.operation
    yield Mutant(clause, "left-out", "the last task of a page is left out", defect=last_left_out(operation))
    yield Mutant(clause, "twice", "the first task of every page is shown twice", defect=shown_twice(operation))


def total_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Others counted; one too many; the tasks of the page alone."""
    listing = facts.operation(clause).listing
    if isinstance(listing, Listing):
        other = "all" if clause.value == "matching" else "matching"
        same = (
            "" if _narrows(listing, facts, clause) else "no filter can be left out, so that all are the matching ones"
        )
        yield Mutant(clause, "counts", f"counts {clause.value} -> {other}", {clause.pointer: other}, same=same)
    yield Mutant(clause, "plus-1", "one too many", defect=one_more(clause.operation))
    yield Mutant(clause, "page", "the tasks of the page alone", defect=page_counted(clause.operation))


def _narrows(listing: Listing, facts: Facts, clause: Clause) -> bool:
    """Whether a list can be asked for with a filter more than it needs."""
    operation = facts.operation(clause)
    required = {each.name for each in operation.parameters if each.required}
    required |= set((operation.body or {}).get("required", ()))
    return any(each.parameter not in required for each in listing.filters)
