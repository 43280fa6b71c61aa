"""Lists of tasks: what may be asked of one, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved
from contracts.situations.tasks import with_resources
from contracts.values import Arguments, find
from openapi.binding import read
from openapi.members import Member, members
from openapi.model import Action, Json, Listing, Operation, Paging, Schema

PAGES = 100  # of a list that are read at most
Fields = Mapping[str, Json]  # of a task, by the names on the wire


def unreadable(api: Api, reply: Reply, what: str) -> Exception:
    """What to raise about an answer that tells of no task, and is no documented refusal either.

    A mock has no such answers; on another server it may be noise.
    """
    if api.target.is_mock:
        return Broken(f"{what} answered as documented", reply)
    return NotObserved(f"{what} was answered in no documented way, with status {reply.status}")


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a list; what does not fit the schema is left out of it."""

    api: Api
    operation: Operation
    given: Arguments
    reply: Reply
    items: tuple[tuple[Fields, Mapping[str, Json]], ...]  # each by its wire names, and by its bound names

    @property
    def ids(self) -> list[str]:
        """The ids of the tasks, in the order of the page."""
        return [str(values.get("task.id")) for _, values in self.items]

    @property
    def fields(self) -> list[Fields]:
        """The tasks by their wire names."""
        return [fields for fields, _ in self.items]

    @property
    def total(self) -> Json:
        """How many tasks there are, as the answer says it; None where it does not."""
        return read(self.operation.success.schema or {}, self.reply.body).get("tasks.count")

    def everything(self) -> Iterator[tuple[Fields, Mapping[str, Json]]]:
        """The tasks of this page and, where it was full, of those after it."""
        size, page = page_size(self), self
        for number in range(1, PAGES + 1):
            yield from page.items
            if not size or len(page.items) < size:
                return
            page = ask(self.api, self.operation, self.given | page_arguments(self.operation, size, number))


def list_operation(api: Api) -> Operation | None:
    """The operation that lists tasks."""
    return next((each for each in api.spec.operations.values() if each.action is Action.LIST), None)


def listing_of(operation: Operation) -> Listing:
    """How an operation lists. Raises NotObserved when it does not."""
    if operation.listing is None:
        raise NotObserved(f"{operation.id} lists nothing")
    return operation.listing


def ask(api: Api, operation: Operation, given: Arguments) -> Page:
    """An answer of the list: filters, order and page are those of `given` alone; the largest page where none is asked.

    Raises NotObserved when it is refused.
    """
    paging = listing_of(operation).paging
    size = largest_page(operation)
    if paging and paging.limit and paging.limit not in given and size:
        given = {**given, paging.limit: size}
    return ask_as_it_is(api, operation, given)


def ask_as_it_is(api: Api, operation: Operation, given: Arguments) -> Page:
    """An answer of the list to nothing but `given`, however long its page is. Raises NotObserved when it is refused."""
    omitted = _choices(operation) - given.keys()
    reply = api.call(operation, {**with_resources(api, operation), **given}, omit=omitted)
    schema = operation.success.schema or {}
    found = read(schema, reply.body).get("tasks")
    if not isinstance(found, list):
        if not reply.error_code:
            raise unreadable(api, reply, "listing tasks")
        raise NotObserved(f"listing tasks was refused as {reply.error_code}")
    values = [each for each in found if isinstance(each, dict)]
    return Page(api, operation, given, reply, tuple(zip(items_of(schema, reply.body), values, strict=False)))


def scope(api: Api, operation: Operation) -> Arguments:
    """The filters that have to be given, as a list that shows the example's tasks has them."""
    given = with_resources(api, operation)
    return {name: given[name] for name in sorted(required_filters(operation)) if name in given}


def scope_like(api: Api, operation: Operation, created: Mapping[str, Json]) -> Arguments:
    """The filters that have to be given, as they list a task that was created with these arguments."""
    named = {each.parameter: argument_of(operation, each.field) for each in listing_of(operation).filters}
    own = scope(api, operation)
    return own | {name: created[named[name]] for name in own if named.get(name) in created}


def required_filters(operation: Operation) -> set[str]:
    """The filters without which the list is refused."""
    required = {each.argument for each in members(operation) if each.required and len(each.steps) == 1}
    return {each.parameter for each in listing_of(operation).filters} & required


def argument_of(operation: Operation, field: str) -> str:
    """The argument of a creator that a field of the list's items repeats, as far as the schema tells."""
    bound = str(item_schema(operation).get("properties", {}).get(field, {}).get("x-bind", ""))
    if not bound:
        return field
    return bound.removeprefix("argument.") if bound.startswith("argument.") else ""


def bound_to(operation: Operation, field: str) -> str:
    """The name that a field of the list's items is bound to; empty where it repeats an argument."""
    bound = str(item_schema(operation).get("properties", {}).get(field, {}).get("x-bind", ""))
    return "" if bound.startswith("argument.") else bound


def item_schema(operation: Operation) -> Schema:
    """The schema of one task of a list."""
    return _each(operation.success.schema or {}) or {}


def member_named(operation: Operation, name: str) -> Member | None:
    """A parameter, or a member of the top of the body, by its name."""
    return next((each for each in members(operation) if each.steps == (name,)), None)


def largest_page(operation: Operation) -> int:
    """The largest page that may be asked for; 0 when that is not known."""
    paging = listing_of(operation).paging
    member = member_named(operation, paging.limit) if paging and paging.limit else None
    found = member.schema.get("maximum", member.schema.get("default", 0)) if member else 0
    return int(found)


def page_size(page: Page) -> int:
    """How long the page was asked to be; 0 when nothing was asked."""
    paging = listing_of(page.operation).paging
    size = page.given.get(paging.limit) if paging and paging.limit else None
    if size is None:
        size = largest_page(page.operation)
    return size if isinstance(size, int) else 0


def page_arguments(operation: Operation, size: int, number: int) -> Arguments:
    """What asks for page `number`, from 0, of so many tasks; by number or by offset."""
    paging = listing_of(operation).paging
    if paging is None or not paging.limit:
        return {}
    return {paging.limit: size, **_position(paging, size, number)}


def _position(paging: Paging, size: int, number: int) -> Arguments:
    if paging.offset:
        return {paging.offset: number * size}
    return {paging.number: number + 1} if paging.number else {}


def _choices(operation: Operation) -> set[str]:
    """The parameters that choose what is listed."""
    listing = listing_of(operation)
    paging, sorting = listing.paging, listing.sorting
    names = {each.parameter for each in listing.filters} | {sorting.by, sorting.direction}
    names |= {paging.limit, paging.offset, paging.number, paging.marker} if paging else set()
    return (names - {""}) - required_filters(operation)


def items_of(schema: Schema, body: Json) -> list[Fields]:
    """The items of a list, by the names on the wire."""
    if "x-each" in schema:
        return [each for each in body if isinstance(each, dict)] if isinstance(body, list) else []
    if not isinstance(body, dict):
        return []
    found = (items_of(part, body[name]) for name, part in schema.get("properties", {}).items() if name in body)
    return next((each for each in found if each), [])


def _each(schema: Schema) -> Schema | None:
    if "x-each" in schema:
        items: Schema = schema.get("items", {})
        return items
    found = (_each(part) for part in schema.get("properties", {}).values())
    return next((each for each in found if each), None)


def value_of(arguments: Arguments, operation: Operation, name: str) -> Json:
    """The value of an argument of the top."""
    member = member_named(operation, name)
    return find(arguments, member) if member else None
