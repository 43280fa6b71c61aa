"""What a run learned of a real endpoint where pages are silent or can be read in several ways, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracts.reports.causes import by_reason
from contracts.result import Entry, Result, is_learned
from openapi.model import Spec

LONGEST = 300  # characters of what was received


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sentence, and the clauses that told it."""

    sentence: str
    entries: tuple[Entry, ...]


def lessons(result: Result, specs: Mapping[str, Spec]) -> list[Lesson]:
    """The readings that the endpoint follows, then what it does otherwise than nobody documents."""
    return [*_followed(result, specs), *_otherwise(result)]


def _followed(result: Result, specs: Mapping[str, Spec]) -> Iterator[Lesson]:
    entries = {entry["id"]: entry for entry in result.entries}
    for name, found in result.readings.items():
        api, _, reading = name.partition("/")
        asked = specs[api].readings.get(reading) if api in specs else None
        usual = f", not {asked.default} as it is read by default ({asked.question})" if asked else ""
        sentence = f"This endpoint follows the reading {name}={found['answer']}{usual}."
        yield Lesson(sentence, tuple(entries[each] for each in found["clauses"]))


def _otherwise(result: Result) -> Iterator[Lesson]:
    for reason, alike in by_reason(entry for entry in result.that(is_learned) if entry["verdict"] == "not-observed"):
        received = " ".join(str(alike[0]["received"]).split())
        shown = received if len(received) <= LONGEST else f"{received[:LONGEST]}…"
        said = f"{reason[:1].upper()}{reason[1:]}"
        yield Lesson(f"{said}; received {shown}." if shown else f"{said}.", tuple(alike))
