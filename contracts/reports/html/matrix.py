"""The matrix of clauses: an API's operations down, the kinds of clauses across, verdicts counted where they meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.reports.html.entries import BROKEN, KNOWN, UNSEEN, WARNING, Entry, Tally, fragment, tally
from contracts.reports.html.kinds import grouped
from openapi.model import Spec

TIMES = "\N{MULTIPLICATION SIGN}"  # which looks like the mark of a broken clause, and every font has it
WHOLE_API = "the whole API"
SHADES = (1, 3, 7, 15)  # clauses in a cell up to which it has the first, second … shade


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a row meets a kind, or a group of kinds."""

    column: str
    tally: Tally
    href: str
    label: str  # for those who do not see the picture

    @property
    def text(self) -> str:
        """What stands in the cell: the number of its worst verdict, with the mark of that verdict."""
        if self.tally.verdict in {BROKEN, KNOWN, WARNING}:
            return f"{TIMES}{self.tally.broken}"
        return f"○{self.tally.unseen}" if self.tally.verdict == UNSEEN else str(self.tally.held)

    @property
    def shade(self) -> int:
        """From 1 for few clauses to 5 for many."""
        return 1 + sum(self.tally.total > most for most in SHADES)


@dataclass(frozen=True, slots=True)
class Row:
    """An operation, or an API as a whole."""

    name: str
    href: str
    tally: Tally
    kinds: tuple[Cell | None, ...]  # None: nothing is stated
    groups: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """An API: the sum over its operations, then each of them."""

    api: str
    total: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The picture of a run."""

    groups: Mapping[str, tuple[str, ...]]  # the kinds of each
    sections: tuple[Section, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(kind for kinds in self.groups.values() for kind in kinds)


def matrix_of(entries: Iterable[Entry], specs: Mapping[str, Spec]) -> Matrix:
    """The matrix of some entries; APIs and operations in the order of the specs."""
    by_api: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_api[str(entry["api"])].append(entry)
    groups = grouped(str(entry["kind"]) for found in by_api.values() for entry in found)
    apis = _in_order(by_api, specs)
    return Matrix(groups, tuple(_section(api, by_api[api], specs.get(api), groups) for api in apis))


def _section(api: str, entries: list[Entry], spec: Spec | None, groups: Mapping[str, tuple[str, ...]]) -> Section:
    by_operation: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_operation[str(entry["operation"])].append(entry)
    names = _in_order(by_operation, [*spec.operations, ""] if spec else [])
    draft = _Draft(groups, api)
    rows = tuple(draft.row(name or WHOLE_API, by_operation[name], name or "-") for name in names)
    return Section(api, draft.row(api, entries, ""), rows)


def _in_order(found: Iterable[str], known: Iterable[str]) -> list[str]:
    """Those that were found, the known ones first and in their order."""
    there, first = set(found), list(known)
    return [*(name for name in first if name in there), *sorted(there.difference(first))]


@dataclass(frozen=True, slots=True)
class _Draft:
    """Makes the rows of an API."""

    groups: Mapping[str, tuple[str, ...]]
    api: str

    def row(self, name: str, entries: list[Entry], operation: str) -> Row:
        by_kind: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_kind[str(entry["kind"])].append(entry)
        title = name if name == self.api else f"{self.api} {name}"

        def cell(column: str, kinds: Iterable[str]) -> Cell | None:
            count = tally(entry for kind in kinds for entry in by_kind.get(kind, ()))
            if not count.total:
                return None
            href = fragment(api=self.api, operation=operation, kind=column)
            return Cell(column, count, href, f"{title}, {column}: {count}")

        kinds = tuple(cell(kind, [kind]) for members in self.groups.values() for kind in members)
        groups = tuple(cell(group, members) for group, members in self.groups.items())
        return Row(name, fragment(api=self.api, operation=operation), tally(entries), kinds, groups)
