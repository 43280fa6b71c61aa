"""The report on a terminal: a table per API, the broken clauses in full, and why others were not observed."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.baseline import Outcome
from contracts.reports.causes import by_cause, by_reason
from contracts.reports.learned import lessons
from contracts.reports.leftovers import BY_HAND, is_for_good, told
from contracts.result import Entry, Head, Result, is_failing, is_known, is_learned, is_warning
from contracts.wording import NAMES, curls, facts, field
from openapi.model import Spec
from openapi.streams import Unread, drop_output, visible

WIDTH = 80  # columns where the output is no terminal; a report is never made for fewer
STANDINGS = ("documented", "sdk", "assumed")
WIDEST = 100  # columns of what is wrapped
LONGEST = 600  # characters of what was received
SHOWN_IDS = 3  # clauses named for each reason or cause
INDENT = " " * 6


class _Console(Console):
    """One that goes on without a reader of its progress, and ends what prints a report that nobody reads."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        if self.file is not sys.stderr:
            raise Unread
        drop_output()


def open_console(*, error: bool = False) -> Console:
    """A console for people: plain where the output is no terminal, or NO_COLOR is set."""
    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else WIDTH
    colors = None if os.environ.get("NO_COLOR") else "auto"
    console = _Console(file=stream, width=width, highlight=False, color_system=colors, legacy_windows=False)  # type: ignore[arg-type]
    if not error:
        console.width = max(console.width, WIDTH)  # broken lines are read more easily than a table cut short
    return console


def is_interactive(console: Console) -> bool:
    """Whether a line that is there can be written anew."""
    return console.is_terminal and not console.is_dumb_terminal


def show(result: Result, specs: Mapping[str, Spec], console: Console) -> None:
    """The whole report, if anything was judged; `specs` are those of the APIs in the result, by name."""
    if not result.entries:
        return
    console.print(f"[bold]Clauses of {escape(result.target)}{_scope(result.head)}[/]\n", soft_wrap=True)
    console.print(_table(result, specs), soft_wrap=True)
    for line in _body(result, specs, console.width):
        console.print(line, soft_wrap=True)
    for line in _endpoint(result):
        console.print(line, soft_wrap=True)
    console.print(f"\n{_summary(result)}", soft_wrap=True)


def _scope(head: Head) -> str:
    """What part of the clauses it is about."""
    shard = f", shard {head.shard}" if head.shard else ""
    return f"{shard}, without fuzzing (--quick)" if head.quick else shard


def _body(result: Result, specs: Mapping[str, Spec], width: int) -> Iterator[str]:
    yield from _section("Broken", "red", result.that(is_failing), width)
    yield from _section("Warnings", "yellow", result.that(is_warning), width)
    known = result.that(is_known)
    if known:
        yield f"\n[bold magenta]Known ({len(known)})[/]"
        yield from (line for entry in known for line in _known(entry, width))
    yield from _learned(result, specs, width)
    yield from _left(result.journal)
    unseen = [entry for entry in result.with_verdict("not-observed") if not is_learned(entry)]
    if unseen:
        yield f"\n[bold yellow]Not observed ({len(unseen)})[/]"
        yield from _unobserved(unseen, width)


def _left(journal: Mapping[str, Any]) -> Iterator[str]:
    """What a run created and could not remove."""
    left = journal.get("left", [])
    if left:
        yield f"\n[bold red]Left behind ({len(left)})[/]"
        yield from (escape(f"  {visible(told(each))}") for each in left)
        for file in dict.fromkeys(each["journal"] for each in left if not is_for_good(each)):
            yield escape(f"  `contracts cleanup {file}` tries again")
        if any(is_for_good(each) for each in left):
            yield f"  where the API offers no deletion: {BY_HAND}"


def _section(title: str, color: str, entries: list[Entry], width: int) -> Iterator[str]:
    """Broken clauses, those first of which there are most."""
    if not entries:
        return
    causes = by_cause(entries)
    alike = f", in {len(causes)} ways" if len(causes) < len(entries) else ""
    yield f"\n[bold {color}]{title} ({len(entries)}{alike})[/]"
    for each in causes:
        yield from _broken(each, min(width, WIDEST))


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


def _table(result: Result, specs: Mapping[str, Spec]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for column in ("API", "standing"):
        table.add_column(column, no_wrap=True)
    for column in ("operations", "clauses", "held", "broken", "not observed"):
        table.add_column(column, justify="right", no_wrap=True)
    for api, entries in result.by_api():
        operations = len(specs[api].operations) if api in specs else 0
        table.add_row(escape(api), "all", str(operations), *_cells(entries), style="bold")
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


def _learned(result: Result, specs: Mapping[str, Spec], width: int) -> Iterator[str]:
    """What pages leave open, where the server does otherwise than was supposed."""
    told = lessons(result, specs)
    if told:
        yield f"\n[bold cyan]Learned ({len(told)})[/]"
    for lesson in told:
        yield escape(textwrap.fill(visible(lesson.sentence), width, initial_indent="  ", subsequent_indent=INDENT))
        yield from _names(list(lesson.entries), INDENT)


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


def _endpoint(result: Result) -> Iterator[str]:
    """What a run on a real endpoint used up, and what else there is to know of it."""
    if result.spent:
        parts = (f"{part['used']:,} of {part['of']:,} {name}" for name, part in result.spent.items())
        yield f"\n[bold]Spent[/]  {', '.join(parts)}"
    yield from (f"[bold]Note[/]   {escape(note)}" for note in result.notes)


def _summary(result: Result) -> str:
    count, total = Result.count(result.entries), len(result.entries)
    parts = [f"{total} clause{'' if total == 1 else 's'}", f"[green]{count['held']} held[/]"]
    parts.append(f"[red]{count['broken']} broken{_calmer(count)}[/]" if count["broken"] else "0 broken")
    parts.append(f"[yellow]{count['not-observed']} not observed[/]" if count["not-observed"] else "0 not observed")
    return ", ".join(parts)


def _calmer(count: Mapping[str, int]) -> str:
    """How many of the broken clauses do not fail the run."""
    known = [f"{count['known']} known"] if count["known"] else []
    warnings = [f"{count['warnings']} warning{'' if count['warnings'] == 1 else 's'}"] if count["warnings"] else []
    return f" ({', '.join([*known, *warnings])})" if known or warnings else ""
