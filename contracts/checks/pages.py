"""The documented pages of lists, and the total that they tell."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved, check
from contracts.situations.lists import (
    Page,
    ask,
    bound_to,
    largest_page,
    listing_of,
    page_arguments,
    required_filters,
    scope,
)
from contracts.situations.tasks import naming, with_resources
from contracts.situations.varied import collect, make_alike, make_varied, scopes
from contracts.values import Arguments
from openapi.clauses import Clause, ClauseKind
from openapi.members import takes_task
from openapi.model import Action, Json, Operation

COUNT = 5  # tasks in the list
SIZE = 2  # of a page: the last one is not full
FAR = 20  # pages beyond the end


@check(ClauseKind.PAGING)
def shows_every_task_once_page_by_page(api: Api, clause: Clause) -> None:
    """Pages of a few tasks, one after the other, are the whole list cut into pieces; after the last comes nothing."""
    operation, paging = api.operation(clause.operation), clause.detail
    whole = _whole(api, operation)
    if not (paging.offset or paging.number or paging.marker):
        raise NotObserved("nothing chooses a page")
    for size in (1, SIZE, len(whole) - 1, len(whole)):
        for number in range(-(-len(whole) // size) + 1):
            given = page_arguments(operation, size, number)
            if number and not (paging.offset or paging.number):
                given |= {paging.marker: whole[: number * size][-1]}
            _expect_page(api, operation, given, whole[number * size : (number + 1) * size])


@check(ClauseKind.PAGING, when=lambda clause: clause.detail.offset or clause.detail.number)
def shows_nothing_far_beyond_the_end(api: Api, clause: Clause) -> None:
    """The largest page shows all tasks; far beyond the last of them is an empty page, and no error."""
    operation = api.operation(clause.operation)
    whole, largest = _whole(api, operation), largest_page(operation)
    if largest:
        _expect_page(api, operation, page_arguments(operation, largest, 0), whole[:largest])
    _expect_page(api, operation, page_arguments(operation, SIZE, len(whole) // SIZE + FAR), [])


@check(ClauseKind.PAGING, when=lambda clause: clause.detail.offset)
def passes_over_as_many_tasks_as_the_offset_says(api: Api, clause: Clause) -> None:
    """An offset counts tasks, not pages: it need not be a multiple of the size."""
    operation, paging = api.operation(clause.operation), clause.detail
    whole = _whole(api, operation)
    for offset in range(len(whole) + 1):
        _expect_page(api, operation, {paging.limit: SIZE, paging.offset: offset}, whole[offset : offset + SIZE])


@check(ClauseKind.PAGING, when=lambda clause: clause.detail.marker)
def goes_on_after_the_marker(api: Api, clause: Clause) -> None:
    """A marker is the last task of the page before; an offset beside it counts from there."""
    operation, paging = api.operation(clause.operation), clause.detail
    whole = _whole(api, operation)
    for place, marker in enumerate(whole):
        rest = whole[place + 1 :]
        _expect_page(api, operation, {paging.limit: SIZE, paging.marker: marker}, rest[:SIZE])
        if paging.offset:
            given: Arguments = {paging.limit: SIZE, paging.marker: marker, paging.offset: 1}
            _expect_page(api, operation, given, rest[1 : 1 + SIZE])


@check(ClauseKind.PAGING, when=lambda clause: clause.detail.marker)
def repeats_no_task_when_another_is_created_between_pages(api: Api, clause: Clause) -> None:
    """The page after a marker is the same when a task was created since the page before."""
    operation, paging = api.operation(clause.operation), clause.detail
    whole = _whole(api, operation)
    for count, position in enumerate((0, len(whole) - SIZE), start=COUNT):
        marker, rest = whole[position], whole[position + 1 :]
        make_alike(api, count + 1, made=count)
        left = rest
        if any(quota.when_full != "refuse" for quota in api.spec.quotas):
            held = _ids(api, operation, scope(api, operation))  # the earliest may have left
            left = [task for task in rest if task in held]
        _expect_page(api, operation, {paging.limit: SIZE, paging.marker: marker}, left[:SIZE])


@check(ClauseKind.TOTAL)
def tells_the_same_total_on_every_page(api: Api, clause: Clause) -> None:
    """The total is the number of tasks, whatever page is asked for, and one less when one is deleted."""
    operation = api.operation(clause.operation)
    whole = _whole(api, operation)
    for size, number in ((1, 0), (SIZE, 1), (len(whole), 0), (SIZE, len(whole))):
        page = ask(api, operation, scope(api, operation) | page_arguments(operation, size, number))
        _expect_total(page, len(whole), f"{len(whole)} tasks, whatever page is asked for")
    if _delete(api, whole[0]):
        page = ask(api, operation, scope(api, operation))
        _expect_total(page, len(whole) - 1, f"{len(whole) - 1} tasks, after one was deleted")


@check(ClauseKind.TOTAL)
def counts_what_the_filters_leave_as_documented(api: Api, clause: Clause) -> None:
    """Beside a filter that leaves tasks out, the total counts the matching ones, or all, as documented."""
    operation = api.operation(clause.operation)
    made = make_varied(api)
    tasks = collect(api, operation, made)
    required, told = required_filters(operation), False
    for rule in listing_of(operation).filters:
        if rule.match != "equal" or bound_to(operation, rule.field) == "task.phase":
            continue
        for given in scopes(api, operation, made):
            asked = given | {rule.parameter: next(iter(tasks.values())).get(rule.field)}
            everyone = list(ask(api, operation, asked).everything())
            wider = tasks if rule.parameter in required else dict.fromkeys(_ids(api, operation, given))
            told = told or len(everyone) < len(wider)
            counted = len(everyone) if clause.value == "matching" or rule.parameter in required else len(wider)
            page = ask(api, operation, asked | page_arguments(operation, 1, 0))
            _expect_total(page, counted, f"{counted} tasks beside the filter {rule.parameter}")
    if not told:
        raise NotObserved("no filter leaves a task out")


def _whole(api: Api, operation: Operation) -> list[str]:
    """The ids of a few tasks, in the order of the list."""
    made = make_alike(api, COUNT)
    found = _ids(api, operation, scope(api, operation))
    room = min((quota.limit for quota in api.spec.quotas if quota.when_full != "refuse"), default=COUNT)
    missing = {each.id for each in made[-room:]} - set(found)
    if missing:
        page = ask(api, operation, scope(api, operation))
        raise Broken(f"all {COUNT} tasks listed", page.reply, f"{len(missing)} are missing")
    if len(set(found)) < len(found):
        raise Broken("every task listed once", ask(api, operation, scope(api, operation)).reply)
    return found


def _ids(api: Api, operation: Operation, given: Arguments) -> list[str]:
    return [str(values.get("task.id")) for _, values in ask(api, operation, given).everything()]


def _expect_page(api: Api, operation: Operation, given: Arguments, wanted: Sequence[str]) -> None:
    asked = ", ".join(f"{name}={value}" for name, value in given.items())
    page = ask(api, operation, scope(api, operation) | given)
    if page.ids != list(wanted):
        found = f"{len(page.ids)} tasks" if len(page.ids) != len(wanted) else "other tasks, or in another order"
        raise Broken(f"the {len(wanted)} tasks of the whole list that {asked} asks for", page.reply, found)


def _expect_total(page: Page, wanted: int, said: str) -> None:
    total: Json = page.total
    if isinstance(total, bool) or total != wanted:
        raise Broken(f"a total of {said}", page.reply, f"a total of {total}")


def _delete(api: Api, task: str) -> bool:
    """Delete a task; False where no operation does."""
    for operation in api.spec.operations.values():
        if operation.action is Action.DELETE and takes_task(operation):
            return api.call(operation, naming(operation, task, with_resources(api, operation))).accepted
    return False
