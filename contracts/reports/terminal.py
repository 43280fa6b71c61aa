"""The report on a terminal: a table per API, the broken clauses in full, and why others were not observed."""

from __future__ import annotations

import os
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.result import Result

WIDTH = 80  # columns where the output is no terminal; a report is never made for fewer
STANDINGS = ("documented", "sdk", "assumed")
SHOWN_IDS = 3  # clauses named for each reason why they were not observed
INDENT = " " * 6
Entry = Mapping[str, Any]


def open_console(*, error: bool = False) -> Console:
    """A console for people: plain where the output is no terminal, or NO_COLOR is set."""
    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else WIDTH
    colors = None if os.environ.get("NO_COLOR") else "auto"
    console = Console(file=stream, width=width, highlight=False, color_system=colors, legacy_windows=False)  # type: ignore[arg-type]
    if not error:
        console.width = max(console.width, WIDTH)  # broken lines are read more easily than a table cut short
    return console


def is_interactive(console: Console) -> bool:
    """Whether a line that is there can be written anew."""
    return console.is_terminal and not console.is_dumb_terminal


def show(result: Result, operations: Mapping[str, int], console: Console) -> None:
    """The whole report, if anything was judged; `operations` says how many each API has."""
    if not result.entries:
        return
    console.print(f"[bold]Clauses of {escape(result.target)}[/]\n", soft_wrap=True)
    console.print(_table(result, operations), soft_wrap=True)
    broken = result.with_verdict("broken")
    if broken:
        console.print(f"\n[bold red]Broken ({len(broken)})[/]")
    for entry in broken:
        console.print()
        console.print(escape(str(entry["text"])), soft_wrap=True)
    unobserved = result.with_verdict("not-observed")
    if unobserved:
        console.print(f"\n[bold yellow]Not observed ({len(unobserved)})[/]")
    for line in _unobserved(unobserved, console.width):
        console.print(line, soft_wrap=True)
    console.print(f"\n{_summary(result)}", soft_wrap=True)


def _table(result: Result, operations: Mapping[str, int]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for column in ("API", "standing"):
        table.add_column(column, no_wrap=True)
    for column in ("operations", "clauses", "held", "broken", "not observed"):
        table.add_column(column, justify="right", no_wrap=True)
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


def _unobserved(entries: list[dict[str, Any]], width: int) -> Iterator[str]:
    """Reason by reason, the most frequent first: how many clauses, and the first few of them."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        by_reason[str(entry["reason"])].append(str(entry["id"]))
    for reason, ids in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        count = f"{len(ids):>4}  "
        yield escape(textwrap.fill(reason, width, initial_indent=count, subsequent_indent=INDENT))
        yield from (f"{INDENT}[dim]{escape(each)}[/]" for each in ids[:SHOWN_IDS])
        if len(ids) > SHOWN_IDS:
            yield f"{INDENT}[dim]and {len(ids) - SHOWN_IDS} more[/]"
    if any(len(ids) > SHOWN_IDS for ids in by_reason.values()):
        yield f"\n{INDENT}[dim]--report json names them all.[/]"


def _summary(result: Result) -> str:
    count, total = Result.count(result.entries), len(result.entries)
    parts = [f"{total} clause{'' if total == 1 else 's'}", f"[green]{count['held']} held[/]"]
    parts.append(f"[red]{count['broken']} broken[/]" if count["broken"] else "0 broken")
    parts.append(f"[yellow]{count['not-observed']} not observed[/]" if count["not-observed"] else "0 not observed")
    return ", ".join(parts)
