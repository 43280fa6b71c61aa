"""The documented files: their format, archive, name and columns, and the rows that they hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved, check
from contracts.files.exports import Exported, creator_of, export, milliseconds, pairs_of, time_of, times
from contracts.files.tables import Row
from contracts.situations.lists import member_named
from contracts.situations.tasks import with_resources
from contracts.target import Capability
from openapi.clauses import Clause, ClauseKind
from openapi.members import Member
from openapi.model import FileSpec, Json, Operation

FEW = 3  # rows of a file that is cut short
QUERIED = re.compile(r"\w+:\S+|\*")  # what of a query says what is looked for
QUERIES = 3  # that are tried


@check(ClauseKind.FILE, when=lambda clause: clause.subject.startswith("format."))
def is_written_in_the_format(api: Api, clause: Clause) -> None:
    """Asked for in the format, the file can be read so; its rows and bytes are as many as the task says."""
    file, operation = clause.detail, creator_of(api, clause.operation, clause.detail)
    found = export(api, operation, file, {file.format: clause.value} if file.format else {})
    if not found.rows:
        raise NotObserved("the file holds no rows")
    _expect_told(found, "task.rows", len(found.rows))
    _expect_told(found, "task.file.size", len(found.reply.raw))
    length = found.reply.headers.get("content-length")
    if length is not None and int(length) != len(found.reply.raw):
        raise Broken(f"a Content-Length of {len(found.reply.raw)}, the bytes that came", found.reply, length)


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "format")
def is_written_as_the_argument_asks(api: Api, clause: Clause) -> None:
    """In every documented format the same request gives the same rows, each written as its word says."""
    file, operation = clause.detail, creator_of(api, clause.operation, clause.detail)
    counts = {}
    for word in file.formats:
        found = export(api, operation, file, {str(clause.value): word})
        counts[word] = len(found.rows)
    if len(set(counts.values())) > 1:
        raise Broken("as many rows in one format as in the other", found.reply, str(counts))


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "archive")
def is_packed_as_documented(api: Api, clause: Clause) -> None:
    """The file is an intact archive of the documented kind with one file in it, or none at all."""
    export(api, creator_of(api, clause.operation, clause.detail), clause.detail)


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "columns")
def has_the_documented_columns(api: Api, clause: Clause) -> None:
    """The heading names the documented columns in their order; where each row names its own, they are these."""
    file, operation = clause.detail, creator_of(api, clause.operation, clause.detail)
    wanted: list[Json] = list(clause.value) if isinstance(clause.value, list) else []
    for word, writing in file.formats.items():
        if writing == "text":
            raise NotObserved("plain text has no heading")
        found = export(api, operation, file, {file.format: word} if file.format else {})
        if writing == "json-lines":
            stray = next((row for row in found.rows if set(row) != set(wanted)), None)
            if stray is not None:
                raise Broken(f"rows of the members {_said(wanted)}", found.reply, _said(stray))
        elif list(found.table.columns) != wanted:
            raise Broken(f"the heading {_said(wanted)}", found.reply, _said(found.table.columns))


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "name")
def is_called_as_documented(api: Api, clause: Clause) -> None:
    """Wherever the name of the file is told, it has the documented form."""
    found = export(api, creator_of(api, clause.operation, clause.detail), clause.detail)
    names = _names(found)
    if not names:
        raise NotObserved("no answer tells the name of the file")
    form = _form(str(clause.value), found, clause.detail, is_exact=Capability.CLOCK in api.target.capabilities)
    for where, name in names.items():
        if not re.fullmatch(form, name):
            raise Broken(f"a name of the form {clause.value} in {where}", found.reply, name)


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


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "query")
def holds_exactly_the_rows_that_match(api: Api, clause: Clause) -> None:
    """Of all rows, a query for one value of one column leaves exactly those that have it."""
    file, operation = clause.detail, creator_of(api, clause.operation, clause.detail)
    example = str(with_resources(api, operation).get(file.query) or "*")
    if not QUERIED.search(example):
        raise NotObserved("the example of a query has no form that another could be made after")
    everything = export(api, operation, file, {file.query: QUERIED.sub("*", example, count=1)})
    pairs = dict(pairs_of(everything.rows))
    if not pairs:
        raise NotObserved("no column has a plain value that only some rows have")
    for column, value in list(pairs.items())[:QUERIES]:
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


def _expect_told(found: Exported, name: str, wanted: int) -> None:
    told = found.sight.values.get(name) if found.sight else None
    if told is not None and told != wanted:
        what = "rows" if name == "task.rows" else "bytes"
        raise Broken(f"as many {what} as the file has, {wanted}, told of the task", found.reply, str(told))


def _names(found: Exported) -> dict[str, str]:
    """The name of the file, by where it is told."""
    names = {}
    told = found.sight.values.get("task.file.name") if found.sight else None
    if told:
        names["the answer about the task"] = str(told)
    disposition = re.search(r'filename="?([^";]+)', found.reply.headers.get("content-disposition", ""))
    if disposition:
        names["Content-Disposition"] = disposition[1]
    return names


def _form(template: str, found: Exported, file: FileSpec, *, is_exact: bool) -> str:
    """The documented name as a pattern, in which what is known of the task stands literally.

    `is_exact`: the moment of creation is known to the second.
    """
    formats = found.arguments.get(file.format) or next(iter(file.formats))
    known: dict[str, Json] = {"task.id": found.task, "task.format": formats}
    known |= {f"argument.{name}": value for name, value in found.arguments.items()}

    def pattern(part: str) -> str:
        name, _, written = part[1:-1].partition(":")
        if written:
            return re.escape(found.begun.strftime(written)) if name == "task.created" and is_exact else r"[0-9]+"
        return re.escape(str(known[name])) if name in known else r"[\w-]+"

    parts = re.split(r"(\{[^{}]*\})", template)
    return "".join(pattern(part) if part.startswith("{") else re.escape(part) for part in parts)


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


def _milliseconds(arguments: Mapping[str, Json], member: Member) -> int:
    found = milliseconds(arguments.get(member.argument))
    if found is None:
        raise NotObserved(f"{member.name} is no moment")
    return found


def _expect_within(found: Exported, start: int, end: int) -> None:
    outside = [moment for moment in times(found.rows) if not start <= moment <= end]
    if outside:
        raise Broken(f"rows from {start} to {end} alone", found.reply, f"{len(outside)} others, such as {outside[0]}")


def _said(names: Iterable[Json] | Row) -> str:
    return ", ".join(map(str, names))
