"""Files that are made for a check: asked for, waited for, fetched and read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved
from contracts.files.downloads import download
from contracts.files.tables import Damaged, Excessive, Row, Table, read_table, unpack
from contracts.situations.lists import member_named
from contracts.situations.sights import Sight, see
from contracts.situations.tasks import creators, finish, start, with_resources
from contracts.values import Arguments, is_valid
from openapi.model import FileSpec, Json, Operation

ENOUGH = 1000  # rows, where their number can be bounded
_DIGITS = re.compile("[0-9]{1,18}")  # of a number of milliseconds
EARLIEST = 10**11  # milliseconds: a whole number above it is no number of seconds


@dataclass(frozen=True, slots=True)
class Exported:
    """A file, with the task that it belongs to."""

    task: str
    arguments: Mapping[str, Json]
    begun: datetime
    sight: Sight | None = field(repr=False)  # of the task once it has ended
    reply: Reply = field(repr=False)
    table: Table = field(repr=False)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Its rows, in their order."""
        return self.table.rows


def creator_of(api: Api, operation_id: str, file: FileSpec) -> Operation:
    """The operation whose tasks have this file: the one named, else the first."""
    if operation_id:
        return api.operation(operation_id)
    found = next((each for each in creators(api) if each.file is not None and each.file.pointer == file.pointer), None)
    if found is None:
        raise NotObserved("no operation creates a task with this file")
    return found


def export(api: Api, operation: Operation, file: FileSpec, arguments: Mapping[str, Json] | None = None) -> Exported:
    """The file of a new task, unpacked and read as documented. Raises Broken when it cannot be, and NotObserved."""
    begun, given = api.target.now(), {**plenty(api, operation, file), **(arguments or {})}
    task = start(api, operation, given)
    reply = fetch(api, task)
    try:
        bare = unpack(file.archive, reply.raw)
        table = read_table(writing(file, given), bare, file.columns)
    except Excessive as error:
        raise NotObserved(str(error)) from error
    except Damaged as error:
        raise Broken(f"a file that is {said(file, given)}", reply, str(error)) from error
    return Exported(task, given, begun, see(api, task), reply, table)


def fetch(api: Api, task: str) -> Reply:
    """The file of a task once it has ended well. Raises Broken, NotObserved."""
    finish(api, task)
    reply = download(api, task)
    if reply.error_code or reply.status >= 300:  # noqa: PLR2004 - where HTTP's successes end
        raise NotObserved(f"the file could not be fetched: {reply.error_code or reply.status}")
    return reply


def plenty(api: Api, operation: Operation, file: FileSpec) -> Arguments:
    """The example's arguments, with a bound on the number of rows that does not cut the file short."""
    given = with_resources(api, operation)
    member = member_named(operation, file.limit) if file.limit else None
    if member is not None and is_valid(member.schema, ENOUGH):
        given[file.limit] = ENOUGH
    return given


def writing(file: FileSpec, arguments: Mapping[str, Json]) -> str:
    """How a file is written: as the argument asks, else in the first format."""
    word = arguments.get(file.format) if file.format else None
    return file.formats[str(word)] if word in file.formats else next(iter(file.formats.values()))


def said(file: FileSpec, arguments: Mapping[str, Json]) -> str:
    """How a file should be written and packed, in words."""
    packed = f" in a {file.archive}" if file.archive != "none" else ""
    return f"{writing(file, arguments)}{packed}"


def time_of(rows: tuple[Row, ...]) -> str:
    """The column that tells the time of each row. Raises NotObserved when there is none."""
    for column in rows[0] if rows else ():
        if "time" in column.casefold() and all(milliseconds(row.get(column)) is not None for row in rows):
            return column
    raise NotObserved("no column of the file tells the time of its rows")


def times(rows: tuple[Row, ...]) -> list[int]:
    """The times of the rows, in milliseconds since 1970. Raises NotObserved when no column tells them."""
    column = time_of(rows)
    return [found for row in rows if (found := milliseconds(row.get(column))) is not None]


def milliseconds(value: Json) -> int | None:
    """A moment in milliseconds since 1970, from a number or ISO 8601; None for what is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value > EARLIEST else None
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def pairs_of(rows: tuple[Row, ...]) -> Iterator[tuple[str, str]]:
    """Columns and values that some of the rows have and others have not: plain words that a query can name."""
    for column in rows[0] if rows else ():
        values = [str(row.get(column)) for row in rows]
        for value in dict.fromkeys(values):
            if value.isascii() and value.isalnum() and 1 < values.count(value) < len(values):
                yield column, value
