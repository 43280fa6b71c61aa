"""One page of a list: filtered, sorted, counted and cut as the spec says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockserver.facts import Call, Facts, Outcome
from mockserver.rendering import Write
from mockserver.store import Part, Shown
from openapi.model import Filter, Json, Listing, Operation

Test = Callable[[Json], bool]


@dataclass(frozen=True, slots=True)
class Lister:
    """Lists the tasks of one operation; the fields of its items are what filters and orders go by."""

    listing: Listing
    items: Mapping[str, Write]
    bound: Mapping[str, str]  # field of an item: the name it is bound to
    scope: str  # the parameter that every list has to give and that tasks are kept by; empty: none

    def page(self, call: Call, holdings: Shown, facts: Facts) -> Outcome:
        """The tasks of the page that the arguments ask for, and the total."""
        arguments, paging = call.arguments, self.listing.paging
        scope = str(arguments[self.scope]) if self.scope else ""
        start, size = _window(arguments, paging.offset, paging.number, paging.limit) if paging else (0, None)
        marker = arguments.get(paging.marker) if paging and paging.marker else None
        filters = [f for f in self.listing.filters if f.parameter != self.scope and f.parameter in arguments]
        field, descending = self._order(arguments)
        by_creation = self.bound.get(field) in ("task.created", "task.id")
        if by_creation and not filters and marker is None:
            tasks, total = holdings.page(scope, Part(descending, start, size))
            return Outcome(tasks=tasks, total=total)
        tests = [(self.items[rule.field], _test(rule, arguments[rule.parameter])) for rule in filters]
        found = holdings.tasks(scope, newest_first=descending and by_creation)
        kept = [task for task in found if _is_kept(facts.about(task), tests)]
        total = holdings.count(scope) if self.listing.total == "all" else len(kept)
        if not by_creation:
            kept.sort(key=lambda task: _sortable(self.items[field](facts.about(task))), reverse=descending)
        if marker is not None:
            last = str(marker).lower()
            kept = [task for task in kept if task.id.lower() < last]
        return Outcome(tasks=kept[start:][:size], total=total)

    def _order(self, arguments: Mapping[str, Json]) -> tuple[str, bool]:
        """The field of the items to sort by, and whether the largest comes first."""
        sorting = self.listing.sorting
        by, direction = str(arguments.get(sorting.by) or ""), arguments.get(sorting.direction)
        descending = direction == sorting.descending if direction is not None else sorting.default_descending
        return sorting.fields.get(by, sorting.default_field), descending


def lister(operation: Operation, items: Mapping[str, Write], bound: Mapping[str, str]) -> Lister | None:
    """What lists for an operation; None when it lists nothing."""
    if operation.listing is None:
        return None
    required = {parameter.name for parameter in operation.parameters if parameter.required}
    required |= set((operation.body or {}).get("required", ()))
    scopes = [f.parameter for f in operation.listing.filters if f.match == "equal" and f.parameter in required]
    return Lister(operation.listing, items, bound, scopes[0] if scopes else "")


def _is_kept(facts: Facts, tests: list[tuple[Write, Test]]) -> bool:
    """Whether a task passes all tests, each of what is shown of it."""
    return all(passes(show(facts)) for show, passes in tests)


def _test(rule: Filter, asked: Json) -> Test:
    """Whether what is shown is what was asked for."""
    match rule.match:
        case "equal":
            return lambda shown: shown == asked
        case "contains":
            return lambda shown: str(asked) in str(shown)
        case "json":
            value = _loads(str(asked))
            return lambda shown: shown == value


def _window(arguments: Mapping[str, Json], offset: str, number: str, limit: str) -> tuple[int, int | None]:
    """Where the page starts and how long it is."""
    size = arguments.get(limit) if limit else None
    length = size if isinstance(size, int) else None
    start = arguments.get(offset) if offset else 0
    page = arguments.get(number) if number else 1
    skipped = (page - 1) * (length or 0) if isinstance(page, int) else 0
    return (start if isinstance(start, int) else 0) + skipped, length


def _sortable(value: Json) -> tuple[bool, float, str]:
    """Numbers by size, text by code point, what is missing first."""
    number = float(value) if isinstance(value, int | float) else 0.0
    return value is not None, number, value if isinstance(value, str) else ""


def _loads(text: str) -> Json:
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value
