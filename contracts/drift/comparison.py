"""What differs between two results, clause by clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.baseline import Known
from contracts.drift.ruling import Case, Mover, Relation, Weight, decide
from contracts.drift.side import Side, Sight, State
from contracts.reports.causes import outline
from contracts.result import Entry
from contracts.severity import Severity

DOES_OTHERWISE = frozenset({State.BROKEN, State.OTHERWISE})


class DifferentApis(ValueError):
    """Results that have no API in common."""


@dataclass(frozen=True, slots=True)
class Change:
    """A clause of which the two results show something else, or on which neither keeps what is stated."""

    clause: str
    first: Sight
    second: Sight
    mover: Mover
    weight: Weight
    accepted: Known | None = None  # whether or not that is over

    @property
    def entry(self) -> Entry:
        """The statement, as the later result has it where both do."""
        found = self.second.entry or self.first.entry
        assert found is not None
        return found


@dataclass(frozen=True)
class Comparison:
    """Two results, and what differs."""

    first: Side
    second: Side
    relation: Relation
    changes: tuple[Change, ...]  # in the order of the ids
    notes: tuple[str, ...] = ()  # what a reader has to know before believing it


def compare(first: Side, second: Side) -> Comparison:
    """Everything that differs between two results. Raises DifferentApis."""
    if not first.apis & second.apis:
        of = [", ".join(sorted(side.apis)) for side in (first, second)]
        raise DifferentApis(f"{first.path} is of {of[0]}, {second.path} of {of[1]}: there is nothing to compare")
    relation = _relation(first, second)
    names = sorted(first.entries.keys() | second.entries.keys())
    found = (_change(name, first, second, relation) for name in names)
    changes = tuple(change for change in found if change.weight is not Weight.SAME)
    return Comparison(first, second, relation, changes, tuple(_notes(first, second)))


def _relation(first: Side, second: Side) -> Relation:
    mocks = first.head.is_mock + second.head.is_mock
    if mocks:
        return Relation.TWO_MOCKS if mocks > 1 else Relation.MOCK_AND_ENDPOINT
    is_same = _address(first) == _address(second)
    return Relation.SAME_ENDPOINT if is_same else Relation.TWO_ENDPOINTS


def _address(side: Side) -> str:
    return side.head.target.rstrip("/").casefold()


def _change(name: str, first: Side, second: Side, relation: Relation) -> Change:
    api = str((first.entries.get(name) or second.entries[name])["api"])
    one = first.sight(name, is_stated=first.may_lack(second, api))
    other = second.sight(name, is_stated=second.may_lack(first, api))
    is_turned = relation is Relation.MOCK_AND_ENDPOINT and second.head.is_mock
    before, after = (other, one) if is_turned else (one, other)
    case = Case(before.state, after.state, _are_alike(one, other), _is_restated(one.entry, other.entry))
    row = decide(relation, case)
    is_new = _is_newly_broken(one, other) or (relation is Relation.MOCK_AND_ENDPOINT and _is_newly_broken(other, one))
    weight = Weight.DRIFT if row.weight is Weight.FINDING and not is_new else row.weight
    return Change(name, one, other, row.mover, weight)


def _is_newly_broken(before: Sight, after: Sight) -> bool:
    """Whether a promise that fails a run is broken on one side, and not on the other."""
    is_error = after.entry is not None and after.entry["severity"] == Severity.ERROR
    return is_error and before.state not in DOES_OTHERWISE


def _are_alike(first: Sight, second: Sight) -> bool:
    if first.entry is None or second.entry is None:
        return False
    if first.state is second.state is State.READING:
        return bool(first.entry.get("follows") == second.entry.get("follows"))
    return outline(str(first.entry["received"])) == outline(str(second.entry["received"]))


def _is_restated(first: Entry | None, second: Entry | None) -> bool:
    """Whether the two specs state something else, or somebody else says so."""
    stated = ("value", "quote", "standing")
    return first is not None and second is not None and [first[n] for n in stated] != [second[n] for n in stated]


def accept(comparison: Comparison, findings: Iterable[Known]) -> Comparison:
    """The same, each change that somebody accepted with that."""
    ordered = list(findings)
    marked = (_marked(change, ordered) for change in comparison.changes)
    return Comparison(comparison.first, comparison.second, comparison.relation, tuple(marked), comparison.notes)


def _marked(change: Change, findings: Iterable[Known]) -> Change:
    found = next((known for known in findings if known.covers(change.clause)), None)
    return Change(change.clause, change.first, change.second, change.mover, change.weight, found)


def _notes(first: Side, second: Side) -> Iterator[str]:
    for side in (first, second):
        if side.result.stopped:
            judged = f"{len(side.entries)} of {side.result.selected} clauses"
            yield f"{side.path} ended early ({side.result.stopped}): it has {judged}"
    for name, said in {"select": "-k", "shard": "--shard", "quick": "--quick"}.items():
        if getattr(first.head, name) != getattr(second.head, name):
            yield f"they were asked for different parts: {said} is {_told(first, name)}, then {_told(second, name)}"
    if first.head.version != second.head.version:
        versions = f"{first.head.version}, then {second.head.version}"
        yield f"two versions of the contracts judged ({versions}): what differs may be how it was judged"
    for one, other in ((first, second), (second, first)):
        if lone := sorted(one.apis - other.apis):
            yield f"only {one.path} has {', '.join(lone)}"
    if _relation(first, second) is not Relation.MOCK_AND_ENDPOINT and _began(first) > _began(second):
        yield f"{first.path} is the later one: are they the wrong way round?"


def _told(side: Side, name: str) -> str:
    value: Any = getattr(side.head, name)
    return repr(value) if value else "not given"


def _began(side: Side) -> datetime:
    return datetime.fromisoformat(side.head.started)
