"""The documented order of lists: the one they have by themselves, and those that can be asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved, check
from contracts.situations.lists import Page, ask, bound_to, page_arguments, scope
from contracts.situations.varied import GAP as TASK_GAP
from contracts.situations.varied import Made, make_alike
from contracts.target import Capability
from contracts.values import Arguments
from openapi.clauses import Clause, ClauseKind
from openapi.model import Json

COUNT = 5  # tasks in the list
SIZE = 2  # of a page of the sorted list
MOMENTS = 3  # at which a list is asked for while tasks start, where time passes as it is told to
GAP = 0.7  # seconds between them


@check(ClauseKind.SORT)
def sorts_by_the_field_in_both_directions(api: Api, clause: Clause) -> None:
    """Asked for by the word, the tasks come by the field, upwards and downwards, and always the same ones.

    Whatever the field leaves open stays as it is: asked for again, or page by page, the list is the same.
    """
    operation, sorting, field = api.operation(clause.operation), clause.detail, str(clause.value)
    made, differ = make_alike(api, COUNT), False
    for _ in _moments(api):
        for word, descending in ((sorting.ascending, False), (sorting.descending, True)):
            given: Arguments = {sorting.by: clause.subject, sorting.direction: word}
            page = ask(api, operation, scope(api, operation) | given)
            _expect_sorted(page, field, descending=descending)
            _expect_all(page, made)
            _expect_stable(page, field)
            differ = differ or len({sort_key(fields.get(field)) for fields in page.fields}) > 1
    if not differ:
        raise NotObserved(f"all tasks have the same {field}")


@check(ClauseKind.ORDER)
def lists_in_the_documented_order_by_default(api: Api, clause: Clause) -> None:
    """A list that is asked for no order comes by the documented field in the documented direction."""
    operation, sorting = api.operation(clause.operation), clause.detail
    made = make_alike(api, COUNT)
    for _ in _moments(api):
        page = ask(api, operation, scope(api, operation))
        _expect_all(page, made)
        _expect_sorted(page, sorting.default_field, descending=clause.value == "descending")
        if bound_to(operation, sorting.default_field) in {"task.created", "task.id"}:
            _expect_created(page, made, descending=clause.value == "descending")


def _expect_stable(page: Page, field: str) -> None:
    """The list comes the same once more, and in pages; nothing is said of one whose tasks have changed meanwhile."""
    again = ask(page.api, page.operation, page.given)
    unstable = _instability(page, again)
    later = ask(page.api, page.operation, page.given) if unstable else page
    if unstable and all(_values(each, field) == _values(page, field) for each in (again, later)):
        raise unstable


def _instability(page: Page, again: Page) -> Broken | None:
    """What differs in the same list; None: nothing."""
    api, operation = page.api, page.operation
    if again.ids != page.ids:
        return Broken("the same list when it is asked for again", again.reply, "another order")
    positions = page_arguments(operation, SIZE, 0)
    if len(positions) < 2:  # noqa: PLR2004 - a size, and what chooses the page
        return None
    for number in range(-(-len(page.ids) // SIZE)):
        part = ask(api, operation, page.given | page_arguments(operation, SIZE, number))
        if part.ids != page.ids[number * SIZE : (number + 1) * SIZE]:
            return Broken(f"page {number + 1} of the sorted list, of {SIZE} tasks each", part.reply, "other tasks")
    return None


def _values(page: Page, field: str) -> dict[str, Json]:
    """The values that a list is sorted by, by the ids of its tasks."""
    return {task: fields.get(field) for task, fields in zip(page.ids, page.fields, strict=True)}


def _moments(api: Api) -> Iterator[None]:
    """Now; and, where time passes as it is told to, while tasks start and while half of them have ended."""
    yield
    life = api.spec.lifecycle
    if Capability.CLOCK in api.target.capabilities and life is not None:
        for _ in range(MOMENTS):
            api.target.wait(GAP)
            yield
        api.target.wait(life.queued_seconds + life.running_seconds - MOMENTS * GAP - COUNT * TASK_GAP / 2)
        yield


def _expect_created(page: Page, made: Sequence[Made], *, descending: bool) -> None:
    created = [each.id for each in made]
    if [each for each in page.ids if each in created] != (created[::-1] if descending else created):
        first = "latest" if descending else "earliest"
        raise Broken(f"the tasks from the {first} on", page.reply, "another order than that of their creation")


def _expect_sorted(page: Page, field: str, *, descending: bool) -> None:
    values = [fields.get(field) for fields in page.fields]
    keys = [sort_key(value) for value in values]
    ordered = [(two, one) if descending else (one, two) for one, two in pairwise(keys)]
    if any(one > two for one, two in ordered):
        direction = "downwards" if descending else "upwards"
        raise Broken(f"the tasks by {field}, {direction}", page.reply, _said(values))


def _expect_all(page: Page, made: Sequence[Made]) -> None:
    missing = [each.id for each in made if each.id not in page.ids]
    if missing:
        raise Broken(f"all {len(made)} tasks listed", page.reply, f"{len(missing)} are missing")


def sort_key(value: Json) -> tuple[bool, float, str]:
    """Numbers by size, text by code point, what is missing first."""
    number = float(value) if isinstance(value, int | float) else 0.0
    return value is not None, number, value if isinstance(value, str) else ""


def _said(values: Sequence[Json]) -> str:
    return ", ".join(str(value) for value in values)
