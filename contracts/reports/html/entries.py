"""The entries of a result, as the parts of the page count them and point at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from contracts.result import Result, is_known, is_warning

Entry = Mapping[str, Any]  # of the result file
HELD, BROKEN, UNSEEN = "held", "broken", "not-observed"
KNOWN = "known"  # broken, but a baseline accepts it: shown calmer
WARNING = "warning"  # broken, but it fails no run
UNJUDGED = "not-judged"  # stated by the spec, but no part of the run


@dataclass(frozen=True, slots=True)
class Tally:
    """How many clauses ended with each verdict."""

    held: int = 0
    broken: int = 0
    unseen: int = 0
    known: int = 0  # of the broken ones
    warnings: int = 0  # of the broken ones, and not known

    @property
    def total(self) -> int:
        return self.held + self.broken + self.unseen

    @property
    def verdict(self) -> str:
        """The worst verdict among them."""
        if self.broken > self.known + self.warnings:
            return BROKEN
        if self.broken:
            return WARNING if self.warnings else KNOWN
        if self.unseen:
            return UNSEEN
        return HELD if self.held else UNJUDGED

    @property
    def said(self) -> str:
        """What stands beside the number of broken clauses."""
        warnings = f"{self.warnings} warning{'' if self.warnings == 1 else 's'}" if self.warnings else ""
        calmer = ", ".join(filter(None, (f"{self.known} known" if self.known else "", warnings)))
        return f"broken ({calmer})" if calmer else "broken"

    def __str__(self) -> str:
        named = ((self.broken, self.said), (self.unseen, "not observed"), (self.held, "held"))
        return ", ".join(f"{count} {name}" for count, name in named if count) or "none"


def tally(entries: Iterable[Entry]) -> Tally:
    """The verdicts of some entries, counted."""
    count = Result.count(entries)
    return Tally(count[HELD], count[BROKEN], count[UNSEEN], count[KNOWN], count["warnings"])


def look(entry: Entry) -> str:
    """The verdict on an entry as it is drawn."""
    if is_known(entry):
        return KNOWN
    return WARNING if is_warning(entry) else str(entry["verdict"])


def fragment(**wanted: str) -> str:
    """The end of an address under which the page shows some of the clauses; see assets/state.js."""
    chosen = {name: value for name, value in wanted.items() if value}
    return f"#{urlencode(chosen, quote_via=quote, safe='/')}"


def address_of(entry: Entry) -> str:
    """The end of an address under which the page shows this one clause, opened."""
    names = ("api", "operation", "kind")
    return fragment(**{name: str(entry[name]) for name in names}, clause=str(entry["id"]))
