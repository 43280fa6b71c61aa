"""Rows that were loaded together: what is known of them, and their lines, which may first have to be fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from heapq import merge
from itertools import chain
from operator import itemgetter
from threading import Lock

import orjson

from mockserver.files.row import Row, Span
from mockserver.records.content import DIGITS, Content
from mockserver.records.lines import BadRecord
from mockserver.records.moments import LAST, moment
from mockserver.state.encoding import to_bytes

MOST = 20_000_000  # rows, each of which costs 16 bytes of memory


@dataclass(frozen=True, slots=True)
class About:
    """What is known of rows without reading them."""

    content: str  # digest of their lines and times
    rows: int
    size: int  # bytes of their lines
    span: Span | None  # their first and last moment, in epoch milliseconds, if they have any
    timed: bool  # whether they are of a kind that has times
    columns: tuple[str, ...]  # in the order in which rows first had them

    @property
    def digest(self) -> str:
        """Equal ones are of the same rows, with the same columns."""
        said = to_bytes([self.content, self.timed, self.columns])
        return sha256(said, usedforsecurity=False).hexdigest()[:DIGITS]


class Batch:
    """Rows in the order of their time, or, where they have none, of their loading. It never changes."""

    def __init__(self, about: About, content: Content | Callable[[], Content]) -> None:
        """`content` may be what fetches it when it is needed first."""
        self.about = about
        self.digest = about.digest
        self._content = content
        self._lock = Lock()  # so that it is fetched once

    @property
    def count(self) -> int:
        """How many rows."""
        return self.about.rows

    @property
    def size(self) -> int:
        """Bytes of its lines."""
        return self.about.size

    @property
    def span(self) -> Span | None:
        """The first and the last moment of its rows, if they have any."""
        return self.about.span

    @property
    def columns(self) -> tuple[str, ...]:
        """In the order in which rows first had them."""
        return self.about.columns

    @property
    def is_at_hand(self) -> bool:
        """Whether nothing has to be fetched."""
        return isinstance(self._content, Content)

    def content(self) -> Content:
        """The lines. Raises StoreError where they cannot be fetched."""
        found = self._content
        if isinstance(found, Content):
            return found
        with self._lock:
            if not isinstance(self._content, Content):
                self._content = self._content()
            return self._content

    def between(self, window: Span | None) -> range:
        """The places of the rows of a window, of all rows without one. Raises StoreError."""
        if window is None or not self.about.timed:
            return range(self.count)
        return self.content().between(window)

    def lines(self, places: range, *, newest_first: bool) -> Iterator[bytes]:
        """The lines of neighbouring rows, each with its line feed, in the order of their time or against it."""
        return self.content().lines(places, newest_first=newest_first)

    def timed_lines(self, places: range, *, newest_first: bool) -> Iterator[tuple[int, bytes]]:
        """The lines of neighbouring rows, as `lines` gives them, each with its time."""
        return self.content().timed_lines(places, newest_first=newest_first)


def batch_of(content: Content, columns: Iterable[str], *, timed: bool) -> Batch:
    """The batch that a content is."""
    about = About(content.digest, content.count, content.size, content.span, timed, tuple(columns))
    return Batch(about, content)


def load(rows: Iterable[tuple[str, Row]], time: str) -> Batch:
    """A batch of rows that come with their places; `time` is the column that orders them, if any. Raises BadRecord."""
    columns: dict[str, None] = {}
    content = Content(_checked(rows, time, columns), timed=bool(time)).in_order()
    return batch_of(content, columns, timed=bool(time))


def _checked(rows: Iterable[tuple[str, Row]], time: str, columns: dict[str, None]) -> Iterator[tuple[int, bytes]]:
    for number, (place, row) in enumerate(rows):
        if number >= MOST:
            raise BadRecord(f"{place}: there are more than {MOST} rows")
        if not row.keys() <= columns.keys():
            columns.update(dict.fromkeys(row))
        try:
            yield (_time(row, time) if time else 0), orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        except (ValueError, TypeError) as error:
            raise BadRecord(f"{place}: {error}") from error


def _time(row: Row, column: str) -> int:
    value = row.get(column)
    if type(value) is int and 0 < value < LAST:
        return value
    if value is None:
        raise ValueError(f"the column {column!r} is missing: the time of the row")
    try:
        return moment(value)
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from error


def joined(batches: Sequence[Batch], window: Span | None, *, newest_first: bool) -> Iterator[tuple[int, bytes]]:
    """The lines of several batches, each with its time, as one would give them; of a moment, the earlier batch's first.

    Rows without a time come in the order in which they were loaded.
    """
    streams = [batch.timed_lines(batch.between(window), newest_first=newest_first) for batch in batches]
    if newest_first:
        streams.reverse()
    if len(streams) == 1 or not any(batch.span for batch in batches):
        return chain.from_iterable(streams)
    return merge(*streams, key=itemgetter(0), reverse=newest_first)


def as_one(batches: Sequence[Batch]) -> Batch:
    """All rows of several batches in one."""
    columns = dict.fromkeys(name for batch in batches for name in batch.columns)
    timed = any(batch.about.timed for batch in batches)
    return batch_of(Content(joined(batches, None, newest_first=False), timed=timed), columns, timed=timed)
