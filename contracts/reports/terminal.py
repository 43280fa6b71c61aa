"""The report on a terminal: a table per API, the broken clauses in full, and why others were not observed."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from contracts.suite import Result

WIDTH = 80  # columns where the output is no terminal
STANDINGS = ("documented", "sdk", "assumed")
SHOWN_IDS = 3  # clauses named for each reason why they were not observed
Entry = Mapping[str, Any]


def open_console(*, error: bool = False) -> Console:
    """A console for people: plain where the output is no terminal, or NO_COLOR is set."""
    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else WIDTH
    return Console(file=stream, width=width, highlight=False, soft_wrap=False, legacy_windows=False)


def show(result: Result, operations: Mapping[str, int], console: Console) -> None:
    """The whole report; `operations` says how many each API has."""
    console.print(_table(result, operations))
    broken = result.with_verdict("broken")
    if broken:
        console.print(f"\n[bold red]Broken ({len(broken)})[/]")
    for entry in broken:
        console.print()
        console.print(escape(str(entry["text"])), soft_wrap=True)
    _show_unobserved(result.with_verdict("not-observed"), console)
    console.print(f"\n{_summary(result)}")


def _table(result: Result, operations: Mapping[str, int]) -> Table:
    table = Table(title=f"Clauses of {escape(result.target)}", title_justify="left", box=None, padding=(0, 1))
    for column in ("API", "standing"):
        table.add_column(column, no_wrap=True)
    for column in ("operations", "clauses", "held", "broken", "not observed"):
        table.add_column(column, justify="right")
    for api, entries in result.by_api():
        table.add_row(escape(api), "all", str(operations.get(api, 0)), *_cells(entries), style="bold")
        for standing in STANDINGS:
            of_standing = [entry for entry in entries if entry["standing"] == standing]
            if of_standing:
                table.add_row("", standing, "", *_cells(of_standing))
    return table


def _cells(entries: Iterable[Entry]) -> tuple[str, str, str, str]:
    entries = list(entries)
    count = Result.count(entries)
    broken, unseen = count["broken"], count["not-observed"]
    return (
        str(len(entries)),
        f"[green]{count['held']}[/]",
        f"[red]{broken}[/]" if broken else "0",
        f"[yellow]{unseen}[/]" if unseen else "0",
    )


def _show_unobserved(entries: list[dict[str, Any]], console: Console) -> None:
    if not entries:
        return
    console.print(f"\n[bold yellow]Not observed ({len(entries)})[/]")
    by_reason: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        by_reason[str(entry["reason"])].append(str(entry["id"]))
    for reason, ids in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        console.print(Padding(f"{len(ids):>4}  {escape(reason)}", (0, 0, 0, 2)))
        more = f" and {len(ids) - SHOWN_IDS} more" if len(ids) > SHOWN_IDS else ""
        named = f"[dim]{escape(', '.join(ids[:SHOWN_IDS]))}{more}[/]"
        console.print(Padding(named, (0, 0, 0, 8)))


def _summary(result: Result) -> str:
    count = Counter(str(entry["verdict"]) for entry in result.entries)
    parts = [f"{len(result.entries)} clauses", f"[green]{count['held']} held[/]"]
    parts.append(f"[red]{count['broken']} broken[/]" if count["broken"] else "0 broken")
    parts.append(f"[yellow]{count['not-observed']} not observed[/]" if count["not-observed"] else "0 not observed")
    return ", ".join(parts)
