"""A broken clause in words: the promise and its page, what was expected, what came, and how to repeat it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from openapi.streams import visible

WIDTH = 100  # columns
NAMES = 12  # columns of the names of the fields


def promise(entry: Mapping[str, Any]) -> str:
    """The statement of an entry of a result file: quoted where somebody can be quoted."""
    return f"“{entry['quote']}”" if entry["quote"] else str(entry["note"])


def page(entry: Mapping[str, Any]) -> str:
    """Who states it."""
    source = entry["source"]
    return f"{source['title']}, {source['url']}" if source else "assumed: no page says so"


def curls(entry: Mapping[str, Any]) -> list[str]:
    """The `curl` lines that repeat what came, in their order."""
    evidence = entry["evidence"]
    return [exchange["curl"] for exchange in evidence[len(evidence) - entry["steps"] :]]


def facts(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What there is to say before the `curl` lines, each with its name; no name: it belongs to the one before."""
    said = [
        ("promised", promise(entry)),
        ("", page(entry)),
        ("expected", str(entry["reason"])),
        ("received", str(entry["received"])),
    ]
    calls = len(curls(entry))
    if calls > 1:
        said.append(("repeat", f"these {calls} calls one after another; ids are those of the run"))
    known = entry.get("known")
    if known and known["expired"]:
        said.append(("known", f"accepted until {known['until']}, which is over; {known['owner']}: {known['reason']}"))
    return said


def entry_text(entry: Mapping[str, Any], width: int = WIDTH) -> str:
    """All of that as text; `curl` lines are never wrapped, so that they can be pasted."""
    lines = [str(entry["id"]), *(field(name, value, width) for name, value in facts(entry))]
    return "\n".join([*lines, *(f"  {'curl':<{NAMES - 2}}{line}" for line in curls(entry))])


def field(name: str, value: str, width: int) -> str:
    """A named value, its further lines set in below the first."""
    first, rest = f"  {name:<{NAMES - 2}}", " " * NAMES
    return textwrap.fill(visible(value), width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
