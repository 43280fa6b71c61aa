"""What is said of a difference: in which respect the two sides differ, the evidence of both, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from contracts.drift.comparison import Change, Comparison
from contracts.drift.outcome import Outcome
from contracts.drift.ruling import Mover, Relation, Weight
from contracts.drift.side import Side, Sight, State
from contracts.listing import short
from contracts.reports.causes import outline
from contracts.result import Entry

LONGEST = 300  # characters of one fact of one side
NOTHING = "-"
ROWS = ("shows", "standing", "states", "quote", "because", "expected", "sent", "received")
_NAMES = {
    Relation.SAME_ENDPOINT: ("then", "now"),
    Relation.TWO_MOCKS: ("then", "now"),
    Relation.TWO_ENDPOINTS: ("first", "second"),
}


def names_of(comparison: Comparison) -> tuple[str, str]:
    """What the two sides are called."""
    if comparison.relation is Relation.MOCK_AND_ENDPOINT:
        return ("mock", "cloud") if comparison.first.head.is_mock else ("cloud", "mock")
    return _NAMES[comparison.relation]


def origin(side: Side) -> str:
    """Of whom a side is, and when it was judged."""
    head = side.head
    return f"{head.target}, {head.started[:10]} {head.started[11:16]} UTC: {len(side.entries)} clauses ({side.path})"


def groups(changes: Iterable[Change]) -> Iterator[tuple[Mover, list[list[Change]]]]:
    """The changes of each mover, those together that differ in the same way, the largest group first."""
    found: dict[Mover, dict[object, list[Change]]] = {}
    for change in changes:
        found.setdefault(change.mover, {}).setdefault(_way(change), []).append(change)
    for mover in Mover:
        if mover in found:
            yield mover, sorted(found[mover].values(), key=_place)


def _place(alike: list[Change]) -> tuple[bool, int]:
    """Findings first, the largest group first."""
    return alike[0].weight is not Weight.FINDING, -len(alike)


def _way(change: Change) -> object:
    """What two changes have in common that differ in the same way."""
    return change.entry["api"], change.weight, *map(_shape, _both(change))


def _shape(sight: Sight) -> object:
    if sight.entry is None:
        return sight.state
    follows = tuple(sight.entry.get("follows", {}).items())
    return sight.state, follows, outline(str(sight.entry["received"]))


def _both(change: Change) -> tuple[Sight, Sight]:
    return change.first, change.second


def rows(change: Change) -> list[tuple[str, str, str]]:
    """Name, first side, second side: what each shows, and what shows it."""
    sides = [dict(_facts(sight)) for sight in _both(change)]
    if change.mover is Mover.SPEC:
        sides = [{**facts, **_statement(sight.entry)} for facts, sight in zip(sides, _both(change), strict=True)]
    names = [name for name in ROWS if any(name in facts for facts in sides)]
    return [(name, sides[0].get(name, NOTHING), sides[1].get(name, NOTHING)) for name in names]


def _facts(sight: Sight) -> Iterator[tuple[str, str]]:
    entry = sight.entry
    answers = ", ".join(f"{name}={answer}" for name, answer in (entry or {}).get("follows", {}).items())
    yield "shows", f"{sight.state.value}: {answers}" if answers else sight.state.value
    if entry is None:
        return
    if sight.state is State.UNSEEN:
        yield "because", _cut(str(entry["reason"]))
    elif sight.state in {State.BROKEN, State.OTHERWISE}:
        yield "expected", _cut(str(entry["reason"]))
    if entry["evidence"]:
        exchange = entry["evidence"][-1]
        request, response = exchange["request"], exchange["response"]
        address = urlsplit(request["url"])._replace(scheme="", netloc="").geturl()
        yield "sent", _cut(f"{request['method']} {address} {request['body']}".strip())
        yield "received", _cut(str(entry["received"]) or f"{response['status']} {response['body']}")
    elif entry["received"]:
        yield "received", _cut(str(entry["received"]))


def _statement(entry: Entry | None) -> Mapping[str, str]:
    if entry is None:
        return {}
    return {"states": short(entry["value"], LONGEST), "standing": entry["standing"], "quote": _cut(entry["quote"])}


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def summary(outcome: Outcome) -> str:
    """How much of what there is, in one line."""
    parts = [_count(len(outcome.findings), "finding"), _count(len(outcome.drifts), "drift")]
    parts += [f"{len(outcome.accepted)} accepted"] if outcome.accepted else []
    parts += [f"{len(outcome.as_before)} as before"] if outcome.as_before else []
    for title, seen in zip(coverage_titles(outcome.comparison), (outcome.observed, outcome.lost), strict=True):
        parts += [f"{len(seen)} {title[:1].lower()}{title[1:]}"] if seen else []
    return ", ".join(parts) if outcome.comparison.changes else "Nothing differs."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def coverage_titles(comparison: Comparison) -> tuple[str, str]:
    """What it is called that only the second side observed, and only the first."""
    if comparison.relation in {Relation.SAME_ENDPOINT, Relation.TWO_MOCKS}:
        return "Observed now", "Not observed any more"
    first, second = names_of(comparison)
    return f"Observed on the {second} side alone", f"Observed on the {first} side alone"
