"""What came of a replay, as a table and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.cassettes.entry import Entry
from contracts.cassettes.replaying import Outcome
from openapi.streams import visible

SCHEMA_VERSION = 1
WIDEST = 60  # characters of a value in the table


def show(outcomes: Sequence[Outcome], target: str, console: Console) -> None:
    """The differences, why entries were left out, and how many were the same."""
    different = [each for each in outcomes if each.differences]
    if different:
        console.print(_table(different), soft_wrap=True)
        console.print()
    left_out = Counter(each.left_out for each in outcomes if each.left_out)
    for why, count in left_out.most_common():
        console.print(f"[yellow]{count:>6}[/] left out: {escape(visible(why))}", soft_wrap=True)
    sent = len(outcomes) - left_out.total()
    verdict = f"[red]{len(different)} different[/]" if different else "0 different"
    same = f"[green]{sent - len(different)} the same[/]"
    console.print(f"{sent} of {len(outcomes)} exchanges sent to {escape(target)}: {same}, {verdict}", soft_wrap=True)


def as_json(outcomes: Sequence[Outcome], head: Mapping[str, str]) -> dict[str, Any]:
    """Everything that came of it; `head` says what was replayed, and where."""
    return {
        "schema_version": SCHEMA_VERSION,
        **head,
        "entries": len(outcomes),
        "sent": sum(not each.left_out for each in outcomes),
        "different": sum(bool(each.differences) for each in outcomes),
        "left_out": [{**_place(each.entry), "why": each.left_out} for each in outcomes if each.left_out],
        "differences": [
            {**_place(each.entry), "field": found.field, "recorded": found.recorded, "now": found.now}
            for each in outcomes
            for found in each.differences
        ],
    }


def _place(entry: Entry) -> dict[str, Any]:
    return {"entry": entry.number, "api": entry.api, "operation": entry.operation, "clause": entry.clause}


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("entry", justify="right", no_wrap=True)
    for column in ("operation", "field", "recorded", "now"):
        table.add_column(column, overflow="fold")
    for each in outcomes:
        for number, found in enumerate(each.differences):
            place = ("", "") if number else (str(each.entry.number), escape(each.entry.operation))
            table.add_row(*place, escape(found.field), _cell(found.recorded), _cell(found.now))
    return table


def _cell(text: str) -> str:
    told = " ".join(visible(text).split())
    return escape(told if len(told) <= WIDEST else f"{told[:WIDEST]}…")
