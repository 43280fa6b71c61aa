"""One page of a list: filtered, sorted, counted and cut as the spec says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mockserver.decoding import decode
from mockserver.facts import Call, Facts, Outcome
from mockserver.lines import Ordered, Part, Unlisted
from mockserver.refusal import Refusal
from mockserver.sizes import DEEPEST
from mockserver.store import Shown
from mockserver.task import Task
from mockserver.traits import NOTHING, OUTCOME, Kind, Trait, canonical, reader
from mockserver.writing import Write, item_phases, item_traits, item_writers
from openapi.members import item_parts
from openapi.model import Filter, Json, Listing, Operation
from openapi.reasons import Reason
from openapi.values import value

KEPT = 256  # filters that are remembered, as clients ask with the same ones until a task has finished
LONGEST = 1024  # characters of one


@value
class Narrowed:
    """The fewest tasks of an account that are listed apart and have all that a list may show."""

    holdings: Shown
    scope: str
    line: Ordered | None  # those with one trait; None: all of the scope
    filters: Sequence[Filter]  # that they have to pass yet

    def page(self, part: Part) -> tuple[list[Task], int]:
        """A part of them, and how many there are in all. Raises Unlisted."""
        return self.holdings.page(self.scope, part) if self.line is None else self.line.page(part)

    def tasks(self, *, newest_first: bool) -> Iterator[Task]:
        """All of them, in the order of creation."""
        if self.line is None:
            return self.holdings.tasks(self.scope, newest_first=newest_first)
        return self.line.walk(newest_first=newest_first)


@dataclass(frozen=True, slots=True)
class Lister:
    """Lists the tasks of one operation; the fields of its items are what filters and orders go by."""

    listing: Listing
    filters: tuple[Filter, ...]  # of what tasks are not kept apart by
    items: Mapping[str, Write]
    traits: Mapping[str, tuple[str, Json]]  # of fields that never change: what they tell, and what stands for nothing
    defaults: Mapping[str, str]  # what stands for nothing in these fields, as `canonical` writes it
    phases: frozenset[str]  # fields that tell the phase
    bound: Mapping[str, str]  # field of an item: the name it is bound to
    scope: str  # the parameter that every list has to give and that tasks are kept by; empty: none

    @property
    def kinds(self) -> frozenset[Kind]:
        """Of the traits that clients may ask for."""
        told = [rule.field for rule in self.filters if rule.match != "contains"]
        kinds = [(self.traits[each][0], self.defaults[each]) for each in told if each in self.traits]
        kinds += [(OUTCOME, NOTHING) for each in told if each in self.phases]
        return frozenset(Kind(*kind, is_scoped=bool(self.scope)) for kind in kinds)

    def page(self, call: Call, holdings: Shown, facts: Facts) -> Outcome:
        """The tasks of the page that the arguments ask for, and the total."""
        arguments = call.arguments
        narrowed = self._narrow(call, holdings)
        field, descending = self._order(arguments)
        is_by_creation = self.bound.get(field) in ("task.created", "task.id")
        part = self._part(arguments, newest_first=descending)
        if is_by_creation and not narrowed.filters and (descending or not part.after):
            try:
                tasks, total = narrowed.page(part)
            except Unlisted:
                pass  # so all are looked at
            else:
                return Outcome(None, tasks, self._total(total, narrowed))
        found = [*self._passing(narrowed, arguments, facts, newest_first=descending and is_by_creation)]
        total = self._total(len(found), narrowed)
        if not is_by_creation:
            shown = self._shown(field, facts)
            found.sort(key=lambda task: _sortable(shown(task)), reverse=descending)
        if part.after:
            found = [task for task in found if task.id.lower() < part.after]
        return Outcome(tasks=found[part.skip :][: part.size], total=total)

    def _narrow(self, call: Call, holdings: Shown) -> Narrowed:
        """The tasks that the list is to be looked for among."""
        arguments = call.arguments
        scope = str(arguments[self.scope]) if self.scope else ""
        filters = [rule for rule in self.filters if rule.parameter in arguments]
        shortest, passed = None, None
        for rule in filters:
            line = self._line(rule, call, holdings, scope)
            if line is not None and (shortest is None or len(line) < len(shortest)):
                shortest, passed = line, rule
        if passed is not None:
            filters.remove(passed)
        return Narrowed(holdings, scope, shortest, filters)

    def _line(self, rule: Filter, call: Call, holdings: Shown, scope: str) -> Ordered | None:
        """Those of a scope that pass a filter; None: they are not listed apart."""
        asked, lifecycle = call.arguments[rule.parameter], call.spec.lifecycle
        if rule.field in self.phases and rule.match == "equal" and lifecycle is not None:
            phases = {phase for phase, word in lifecycle.words.items() if word == asked}
            return holdings.in_phases(scope, phases, call.now)
        trait = self._trait(rule, asked)
        return holdings.line(scope, trait) if trait else None

    def _trait(self, rule: Filter, asked: Json) -> Trait | None:
        """What a filter asks for; None where that is none."""
        if rule.match == "contains" or rule.field not in self.traits:
            return None
        wanted = _wanted(str(asked)) if rule.match == "json" else canonical(asked)
        return Trait(self.traits[rule.field][0], self.defaults[rule.field], wanted)

    def _passing(
        self, narrowed: Narrowed, arguments: Mapping[str, Json], facts: Facts, *, newest_first: bool
    ) -> Iterable[Task]:
        """Those of which is shown what was asked for."""
        kept: Iterable[Task] = narrowed.tasks(newest_first=newest_first)
        for rule in narrowed.filters:
            asked, shown = arguments[rule.parameter], self._shown(rule.field, facts)
            trait = self._trait(rule, asked)
            if trait is not None:
                kept = filter(trait.chooser(), kept)
            elif rule.match == "contains":
                kept = [task for task in kept if str(asked) in str(shown(task))]
            else:
                kept = [task for task in kept if shown(task) == asked]
        return kept

    def _total(self, found: int, narrowed: Narrowed) -> int:
        """What the list says that there is, where so many were found."""
        return narrowed.holdings.count(narrowed.scope) if self.listing.total == "all" else found

    def _part(self, arguments: Mapping[str, Json], *, newest_first: bool) -> Part:
        """Which of the tasks the page has."""
        paging = self.listing.paging
        if paging is None:
            return Part(newest_first, 0, None)
        start, size = _window(arguments, paging.offset, paging.number, paging.limit)
        marker = arguments.get(paging.marker) if paging.marker else None
        return Part(newest_first, start, size, "" if marker in (None, paging.begins_at) else str(marker).lower())

    def _shown(self, field: str, facts: Facts) -> Callable[[Task], Json]:
        """What an item would show of a task in a field."""
        if field in self.traits:
            return reader(*self.traits[field])
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
    traits = item_traits(schema, arguments)
    defaults = {field: canonical(default) for field, (_, default) in traits.items()}
    fields = item_writers(schema, arguments), traits, defaults, item_phases(schema, arguments), bound
    scope = scopes[0] if scopes else ""
    filters = tuple(rule for rule in operation.listing.filters if rule.parameter != scope)
    return Lister(operation.listing, filters, *fields, scope)


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


def _wanted(text: str) -> str:
    """The JSON that a filter asks for, as `canonical` writes it."""
    return canonical(_loads(text)) if len(text) > LONGEST else _known_wanted(text)


@lru_cache(KEPT)
def _known_wanted(text: str) -> str:
    return canonical(_loads(text))


def _loads(text: str) -> Json:
    """JSON as it could have been sent in a body; any other text as it is."""
    try:
        return decode(text.encode("utf-8", "surrogatepass"), DEEPEST, Reason.WRONG_FORMAT)
    except Refusal:
        return text
