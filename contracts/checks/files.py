"""The documented files: their format, archive, name and columns, and the rows that they hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from contracts.calls.client import Api
from contracts.check import Broken, NotObserved, check
from contracts.files.downloads import download
from contracts.files.exports import Exported, creator_of, export, fetch, milliseconds, plenty
from contracts.files.tables import Row
from contracts.situations.tasks import start
from contracts.target import Capability
from openapi.clauses import Clause, ClauseKind
from openapi.model import FileSpec, Json

LATER = 2  # seconds until the file is fetched again


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
    """In every documented format the same request gives the same rows with the same values, quoted as it needs."""
    file, operation = clause.detail, creator_of(api, clause.operation, clause.detail)
    first: list[dict[str, str]] | None = None
    for word in file.formats:
        found = export(api, operation, file, {str(clause.value): word})
        rows = [{column: _plain(value) for column, value in row.items()} for row in found.rows]
        first = rows if first is None else first
        if len(rows) != len(first):
            raise Broken(f"the {len(first)} rows of another format in {word}", found.reply, f"{len(rows)} rows")
        other = next((str(two) for one, two in zip(first, rows, strict=True) if one != two), None)
        if other is not None:
            raise Broken(f"the values of another format in {word}", found.reply, other)


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "archive")
def is_packed_as_documented(api: Api, clause: Clause) -> None:
    """The file is an intact archive of the documented kind with one file in it, or none at all."""
    export(api, creator_of(api, clause.operation, clause.detail), clause.detail)


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "same")
def is_the_same_file_each_time(api: Api, clause: Clause) -> None:
    """Fetched again later, the file is the same to the last byte."""
    operation = creator_of(api, clause.operation, clause.detail)
    task = start(api, operation, plenty(api, operation, clause.detail))
    first = fetch(api, task)
    api.target.wait(LATER)
    again = download(api, task)
    if again.error_code or again.raw != first.raw:
        raise Broken(f"the same {len(first.raw)} bytes again", again, f"{len(again.raw)} bytes, not the same")


@check(ClauseKind.FILE, when=lambda clause: clause.subject == "columns")
def has_the_documented_columns(api: Api, clause: Clause) -> None:
    """The heading names the documented columns in their order; where each row names its own, they are these."""
    file, operation = clause.detail, creator_of(api, clause.operation, clause.detail)
    wanted: list[Json] = list(clause.value) if isinstance(clause.value, list) else []
    for word, writing in file.formats.items():
        found = export(api, operation, file, {file.format: word} if file.format else {})
        if writing == "text":
            _expect_filled(found, [str(each) for each in wanted])
        elif writing == "json-lines":
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


def _expect_filled(found: Exported, columns: list[str]) -> None:
    """Every line of a text has a value for each column, and moments where the columns tell the time."""
    if not found.rows:
        raise NotObserved("the file holds no rows")
    for row in found.rows:
        short = len(row) < len(columns)
        if short or any("time" in name and milliseconds(row[name]) is None for name in columns):
            raise Broken(f"lines of {_said(columns)}", found.reply, " ".join(map(str, row.values())))


def _plain(value: Json) -> str:
    """A value as text, the same whatever format it was read from."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) or value is None:
        return value or ""
    return json.dumps(value, sort_keys=True)


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


def _said(names: Iterable[Json] | Row) -> str:
    return ", ".join(map(str, names))
