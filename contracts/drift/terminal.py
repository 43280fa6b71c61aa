"""A comparison on a terminal: who moved, what each side shows, side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.console import Console
from rich.markup import escape

from contracts.drift.comparison import Change
from contracts.drift.outcome import Outcome
from contracts.drift.ruling import Weight
from contracts.drift.wording import coverage_titles, groups, names_of, origin, rows, summary
from contracts.wording import NAMES, field, page, promise
from openapi.streams import visible

WIDEST = 120  # columns
SHOWN_IDS = 3  # of a group
GAP = "  "


def show(outcome: Outcome, console: Console) -> None:
    """The whole comparison."""
    for line in _lines(outcome, min(console.width, WIDEST)):
        console.print(line, soft_wrap=True)


def _lines(outcome: Outcome, width: int) -> Iterator[str]:
    comparison = outcome.comparison
    names = names_of(comparison)
    for name, side in zip(names, (comparison.first, comparison.second), strict=True):
        yield escape(f"{name:<8}{origin(side)}")
    for note in comparison.notes:
        yield escape(textwrap.fill(visible(note), width, initial_indent="note    ", subsequent_indent=" " * 8))
    for mover, found in groups(outcome.counted):
        yield f"\n[bold red]{_title(mover.value, found)}[/]"
        yield from (line for alike in found for line in _told(alike, names, width))
    yield from _accepted(outcome, width)
    for mover, found in groups(outcome.as_before):
        yield f"\n[bold]As before: {_title(mover.value, found, is_start=False)}[/]"
        yield from (line for alike in found for line in _named(alike, "  "))
    for title, changes in zip(coverage_titles(comparison), (outcome.observed, outcome.lost), strict=True):
        if changes:
            yield f"\n[bold yellow]{title} ({len(changes)})[/]"
            yield from _named(changes, "  ")
    yield f"\n{summary(outcome)}"


def _title(words: str, found: Sequence[Sequence[Change]], *, is_start: bool = True) -> str:
    shown = f"{words[:1].upper()}{words[1:]}" if is_start else words
    return f"{shown} ({sum(map(len, found))})"


def _told(alike: Sequence[Change], names: tuple[str, str], width: int) -> Iterator[str]:
    """The first clause in full, and the names of those that differ in the same way."""
    first, others = alike[0], alike[1:]
    counts = "finding" if first.weight is Weight.FINDING else "drift"
    yield f"\n[bold]{escape(first.clause)}[/] ({counts})"
    for name, value in (("promised", promise(first.entry)), ("", page(first.entry))):
        yield escape(field(name, value, width))
    for row in (("", *names), *rows(first)):
        yield from map(escape, beside(*row, width=width))
    if first.accepted is not None:
        known = first.accepted
        told = f"until {known.until}, which is over; {known.owner}: {known.reason}"
        yield escape(field("accepted", told, width))
    if others:
        yield f"  {'also':<{NAMES - 2}}{len(others)} more, in the same way:"
        yield from _named(others, " " * NAMES)


def beside(name: str, left: str, right: str, width: int) -> Iterator[str]:
    """Lines of two columns, behind the name of what they tell."""
    column = (width - NAMES - len(GAP)) // 2
    sides = [textwrap.wrap(visible(text), column, break_on_hyphens=False) or [""] for text in (left, right)]
    for index, (one, other) in enumerate(zip_longest(*sides, fillvalue="")):
        head = f"  {name:<{NAMES - 2}}" if index == 0 else " " * NAMES
        yield f"{head}{one:<{column}}{GAP}{other}".rstrip()


def _accepted(outcome: Outcome, width: int) -> Iterator[str]:
    if outcome.accepted:
        yield f"\n[bold magenta]Accepted ({len(outcome.accepted)})[/]"
    for change in outcome.accepted:
        known = change.accepted
        assert known is not None
        yield escape(f"  {change.clause}: {change.mover.value}")
        told = f"until {known.until}, {known.owner}: {known.reason}"
        yield escape(textwrap.fill(visible(told), width, initial_indent=" " * 6, subsequent_indent=" " * 6))
    for known in outcome.expired:
        yield f"[red]{escape(f'expired: {known.clause} was accepted until {known.until} ({known.owner})')}[/]"
    for known in outcome.needless:
        yield f"[green]{escape(f'no difference any more: remove {known.clause} from what is accepted')}[/]"


def _named(changes: Sequence[Change], indent: str) -> Iterator[str]:
    yield from (f"{indent}[dim]{escape(change.clause)}[/]" for change in changes[:SHOWN_IDS])
    if len(changes) > SHOWN_IDS:
        yield f"{indent}[dim]and {len(changes) - SHOWN_IDS} more[/]"
