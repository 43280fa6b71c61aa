"""The broken clauses as annotations of GitHub Actions, at the lines of their YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.reports.causes import by_cause
from contracts.reports.places import FileLine, Places
from contracts.result import Entry, Result, is_known
from openapi.model import Spec

MOST = 10  # errors that GitHub shows of one step; https://docs.github.com/rest/checks/runs lists the limits
LONGEST = 1000  # characters of a message


def commands(result: Result, specs: Mapping[str, Spec]) -> Iterator[str]:
    """Workflow commands, one line each: an error per cause, and one for all that did not fit."""
    failing = [entry for entry in result.with_verdict("broken") if not is_known(entry)]
    causes, places = by_cause(failing), Places(specs)
    shown = causes if len(causes) <= MOST else causes[: MOST - 1]
    for entries in shown:
        yield _error(entries, places.of(entries[0]))
    left = sum(map(len, causes[len(shown) :]))
    if left:
        yield _command({"title": f"{left} more broken clauses"}, "The output of the step lists them all.")


def _error(entries: list[Entry], place: FileLine | None) -> str:
    first, others = entries[0], len(entries) - 1
    properties = {"file": place.file, "line": str(place.line)} if place else {}
    also = f"\nBroken in the same way: {others} more" if others else ""
    received = str(first["received"])[:LONGEST]
    return _command({**properties, "title": first["id"]}, f"expected {first['reason']}\nreceived {received}{also}")


def _command(properties: Mapping[str, str], message: str) -> str:
    named = [f"{name}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}" for name, value in properties.items()]
    return f"::error {','.join(named)}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
