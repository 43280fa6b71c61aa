"""The account of a mutation run on a terminal, and as a file."""

from __future__ import annotations

import json
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.mutation.deriving import UMBRELLAS
from contracts.mutation.grading import Fate, Grade

FILE = "mutants.json"
SCHEMA_VERSION = 1
SHOWN_IDS = 3  # mutants named for each reason
SHOWN_FALLEN = 5  # clauses named for each mutant
INDENT = " " * 6
FATES = (Fate.KILLED, Fate.KILLED_BY_ANOTHER, Fate.SURVIVED, Fate.EQUIVALENT)


def show(grades: Sequence[Grade], console: Console, *, every: bool) -> None:
    """The table by kind, the survivors by name, and what no client could notice; `every`: each mutant, too."""
    if every:
        for grade in grades:
            console.print("\n".join(_one(grade)), markup=False, soft_wrap=True)
        console.print()
    console.print(_table(grades), soft_wrap=True)
    survivors = [each for each in grades if each.fate in {Fate.SURVIVED, Fate.KILLED_BY_ANOTHER} and not each.explained]
    if survivors:
        console.print(f"\n[bold red]Not noticed by the clause that is broken ({len(survivors)})[/]")
        for grade in survivors:
            console.print("\n".join(_one(grade)), markup=False, soft_wrap=True)
    _show_reasons("Survived, and why it is no weakness of the suite", filter(_is_explained, grades), console)
    _show_reasons("Equivalent", (each for each in grades if each.fate is Fate.EQUIVALENT), console)
    console.print(f"\n{_summary(grades)}", soft_wrap=True)


def as_file(grades: Sequence[Grade], seed: int, scope: str) -> str:
    """The content of `mutants.json`."""
    summary = {fate.value: count for fate, count in count_fates(grades).items()}
    head = {"schema_version": SCHEMA_VERSION, "seed": seed, "verdicts": scope, "summary": summary}
    return json.dumps({**head, "mutants": [each.as_json() for each in grades]}, ensure_ascii=False, indent=1)


def count_fates(grades: Iterable[Grade]) -> dict[Fate, int]:
    """How many ended how."""
    found = Counter(each.fate for each in grades)
    return {fate: found[fate] for fate in FATES}


def score(grades: Iterable[Grade]) -> float:
    """The share that the right clause killed of those that a client could notice, in percent."""
    count = count_fates(grades)
    noticeable = sum(count.values()) - count[Fate.EQUIVALENT]
    return 100 * count[Fate.KILLED] / noticeable if noticeable else 100.0


def _table(grades: Sequence[Grade]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("kind", no_wrap=True)
    for column in ("mutants", "killed", "by another", "survived", "equivalent"):
        table.add_column(column, justify="right", no_wrap=True)
    by_kind: defaultdict[str, list[Grade]] = defaultdict(list)
    for grade in grades:
        by_kind[grade.kind].append(grade)
    for kind, found in sorted(by_kind.items()):
        table.add_row(kind, str(len(found)), *map(str, count_fates(found).values()))
    table.add_row("all", str(len(grades)), *map(str, count_fates(grades).values()), style="bold")
    return table


def _one(grade: Grade) -> Iterator[str]:
    yield f"{grade.fate.value}  {grade.mutant}"
    yield f"{INDENT}{grade.told}"
    if grade.fate is not Fate.KILLED:
        yield textwrap.fill(grade.why, 100, initial_indent=INDENT, subsequent_indent=INDENT)
    if grade.fallen:
        more = len(grade.fallen) - SHOWN_FALLEN
        said = ", ".join(grade.fallen[:SHOWN_FALLEN])
        yield f"{INDENT}fallen: {said}{f' and {more} more' if more > 0 else ''}"


def _is_explained(grade: Grade) -> bool:
    return grade.explained and grade.fate in {Fate.SURVIVED, Fate.KILLED_BY_ANOTHER}


def _show_reasons(title: str, grades: Iterable[Grade], console: Console) -> None:
    by_reason: defaultdict[str, list[Grade]] = defaultdict(list)
    for grade in grades:
        by_reason[grade.why].append(grade)
    if by_reason:
        console.print(f"\n[bold]{title} ({sum(map(len, by_reason.values()))})[/]")
    for reason, found in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        indent = f"{len(found):>4}  "
        console.print(escape(textwrap.fill(reason, 100, initial_indent=indent, subsequent_indent=INDENT)))
        for grade in found[:SHOWN_IDS]:
            console.print(f"{INDENT}[dim]{escape(grade.mutant)}[/]", soft_wrap=True)
        if len(found) > SHOWN_IDS:
            console.print(f"{INDENT}[dim]and {len(found) - SHOWN_IDS} more; --report json names them all[/]")


def _summary(grades: Sequence[Grade]) -> str:
    count = count_fates(grades)
    parts = [
        f"{len(grades)} mutant{'' if len(grades) == 1 else 's'}",
        f"{count[Fate.KILLED]} killed by the right clause",
    ]
    parts += [f"{count[fate]} {fate.value}" for fate in FATES[1:]]
    kinds = ", ".join(sorted(UMBRELLAS))
    umbrellas = f"No mutants of {kinds}: what is found there is told at the other clauses, of which all mutants are."
    return f"{', '.join(parts)}: {score(grades):.1f} % of those that a client could notice\n[dim]{umbrellas}[/]"
