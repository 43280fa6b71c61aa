"""How long the clauses of each kind, and of each API, took, and which took longest."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.result import Entry, Result

LONGEST = 5  # clauses that are named


def show_durations(result: Result, console: Console) -> None:
    """Two tables and a list, the longest first: seconds of work, all workers together."""
    if not result.entries:
        return
    workers = len({entry["worker"] for entry in result.entries})
    work = sum(entry["seconds"] for entry in result.entries)
    by_workers = f"{workers} worker{'' if workers == 1 else 's'}"
    console.print(f"\n[bold]Durations[/] ({work:.1f} s of judging by {by_workers}, {result.duration:.1f} s in all)")
    for name in ("kind", "api"):
        console.print()
        console.print(_table(name, result.entries), soft_wrap=True)
    console.print("\n[bold]Longest[/]")
    for entry in sorted(result.entries, key=lambda entry: (-entry["seconds"], entry["id"]))[:LONGEST]:
        console.print(f"{entry['seconds']:>8.2f} s  {escape(entry['id'])}", soft_wrap=True)


def _table(name: str, entries: Iterable[Entry]) -> Table:
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(str(entry[name]), []).append(entry)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(name.upper() if name == "api" else name, no_wrap=True)
    for column in ("clauses", "seconds", "longest"):
        table.add_column(column, justify="right", no_wrap=True)
    lengths = {group: sum(entry["seconds"] for entry in members) for group, members in groups.items()}
    for group, members in sorted(groups.items(), key=lambda item: (-lengths[item[0]], item[0])):
        longest = max(entry["seconds"] for entry in members)
        table.add_row(escape(group), str(len(members)), f"{lengths[group]:.2f}", f"{longest:.2f}")
    return table
