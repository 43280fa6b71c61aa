"""The report on a terminal: a table per API, the broken clauses in full, and why others were not observed."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.account import NAMES, curls, facts, field, visible
from contracts.baseline import Outcome
from contracts.reports.causes import by_cause, by_reason
from contracts.result import Entry, Head, Result, is_known

WIDTH = 80  # columns where the output is no terminal; a report is never made for fewer
STANDINGS = ("documented", "sdk", "assumed")
WIDEST = 100  # columns of what is wrapped
LONGEST = 600  # characters of what was received
SHOWN_IDS = 3  # clauses named for each reason or cause
INDENT = " " * 6


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
    console.print(f"[bold]Clauses of {escape(result.target)}{_scope(result.head)}[/]\n", soft_wrap=True)
    console.print(_table(result, operations), soft_wrap=True)
    for line in _body(result, console.width):
        console.print(line, soft_wrap=True)
    console.print(f"\n{_summary(result)}", soft_wrap=True)


def _scope(head: Head) -> str:
    """What part of the clauses it is about."""
    shard = f", shard {head.shard}" if head.shard else ""
    return f"{shard}, without fuzzing (--quick)" if head.quick else shard


def _body(result: Result, width: int) -> Iterator[str]:
    broken = result.with_verdict("broken")
    failing, known = [each for each in broken if not is_known(each)], [each for each in broken if is_known(each)]
    if failing:
        causes = by_cause(failing)
        alike = f", in {len(causes)} ways" if len(causes) < len(failing) else ""
        yield f"\n[bold red]Broken ({len(failing)}{alike})[/]"
        for entries in causes:
            yield from _broken(entries, min(width, WIDEST))
    if known:
        yield f"\n[bold magenta]Known ({len(known)})[/]"
        yield from (line for entry in known for line in _known(entry, width))
    yield from _readings(result)
    unseen = result.with_verdict("not-observed")
    if unseen:
        yield f"\n[bold yellow]Not observed ({len(unseen)})[/]"
        yield from _unobserved(unseen, width)


def _broken(entries: list[Entry], width: int) -> Iterator[str]:
    """The first clause in full, and the names of those that are broken in the same way."""
    first, others = entries[0], entries[1:]
    yield f"\n[bold]{escape(str(first['id']))}[/]"
    for name, value in facts(first):
        shown = value if len(value) <= LONGEST else f"{value[:LONGEST]}… ({len(value)} characters)"
        yield escape(field(name, shown, width))
    yield from (f"  curl      [dim]{escape(line)}[/]" for line in curls(first))
    if others:
        yield f"  also      {len(others)} more, broken in the same way:"
        yield from _names(others, " " * NAMES)


def _known(entry: Entry, width: int) -> Iterator[str]:
    known = entry["known"]
    yield f"  {escape(str(entry['id']))}"
    told = f"until {known['until']}, {known['owner']}: {known['reason']}"
    yield escape(textwrap.fill(told, width, initial_indent=INDENT, subsequent_indent=INDENT))


def show_outcome(outcome: Outcome, console: Console) -> None:
    """What a baseline asks for: findings that are over, and those that are fixed."""
    for known in outcome.expired:
        told = f"expired: {known.clause} was accepted until {known.until} ({known.owner})"
        console.print(f"[red]{escape(told)}[/]", soft_wrap=True)
    for known in outcome.fixed:
        console.print(f"[green]fixed: remove {escape(known.clause)} from the baseline[/]", soft_wrap=True)


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


def _readings(result: Result) -> Iterator[str]:
    """The questions that pages leave open, where the server answers them otherwise than was supposed."""
    if result.readings:
        yield "\n[bold]Readings that the server follows[/]"
    for name, found in result.readings.items():
        yield escape(f"  {name}={found['answer']}, by {len(found['clauses'])} clauses, such as {found['clauses'][0]}")


def _unobserved(entries: list[Entry], width: int) -> Iterator[str]:
    """Reason by reason, the most frequent first: how many clauses, and the first few of them."""
    groups = by_reason(entries)
    for reason, found in groups:
        count = f"{len(found):>4}  "
        yield escape(textwrap.fill(visible(reason), width, initial_indent=count, subsequent_indent=INDENT))
        yield from _names(found, INDENT)
    if any(len(found) > SHOWN_IDS for _, found in groups):
        yield f"\n{INDENT}[dim]--report json names them all.[/]"


def _names(entries: list[Entry], indent: str) -> Iterator[str]:
    yield from (f"{indent}[dim]{escape(str(entry['id']))}[/]" for entry in entries[:SHOWN_IDS])
    if len(entries) > SHOWN_IDS:
        yield f"{indent}[dim]and {len(entries) - SHOWN_IDS} more[/]"


def _summary(result: Result) -> str:
    count, total = Result.count(result.entries), len(result.entries)
    parts = [f"{total} clause{'' if total == 1 else 's'}", f"[green]{count['held']} held[/]"]
    known = f" ({count['known']} known)" if count["known"] else ""
    parts.append(f"[red]{count['broken']} broken{known}[/]" if count["broken"] else "0 broken")
    parts.append(f"[yellow]{count['not-observed']} not observed[/]" if count["not-observed"] else "0 not observed")
    return ", ".join(parts)
