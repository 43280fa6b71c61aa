"""What a file is made from: as its task says it, and worked out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from mockserver.files.query import LUCENE
from mockserver.files.row import Span
from mockserver.templates import Lookup, template
from openapi.model import FileSpec, Json
from openapi.values import value

About = TypeVar("About")

_HOUR = 3_600_000  # milliseconds
_LAST = (datetime(9999, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\\ud800-\udfff]|^\.{1,2}$")
_LONGEST = 200  # characters of one value in a name
_PLAIN = re.compile(rf"[A-Za-z0-9_-]{{0,{_LONGEST}}}")


class Stored(Protocol):
    """Rows that somebody loaded."""

    @property
    def columns(self) -> tuple[str, ...]:
        """In the order in which rows first had them."""
        ...

    def lines(self, window: Span | None, *, newest_first: bool) -> Iterator[bytes]:
        """The rows of a window (all without one) as lines of JSON, in the order of their time or against it."""
        ...

    def count(self, window: Span | None) -> int:
        """How many rows a window has."""
        ...


@value
class Export:
    """All that the bytes of a file depend on."""

    file: FileSpec
    task_id: str
    arguments: Mapping[str, Json]  # of the creating request, by wire name
    seed: str  # what the rows belong to: the same seed has the same rows in every export
    created: float  # epoch seconds
    names: Lookup  # for the templates of the file's name and of its member's
    stored: Stored | None = None  # the rows; None: made up
    zero_rows: bool = False


@dataclass(frozen=True, slots=True)
class Recipe:
    """An export, worked out. Equal recipes make equal bytes; it can be remembered without holding on to a request."""

    file: FileSpec = field(compare=False)
    identity: int  # of `file`, which cannot be hashed; as long as the recipe lives, no other file has it
    start: int  # epoch milliseconds, included
    end: int  # epoch milliseconds, included
    fields: tuple[str, ...]  # the columns asked for; empty: all
    query: str  # empty: every row
    syntax: str  # of the query
    limit: int | None  # None: no bound
    newest_first: bool
    writing: str  # one of `WRITERS`
    member: str  # the name inside the archive
    created: float  # epoch seconds
    seed: str
    zero_rows: bool
    stored: Stored | None = field(compare=False)  # those of `seed`

    @property
    def window(self) -> Span | None:
        """What bounds the time of the rows; None where nothing does."""
        return (self.start, self.end) if self.file.window else None


def recipe(export: Export) -> Recipe:
    """What the arguments ask for. Raises ValueError for one that the operation should have refused."""
    file, arguments = export.file, export.arguments
    start, end = _window(export)
    return Recipe(
        file=file,
        identity=id(file),
        start=start,
        end=end,
        fields=_fields(arguments, file.fields),
        query=_text(arguments, file.query),
        syntax=syntax_of(file, arguments),
        limit=_limit(arguments, file.limit),
        newest_first=bool(file.order) and _given(arguments, file.order) in (None, file.descending),
        writing=_writing(export),
        member=_member(export),
        created=export.created,
        seed=export.seed,
        zero_rows=export.zero_rows,
        stored=export.stored,
    )


def syntax_of(file: FileSpec, arguments: Mapping[str, Json]) -> str:
    """In which syntax a query is written: as the argument says, the first of the file when it says nothing."""
    asked = _given(arguments, file.syntax)
    return file.syntaxes.get(str(asked)) or next(iter(file.syntaxes.values()), LUCENE)


def namer(file: FileSpec, reader: Callable[[str], Callable[[About], object]]) -> Callable[[About], str]:
    """What tells how a file is called; a value in the name cannot make it a path or break a header.

    `reader` gives what reads the value of each name from whatever the file is told about by.
    """
    return template(file.name).reading(reader, _clean)


def file_name(export: Export) -> str:
    """What the file of an export is called."""
    return _fill(export.file.name, export.names)


def _member(export: Export) -> str:
    """The name of the file without the archive's ending, when the spec gives none."""
    if export.file.member or export.file.archive == "none":
        return _fill(export.file.member, export.names)
    return file_name(export).removesuffix(f".{export.file.archive}")


def _fill(text: str, names: Lookup) -> str:
    return template(text).fill(names, _clean)


def _clean(value: str) -> str:
    if _PLAIN.fullmatch(value):  # as nearly all are, and to find that out is five times as quick
        return value
    return _UNSAFE.sub("_", value[:_LONGEST])


def _writing(export: Export) -> str:
    """As the argument says; as the first format of the file when it says nothing."""
    formats = export.file.formats
    word = _given(export.arguments, export.file.format)
    if word is None:
        return next(iter(formats.values()))
    if isinstance(word, str) and word in formats:
        return formats[word]
    raise ValueError(f"{export.file.format} is {word!r}, not one of {', '.join(formats)}")


def _window(export: Export) -> tuple[int, int]:
    """The hour before the task was created where nothing else was asked for; within what datetime can hold."""
    first, last = export.file.window or ("", "")
    end = _moment(export.arguments, last)
    end = int(export.created * 1000) if end is None else end
    start = _moment(export.arguments, first)
    start = end - _HOUR if start is None else start
    with_first, with_last = export.file.edges
    return max(start if with_first else start + 1, 0), min(end if with_last else end - 1, _LAST)


def _moment(arguments: Mapping[str, Json], name: str) -> int | None:
    value = _given(arguments, name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{name} is {value!r}, neither epoch milliseconds nor an ISO 8601 time") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _text(arguments: Mapping[str, Json], name: str) -> str:
    value = _given(arguments, name)
    if value is None or isinstance(value, str):
        return value or ""
    raise ValueError(f"{name} is {value!r}, no text")


def _given(arguments: Mapping[str, Json], name: str) -> Json:
    """The argument of that name; None for the empty name, which a request may well hold a member of."""
    return arguments.get(name) if name else None


def _fields(arguments: Mapping[str, Json], name: str) -> tuple[str, ...]:
    value = _given(arguments, name)
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _limit(arguments: Mapping[str, Json], name: str) -> int | None:
    value = _given(arguments, name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return max(value, 0)
    raise ValueError(f"{name} is {value!r}, no whole number")
