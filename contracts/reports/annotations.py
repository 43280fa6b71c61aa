"""The broken clauses as annotations of GitHub Actions, at the lines of their YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.reports.causes import by_cause
from contracts.reports.places import FileLine, Places
from contracts.result import Entry, Result, is_failing, is_warning
from openapi.model import Spec

MOST = 10  # errors, and as many warnings, that GitHub shows of one step; see https://docs.github.com/rest/checks/runs
LONGEST = 1000  # characters of a message


def commands(result: Result, specs: Mapping[str, Spec]) -> Iterator[str]:
    """Workflow commands, one line each: an error or a warning per cause, and one each for all that did not fit."""
    places = Places(specs)
    yield from _of_level("error", result.that(is_failing), places)
    yield from _of_level("warning", result.that(is_warning), places)


def _of_level(level: str, entries: list[Entry], places: Places) -> Iterator[str]:
    causes = by_cause(entries)
    shown = causes if len(causes) <= MOST else causes[: MOST - 1]
    for alike in shown:
        yield _told(level, alike, places.of(alike[0]))
    left = sum(map(len, causes[len(shown) :]))
    if left:
        yield _command(level, {"title": f"{left} more broken clauses"}, "The output of the step lists them all.")


def _told(level: str, entries: list[Entry], place: FileLine | None) -> str:
    first, others = entries[0], len(entries) - 1
    properties = {"file": place.file, "line": str(place.line)} if place else {}
    also = f"\nBroken in the same way: {others} more" if others else ""
    received = str(first["received"])[:LONGEST]
    message = f"expected {first['reason']}\nreceived {received}{also}"
    return _command(level, {**properties, "title": first["id"]}, message)


def _command(level: str, properties: Mapping[str, str], message: str) -> str:
    named = [f"{name}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}" for name, value in properties.items()]
    return f"::{level} {','.join(named)}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
