"""Which rows there are: the same for everybody who asks about the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from struct import Struct

import orjson

from mockserver.files.columns import DEFAULT_COLUMNS, maker
from mockserver.files.draws import Draw, Trait
from mockserver.files.export import Recipe, Stored
from mockserver.files.people import PEOPLE
from mockserver.files.query import always, condition
from mockserver.files.row import Row, Span
from openapi.model import FileSpec

_SIXTEEN = Struct(">16I")
_SECOND = 1000  # milliseconds; one row falls into each
_MOST = 128  # rows of a window; a longer window sees every second, fourth, eighth … of its rows
_TABLE = (20, 60)  # fewest and most rows of what has no time
_PAGE = 64  # lines that are read at a time
_TIMED = frozenset({"logs", "server-logs"})
_YEAR = 31_536_000_000  # milliseconds
_FIRST_YEAR = 1_672_531_200_000  # 2023-01-01T00:00:00Z, from when on the rows of a table were created


def columns(made: Recipe) -> Sequence[str]:
    """The columns of the file: those asked for, else those that its rows have."""
    return made.fields or (made.stored.columns if made.stored else columns_of(made.file))


def columns_of(file: FileSpec) -> Sequence[str]:
    """The columns of rows that are made up: those of the spec, those of their kind where it names none."""
    return file.columns or DEFAULT_COLUMNS.get(file.rows, ("id", "name"))


def selected(made: Recipe) -> Iterator[Row]:
    """The rows that the file holds. Raises BadQuery for a query that `check_query` refuses."""
    fits = condition(made.query, made.syntax)
    rows: Iterable[Row] = () if made.zero_rows else _rows(made)
    return islice(rows if fits is always else filter(fits, rows), made.limit)


def selected_lines(made: Recipe, stored: Stored) -> Iterator[bytes]:
    """The rows that the file holds, of those that somebody loaded, as lines of JSON. Raises BadQuery."""
    fits = condition(made.query, made.syntax)
    lines = iter(()) if made.zero_rows else stored.lines(made.window, newest_first=made.newest_first)
    return islice(lines if fits is always else (line for line in lines if fits(orjson.loads(line))), made.limit)


def picked(made: Recipe) -> Iterator[Row]:
    """The rows that the file holds, of each only the fields that were asked for."""
    rows = selected(made)
    return ({name: row.get(name) for name in made.fields} for row in rows) if made.fields else rows


def _rows(made: Recipe) -> Iterator[Row]:
    """In the recipe's window and its order; neither queried nor limited yet."""
    if made.stored is not None:
        return _read(made.stored.lines(made.window, newest_first=made.newest_first))
    return _made_up(made)


def _read(lines: Iterator[bytes]) -> Iterator[Row]:
    """Rows out of lines of JSON, many at a time."""
    while page := list(islice(lines, _PAGE)):
        yield from orjson.loads(b"[%b]" % b",".join(page))


def _made_up(made: Recipe) -> Iterator[Row]:
    """Out of the seed: one a second for what has a time, a fixed table for everything else."""
    makers = [(column, maker(made.file.rows, column)) for column in columns_of(made.file)]
    timed = made.file.window is not None or made.file.rows in _TIMED
    for draw in _moments(made) if timed else _table(made.seed, newest_first=made.newest_first):
        yield {column: make(draw) for column, make in makers}


def made_up(file: FileSpec, seed: str, count: int, window: Span) -> Iterator[Row]:
    """So many rows of a file, one after the other in time, spread evenly over a window, whose end is not in it."""
    makers = [(column, maker(file.rows, column)) for column in columns_of(file)]
    start, length = window[0], window[1] - window[0]
    for place in range(count):
        numbers = _numbers(seed, place)
        first, after = place * length // count, (place + 1) * length // count
        draw = Draw(start + first + numbers[Trait.MOMENT] % max(after - first, 1), place, numbers)
        yield {column: make(draw) for column, make in makers}


def _moments(asked: Recipe) -> Iterator[Draw]:
    """The rows of a window.

    Rows belong to seconds of absolute time, so windows of equal length that overlap agree there, and a longer one has a
    part of what a shorter one has.
    """
    step = 1
    while asked.end - asked.start > _MOST * step * _SECOND:
        step *= 2
    slots = range(-(-(asked.start // _SECOND) // step) * step, asked.end // _SECOND + 1, step)
    for slot in reversed(slots) if asked.newest_first else slots:
        numbers = _numbers(asked.seed, slot)
        moment = slot * _SECOND + numbers[Trait.MOMENT] % _SECOND
        if asked.start <= moment <= asked.end:
            yield Draw(moment, numbers[Trait.PERSON] % PEOPLE, numbers)


def _table(seed: str, *, newest_first: bool) -> Iterator[Draw]:
    """The rows of what has no time, in the order in which they were created."""
    offset = _numbers(seed, -1)[Trait.PERSON]
    fewest, most = _TABLE
    first = offset % (PEOPLE - most)
    places = range(fewest + offset % (most - fewest + 1))
    pace = _YEAR // most
    for place in reversed(places) if newest_first else places:
        numbers = _numbers(seed, place)
        moment = _FIRST_YEAR + place * pace + numbers[Trait.MOMENT] % pace
        yield Draw(moment, first + place, numbers)


def _numbers(seed: str, row: int) -> tuple[int, ...]:
    return _SIXTEEN.unpack(blake2b(f"{row}/{seed}".encode("utf-8", "surrogatepass")).digest())
