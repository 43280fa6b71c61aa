"""The exchanges that the page shows, cut to what a page can hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.calls.exchange import LONGEST_BODY
from contracts.reports.html.entries import Entry

MOST = 8_000_000  # characters of all clauses with their exchanges; the rest of the page comes to less than a tenth
LEFT_OUT = frozenset({"text"})  # what the page says in its own way


@dataclass(frozen=True, slots=True)
class Measure:
    """How much is shown of each clause."""

    exchanges: int  # of those that decided it, the last ones
    characters: int  # of each value of a request and of an answer


# From generous to none at all: the first that keeps a page within its size is taken.
MEASURES = (
    Measure(20, LONGEST_BODY * 2),
    Measure(6, LONGEST_BODY * 2),
    Measure(2, LONGEST_BODY // 2),
    Measure(1, LONGEST_BODY // 8),
    Measure(1, LONGEST_BODY // 64),
    Measure(0, LONGEST_BODY // 64),
)


def fit(entries: Iterable[Entry], most: int = MOST) -> tuple[list[dict[str, Any]], bool]:
    """The entries with as much evidence as there is room for, and whether that is less than usual."""
    whole = list(entries)
    for measure in MEASURES:
        found = [shorten(entry, measure) for entry in whole]
        if sum(len(json.dumps(entry, ensure_ascii=False)) for entry in found) <= most:
            break
    return found, measure is not MEASURES[0]


def shorten(entry: Entry, measure: Measure) -> dict[str, Any]:
    """An entry with that much of its evidence, and the number of exchanges that were left out."""
    kept = {name: _bounded(value, measure) for name, value in entry.items() if name not in LEFT_OUT}
    return kept | {"cut": max(len(entry.get("evidence", ())) - measure.exchanges, 0)}


def _bounded(value: Any, measure: Measure) -> Any:
    """A value of an entry: texts cut, and of lists of exchanges only the last ones."""
    if isinstance(value, str):
        return _cut(value, measure.characters)
    if isinstance(value, Mapping):
        if "curl" in value and "request" in value:
            return _exchange(value, measure)
        return {name: _bounded(part, measure) for name, part in value.items()}
    if isinstance(value, list):
        is_evidence = bool(value) and isinstance(value[0], Mapping) and "curl" in value[0]
        last = value[len(value) - measure.exchanges :] if is_evidence and len(value) > measure.exchanges else value
        return [_bounded(part, measure) for part in last]
    return value


def _exchange(exchange: Mapping[str, Any], measure: Measure) -> dict[str, Any]:
    """An exchange with its longest values cut; a line for a shell is left out where it would not be whole."""
    request, response = (_bounded(exchange[side], measure) for side in ("request", "response"))
    is_whole = request == exchange["request"]
    return {"request": request, "response": response, "curl": exchange["curl"] if is_whole else ""}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"
