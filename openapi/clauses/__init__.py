"""Every documented statement of a spec, as one clause each: derived, never typed twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from openapi.clauses.access import access_clauses
from openapi.clauses.answers import answer_clauses, error_clauses, refusal_clauses
from openapi.clauses.clause import AnswerMember, Cause, Clause, ClauseKind
from openapi.clauses.facts import fact_clauses
from openapi.clauses.files import file_clauses, link_clauses, transfer_clauses
from openapi.clauses.isolation import own_room_clauses, own_task_clauses
from openapi.clauses.listing import listing_clauses
from openapi.clauses.place import Place, operation_places
from openapi.clauses.requests import not_given_clauses, request_clauses
from openapi.clauses.tasks import ACCEPTED, lifecycle_clauses, task_clauses
from openapi.clauses.told import told_clauses
from openapi.document import index_of, join, steps
from openapi.model import Citation, Spec

__all__ = ["ACCEPTED", "AnswerMember", "Cause", "Clause", "ClauseKind", "clauses"]

_NO_PAGE = Citation(
    None, "", "no page speaks of hostile requests: they are refused as any wrong request is, and do no harm"
)


def clauses(spec: Spec) -> tuple[Clause, ...]:
    """All clauses of a spec: operation by operation, then those of the whole API.

    Raises SpecError for a statement for which nobody is cited.
    """
    root = Place.root(spec)
    changed = _changed(spec)
    found = (*_of_operations(spec, root), *_of_api(spec, root))
    return tuple(_with_readings(each, changed) for each in found)


def _of_operations(spec: Spec, root: Place) -> Iterator[Clause]:
    places = operation_places(root)
    for operation in spec.operations.values():
        place, item = places[operation.id]
        yield from request_clauses(spec, operation, place, item)
        yield from answer_clauses(spec, operation, place)
        yield from told_clauses(spec, operation, place)
        yield from task_clauses(spec, operation, place)
        yield from own_task_clauses(spec, operation, place)
        yield from listing_clauses(spec, operation, place)
        yield from fact_clauses(spec, operation, place)
        yield from file_clauses(spec, operation.id, place, operation.file)
        yield from transfer_clauses(spec, operation, place)
        for kind in (ClauseKind.CONFORMANCE, ClauseKind.REFUSAL):
            yield Clause(spec.name, operation.id, kind, "", None, operation.citation, operation.pointer, operation)
        citation = _cite_robustness(place, root)
        yield Clause(spec.name, operation.id, ClauseKind.ROBUSTNESS, "", None, citation, operation.pointer)


def _cite_robustness(place: Place, root: Place) -> Citation:
    """Who says that hostile requests are answered as any other: a page, if the operation or the root cites one."""
    for each in (place, root):
        if "robustness" in each.node.get("x-cites", {}):
            return each.cite("robustness")
    return _NO_PAGE


def _of_api(spec: Spec, root: Place) -> Iterator[Clause]:
    yield from not_given_clauses(spec, root)
    yield from refusal_clauses(spec, root)
    yield from error_clauses(spec, root)
    yield from access_clauses(spec, root)
    yield from lifecycle_clauses(spec, root)
    yield from own_room_clauses(spec, root)
    file = next((each.file for each in spec.operations.values() if each.file and each.file.pointer == "/x-file"), None)
    yield from file_clauses(spec, "", root, file)
    yield from link_clauses(spec, root)
    first = next(iter(spec.operations.values()), None)
    if first is not None and spec.lifecycle is not None:
        yield Clause(spec.name, "", ClauseKind.SEQUENCES, "", None, first.citation, "/paths", spec.lifecycle)


@dataclass(frozen=True, slots=True)
class _Changed:
    """Which readings change what, by pointers whose steps into lists are indexes."""

    at: Mapping[str, set[str]]  # by what they change
    within: Mapping[str, set[str]]  # by all that it stands in

    def readings(self, pointer: str) -> tuple[str, ...]:
        """The readings that change what stands there, something in it, or what it stands in."""
        above = (self.at.get(each, ()) for each in (pointer, *_above(pointer)))
        return tuple(sorted({*self.within.get(pointer, ()), *chain.from_iterable(above)}))


def _changed(spec: Spec) -> _Changed:
    changed = _Changed(defaultdict(set), defaultdict(set))
    for name, reading in spec.readings.items():
        for pointer in {_indexed(spec.document, each) for change in reading.answers.values() for each in change}:
            changed.at[pointer].add(name)
            for each in _above(pointer):
                changed.within[each].add(name)
    return changed


def _above(pointer: str) -> list[str]:
    """The pointers to what it stands in, from the inside out."""
    steps = pointer.split("/")
    return ["/".join(steps[:end]) for end in range(len(steps) - 1, 0, -1)]


def _indexed(document: Any, pointer: str) -> str:
    found, node = "", document
    for step in steps(pointer):
        try:
            key: str | int = index_of(node, step) if isinstance(node, list) else step
            node = node[key]
        except (LookupError, TypeError, ValueError):
            key, node = step, None
        found = join(found, key)
    return found


def _with_readings(clause: Clause, changed: _Changed) -> Clause:
    """The clause with the readings that change it; hostile requests mean the same by all of them."""
    readings = changed.readings(clause.pointer) if clause.kind is not ClauseKind.ROBUSTNESS else ()
    return replace(clause, readings=readings) if readings else clause
