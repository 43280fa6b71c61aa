"""What is stated about lists: filters, order, pages and totals."""

from __future__ import annotations

from collections.abc import Iterator

from openapi.clauses.clause import Clause, ClauseKind
from openapi.clauses.place import Place
from openapi.model import Operation, Spec


def listing_clauses(spec: Spec, operation: Operation, place: Place) -> Iterator[Clause]:
    """One clause per filter and per field to sort by; the default order, the pages, the total."""
    listing = operation.listing
    if listing is None:
        return
    draft = (spec.name, operation.id)
    stated = place.step("x-listing")
    for each in listing.filters:
        yield Clause(*draft, ClauseKind.FILTER, each.parameter, each.field, each.citation, each.pointer, each)
    sorting, where = listing.sorting, stated.step("sorting")
    for word, field in sorting.fields.items():
        pointer = where.where("fields", word)
        yield Clause(*draft, ClauseKind.SORT, word, field, where.cite("fields"), pointer, sorting)
    order = "descending" if sorting.default_descending else "ascending"
    default = where.step("default")
    citation = default.own_cite() or where.cite("default")
    yield Clause(*draft, ClauseKind.ORDER, "", order, citation, default.pointer, sorting)
    paging = listing.paging
    if paging is not None:
        names = [name for name in (paging.limit, paging.offset, paging.number, paging.marker) if name]
        yield Clause(*draft, ClauseKind.PAGING, "", list(names), paging.citation, paging.pointer, paging)
    if "total" in stated:
        total = stated.step("total")
        pointer = total.where("counts")
        yield Clause(*draft, ClauseKind.TOTAL, "", listing.total, total.cite("counts"), pointer, listing)
