"""The documented selections: which rows a file holds, of which columns, and in which order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved, check
from contracts.files.exports import Exported, creator_of, export, milliseconds, pairs_of, time_of, times
from contracts.situations.lists import member_named
from contracts.situations.tasks import with_resources
from openapi.clauses import Clause, ClauseKind
from openapi.members import Member
from openapi.model import Json, Operation

FEW = 3  # rows of a file that is cut short
QUERIED = re.compile(r"\w+:\S+|\*")  # what of a query says what is looked for
QUERIES = 3  # that are tried
NOWHERE = "nowhere0"  # a value that no row has


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "window")
def holds_rows_of_the_window_alone(api: Api, clause: Clause) -> None:
    """Every row is from within the window; of a narrower one, all rows that were there before are there again."""
    file, operation = clause.detail, creator_of(api, clause.operation, clause.detail)
    first, last = (_moment_member(operation, name) for name in file.window)
    wide = export(api, operation, file)
    if not wide.rows and api.target.is_mock:
        raise Broken("rows from within the window", wide.reply, "none at all")
    moments = sorted(times(wide.rows))
    if len(set(moments)) < 2 * FEW:
        raise NotObserved("the file holds too few moments to be cut short")
    _expect_within(wide, *(_milliseconds(wide.arguments, each) for each in (first, last)))
    lower, upper = moments[len(moments) // 3], moments[2 * len(moments) // 3]
    bounds = {first.argument: _written(first, lower), last.argument: _written(last, upper)}
    narrow = export(api, operation, file, bounds)
    start, end = (_milliseconds(narrow.arguments, each) for each in (first, last))
    _expect_within(narrow, start, end)
    column = time_of(wide.rows)
    kept = [row for row in wide.rows if start < (milliseconds(row[column]) or 0) < end]
    missing = [row for row in kept if row not in narrow.rows]
    if missing or not kept:
        raise Broken(f"the {len(kept)} rows between the bounds there again", narrow.reply, f"{len(missing)} missing")


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "edges")
def holds_the_rows_at_the_edges_as_documented(api: Api, clause: Clause) -> None:
    """Rows of the very first and of the very last moment of the window are in the file, or not, as documented."""
    file, operation = clause.detail, creator_of(api, clause.operation, clause.detail)
    first, last = (_moment_member(operation, name) for name in file.window)
    wide = export(api, operation, file)
    moments = [each for each in sorted(set(times(wide.rows))) if _is_written_exactly(first, each)]
    if len(moments) < FEW:
        raise NotObserved("the file holds too few rows of moments that a window can name")
    edges = moments[0], moments[-1]
    bounds = {first.argument: _written(first, edges[0]), last.argument: _written(last, edges[1])}
    narrow = export(api, operation, file, bounds)
    found = times(narrow.rows)
    for edge, is_included, name in zip(edges, file.edges, (first.name, last.name), strict=True):
        if (edge in found) is not is_included:
            said = "the row" if is_included else "no row"
            raise Broken(f"{said} of the very moment of {name}, {edge}", narrow.reply, f"{found[0]} to {found[-1]}")


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "fields")
def holds_the_columns_asked_for(api: Api, clause: Clause) -> None:
    """Asked for some columns, the file has these and no others, with the values that they have in the whole one."""
    file, operation = clause.detail, creator_of(api, clause.operation, clause.detail)
    whole = export(api, operation, file)
    if not whole.rows or len(whole.table.columns) <= FEW:
        raise NotObserved("the file has too few columns to choose from")
    for asked in (list(whole.table.columns[:1]), list(whole.table.columns[1 : FEW + 1])):
        found = export(api, operation, file, {file.fields: [*asked]})
        wanted = [{name: row[name] for name in asked} for row in whole.rows]
        if [dict(row) for row in found.rows] != wanted:
            received = f"{len(found.rows)} rows of {', '.join(found.table.columns)}"
            raise Broken(f"the {len(wanted)} rows with {', '.join(asked)} alone", found.reply, received)


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "query")
def holds_exactly_the_rows_that_match(api: Api, clause: Clause) -> None:
    """Of all rows, a query for one value of one column leaves exactly those that have it: none, where none has."""
    file, operation = clause.detail, creator_of(api, clause.operation, clause.detail)
    example = str(with_resources(api, operation).get(file.query) or "*")
    if not QUERIED.search(example):
        raise NotObserved("the example of a query has no form that another could be made after")
    everything = export(api, operation, file, {file.query: QUERIED.sub("*", example, count=1)})
    pairs = dict(pairs_of(everything.rows))
    if not pairs:
        raise NotObserved("no column has a plain value that only some rows have")
    for column, value in [*list(pairs.items())[:QUERIES], (next(iter(pairs)), NOWHERE)]:
        asked = QUERIED.sub(f"{column}:{value}", example, count=1)
        found = export(api, operation, file, {file.query: asked})
        wanted = [row for row in everything.rows if str(row.get(column)) == value]
        stray = [row for row in found.rows if str(row.get(column)) != value]
        if stray:
            raise Broken(f"rows alone that match {asked}", found.reply, f"{len(stray)} others of {len(found.rows)}")
        if len(found.rows) != len(wanted):
            raise Broken(f"the {len(wanted)} rows that match {asked}", found.reply, f"{len(found.rows)} rows")


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "limit")
def holds_no_more_rows_than_asked_for(api: Api, clause: Clause) -> None:
    """A file of a few rows has the first few of the whole one."""
    file, operation = clause.detail, creator_of(api, clause.operation, clause.detail)
    whole = export(api, operation, file)
    if len(whole.rows) <= FEW:
        raise NotObserved("the file holds too few rows to be cut short")
    for limit in (1, FEW, len(whole.rows) - 1):
        found = export(api, operation, file, {str(clause.value): limit})
        if len(found.rows) != limit:
            raise Broken(f"{limit} rows, of {len(whole.rows)}", found.reply, f"{len(found.rows)} rows")
        if found.rows != whole.rows[:limit]:
            raise Broken(f"the first {limit} rows of the whole file", found.reply, "other rows")


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "order")
def holds_its_rows_in_the_order_asked_for(api: Api, clause: Clause) -> None:
    """Asked for newest first, no row is older than the next; asked for the other way, none is newer."""
    file, operation = clause.detail, creator_of(api, clause.operation, clause.detail)
    member = member_named(operation, file.order)
    words = member.schema.get("enum", [file.descending]) if member else [file.descending]
    sets: list[Counter[str]] = []
    for word in words:
        found = export(api, operation, file, {file.order: word})
        moments = times(found.rows)
        if len(set(moments)) < FEW:
            raise NotObserved("the file holds too few moments to be in an order")
        if moments != sorted(moments, reverse=word == file.descending):
            raise Broken(f"rows {'newest' if word == file.descending else 'oldest'} first: {word}", found.reply)
        sets.append(Counter(str(sorted(row.items())) for row in found.rows))
    if any(each != sets[0] for each in sets):
        raise Broken("the same rows in either order", found.reply, "other rows")


def _moment_member(operation: Operation, name: str) -> Member:
    member = member_named(operation, name)
    if member is None:
        raise NotObserved(f"{operation.id} takes no {name}")
    return member


def _written(member: Member, moment: int) -> Json:
    """Milliseconds as the member writes a moment."""
    if member.schema.get("type") == "integer":
        return moment
    return datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_written_exactly(member: Member, moment: int) -> bool:
    return milliseconds(_written(member, moment)) == moment


def _milliseconds(arguments: Mapping[str, Json], member: Member) -> int:
    found = milliseconds(arguments.get(member.argument))
    if found is None:
        raise NotObserved(f"{member.name} is no moment")
    return found


def _expect_within(found: Exported, start: int, end: int) -> None:
    outside = [moment for moment in times(found.rows) if not start <= moment <= end]
    if outside:
        raise Broken(f"rows from {start} to {end} alone", found.reply, f"{len(outside)} others, such as {outside[0]}")
