"""One page of a list: filtered, sorted, counted and cut as the spec says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from mockserver.facts import Call, Facts, Outcome
from mockserver.store import Part, Shown
from mockserver.task import Task
from mockserver.writing import Write, item_echoes, item_parts, item_writers
from openapi.model import Filter, Json, Listing, Operation

Echo = tuple[str, Json]  # a member that repeats an argument: its name, and what is shown where it was not given


@dataclass(frozen=True, slots=True)
class Lister:
    """Lists the tasks of one operation; the fields of its items are what filters and orders go by."""

    listing: Listing
    items: Mapping[str, Write]
    echoes: Mapping[str, Echo]  # those of the fields that only repeat an argument
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
        kept: Iterable[Task] = holdings.tasks(scope, newest_first=descending and by_creation)
        for rule in filters:
            kept = _passing(kept, self._shown(rule.field, facts), rule, arguments[rule.parameter])
        found = [*kept]
        total = holdings.count(scope) if self.listing.total == "all" else len(found)
        if not by_creation:
            shown = self._shown(field, facts)
            found.sort(key=lambda task: _sortable(shown(task)), reverse=descending)
        if marker is not None:
            last = str(marker).lower()
            found = [task for task in found if task.id.lower() < last]
        return Outcome(tasks=found[start:][:size], total=total)

    def _shown(self, field: str, facts: Facts) -> Callable[[Task], Json]:
        """What an item would show of a task in a field."""
        if field in self.echoes:
            argument, default = self.echoes[field]
            return lambda task: default if (value := task.arguments.get(argument)) is None else value
        write = self.items[field]
        return lambda task: write(facts.about(task))

    def _order(self, arguments: Mapping[str, Json]) -> tuple[str, bool]:
        """The field of the items to sort by, and whether the largest comes first."""
        sorting = self.listing.sorting
        by, direction = str(arguments.get(sorting.by) or ""), arguments.get(sorting.direction)
        descending = direction == sorting.descending if direction is not None else sorting.default_descending
        return sorting.fields.get(by, sorting.default_field), descending


def lister(operation: Operation, arguments: frozenset[str]) -> Lister | None:
    """What lists for an operation, whose items may echo these arguments; None when it lists nothing."""
    if operation.listing is None:
        return None
    schema = operation.success.schema or {}
    bound = {name: part.get("x-bind", "") for name, part in item_parts(schema).items()}
    required = {parameter.name for parameter in operation.parameters if parameter.required}
    required |= set((operation.body or {}).get("required", ()))
    scopes = [f.parameter for f in operation.listing.filters if f.match == "equal" and f.parameter in required]
    fields = item_writers(schema, arguments), item_echoes(schema, arguments), bound
    return Lister(operation.listing, *fields, scopes[0] if scopes else "")


def _passing(tasks: Iterable[Task], shown: Callable[[Task], Json], rule: Filter, asked: Json) -> list[Task]:
    """Those of the tasks of which is shown what was asked for."""
    match rule.match:
        case "contains":
            return [task for task in tasks if str(asked) in str(shown(task))]
        case "equal":
            wanted = asked
        case "json":
            wanted = _loads(str(asked))
    return [task for task in tasks if shown(task) == wanted]


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
