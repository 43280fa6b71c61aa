"""What one answer of a list shows: its length, its filters, its order and its total."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from contracts.checks.filters import matches_filter
from contracts.checks.order import sort_key
from contracts.proxy.points import Book, Kept, Observed, Point, Unkept
from contracts.situations.lists import Fields, items_of, member_named
from openapi.binding import read
from openapi.clauses import Clause, ClauseKind
from openapi.model import Json, Listing, Sorting


@dataclass
class Lists:
    """Judges the answers of lists, each by itself."""

    book: Book

    def judge(self, seen: Observed) -> Iterator[Point]:
        """What an accepted answer shows beside what was asked."""
        listing = seen.operation.listing
        if listing is None or seen.reading is None or not seen.reply.accepted:
            return
        items = items_of(seen.operation.success.schema or {}, seen.reply.body)
        yield from self._page(seen, listing, items)
        yield from self._filtered(seen, listing, items)
        yield from self._sorted(seen, listing.sorting, items)
        yield from self._total(seen, listing, items)

    def _page(self, seen: Observed, listing: Listing, items: list[Fields]) -> Iterator[Point]:
        ids = [str(each.get("task.id")) for each in seen.tasks]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        most = _argument(seen, listing.paging.limit) if listing.paging else None
        for each in self.book.of(ClauseKind.PAGING, seen.operation.id):
            if twice:
                yield Unkept(each.id, "each task listed once", f"task {twice[0]} twice")
            elif isinstance(most, int) and len(items) > most:
                yield Unkept(each.id, f"no more than {most} tasks", f"{len(items)} tasks")
            elif isinstance(most, int) and items:
                yield Kept(each.id, "no page is longer than was asked, and none has a task twice")

    def _filtered(self, seen: Observed, listing: Listing, items: list[Fields]) -> Iterator[Point]:
        for clause in self.book.of(ClauseKind.FILTER, seen.operation.id):
            rule = clause.detail
            asked = seen.arguments.get(rule.parameter)
            told = [each[rule.field] for each in items if rule.field in each]
            if asked is None or not told or rule not in listing.filters or not _can_match(rule.match, asked):
                continue
            others = [each for each in told if not matches_filter(rule, asked, each)]
            if others:
                expected = f"none but tasks that match {rule.parameter}={asked!r}"
                yield Unkept(clause.id, expected, f"one with {rule.field}: {others[0]!r}")
            else:
                yield Kept(clause.id, "it shows none that does not match")

    def _sorted(self, seen: Observed, sorting: Sorting, items: list[Fields]) -> Iterator[Point]:
        clause, field, descending = self._order(seen, sorting)
        values = [each[field] for each in items if field in each]
        if clause is None or not field or len(values) < 2 or len(values) != len(items):  # noqa: PLR2004 - an order
            return
        keys = [sort_key(each) for each in values]
        pairs = [(two, one) if descending else (one, two) for one, two in pairwise(keys)]
        if any(one > two for one, two in pairs):
            direction = "downwards" if descending else "upwards"
            yield Unkept(clause.id, f"the tasks by {field}, {direction}", ", ".join(map(str, values))[:300])
        elif len(set(keys)) > 1:
            yield Kept(clause.id, "as far as pages show it")

    def _order(self, seen: Observed, sorting: Sorting) -> tuple[Clause | None, str, bool]:
        """The clause that says how this list is sorted, the field of an item, and whether downwards."""
        word = seen.arguments.get(sorting.by) if sorting.by else None
        way = seen.arguments.get(sorting.direction) if sorting.direction else None
        descending = sorting.default_descending if way is None else way == sorting.descending
        if word is None:
            stated = self.book.of(ClauseKind.ORDER, seen.operation.id)
            return (stated[0] if stated and way is None else None), sorting.default_field, descending
        named = [each for each in self.book.of(ClauseKind.SORT, seen.operation.id) if each.subject == word]
        return (named[0] if named else None), sorting.fields.get(str(word), ""), descending

    def _total(self, seen: Observed, listing: Listing, items: list[Fields]) -> Iterator[Point]:
        """Whatever the total counts, it is no less than what is shown."""
        total = read(seen.operation.success.schema or {}, seen.reply.body).get("tasks.count")
        before = self._before(seen, listing)
        for each in self.book.of(ClauseKind.TOTAL, seen.operation.id):
            if not isinstance(total, int) or isinstance(total, bool) or before is None or not items:
                continue
            shown = before + len(items)
            if total < shown:
                yield Unkept(each.id, f"a total of at least {shown}, as so many are shown", str(total))
            else:
                yield Kept(each.id, "it is no less than what is shown")

    def _before(self, seen: Observed, listing: Listing) -> int | None:
        """How many tasks are passed over; None where that is not told."""
        paging = listing.paging
        if paging is None:
            return 0
        offset = _argument(seen, paging.offset) if paging.offset else 0
        size, number = _argument(seen, paging.limit), _argument(seen, paging.number) if paging.number else 1
        if paging.marker and seen.arguments.get(paging.marker):
            return 0
        if isinstance(number, int) and number > 1:
            return (number - 1) * size if isinstance(size, int) else None
        return offset if isinstance(offset, int) else 0


def _argument(seen: Observed, name: str) -> Json:
    """An argument, or its documented default."""
    member = member_named(seen.operation, name)
    default: Json = member.schema.get("default") if member else None
    return seen.arguments.get(name, default)


def _can_match(match: str, asked: Json) -> bool:
    """Whether a filter says at once what matches it: one of its own language does not."""
    return match != "json" and asked != ""
