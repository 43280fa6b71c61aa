"""Which rows there are: the same for everybody who asks about the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from struct import Struct
from typing import Protocol

from mockserver.files.columns import DEFAULT_COLUMNS, maker
from mockserver.files.draws import Draw, Trait
from mockserver.files.export import Recipe
from mockserver.files.query import condition
from openapi.model import FileSpec, Json

Row = Mapping[str, Json]

_SIXTEEN = Struct(">16I")
_SECOND = 1000  # milliseconds; one row falls into each
_MOST = 128  # rows of a window; a longer window sees every second, fourth, eighth … of its rows
_TABLE = (20, 60)  # fewest and most rows of what has no time
_TIMED = frozenset({"logs", "server-logs"})
_YEAR = 31_536_000_000  # milliseconds
_FIRST_YEAR = 1_672_531_200_000  # 2023-01-01T00:00:00Z, from when on the rows of a table were created


class Source(Protocol):
    """Where rows come from."""

    def rows(self, made: Recipe) -> Iterator[Row]:
        """The rows of the recipe's seed, in its window and its order; neither queried nor limited yet."""


class Generator:
    """Makes rows out of the seed: one a second for what has a time, a fixed table for everything else."""

    def rows(self, made: Recipe) -> Iterator[Row]:
        makers = [(column, maker(made.file.rows, column)) for column in columns(made.file)]
        timed = made.file.window is not None or made.file.rows in _TIMED
        for draw in _moments(made) if timed else _table(made.seed, newest_first=made.newest_first):
            yield {column: make(draw) for column, make in makers}


GENERATED: Source = Generator()


def columns(file: FileSpec) -> Sequence[str]:
    """The columns of the file, those of its kind of rows where the spec names none."""
    return file.columns or DEFAULT_COLUMNS.get(file.rows, ("id", "name"))


def selected(made: Recipe, source: Source) -> Iterator[Row]:
    """The rows that the file holds. Raises BadQuery for a query that `check_query` refuses."""
    fits = condition(made.query)
    rows: Iterable[Row] = () if made.zero_rows else filter(fits, source.rows(made))
    return islice(rows, made.limit)


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
            yield Draw(moment, numbers[Trait.PERSON], numbers)


def _table(seed: str, *, newest_first: bool) -> Iterator[Draw]:
    """The rows of what has no time, in the order in which they were created."""
    offset = _numbers(seed, -1)[Trait.PERSON]
    fewest, most = _TABLE
    places = range(fewest + offset % (most - fewest + 1))
    pace = _YEAR // most
    for place in reversed(places) if newest_first else places:
        numbers = _numbers(seed, place)
        moment = _FIRST_YEAR + place * pace + numbers[Trait.MOMENT] % pace
        yield Draw(moment, offset + place, numbers)


def _numbers(seed: str, row: int) -> tuple[int, ...]:
    return _SIXTEEN.unpack(blake2b(f"{row}/{seed}".encode("utf-8", "surrogatepass")).digest())
