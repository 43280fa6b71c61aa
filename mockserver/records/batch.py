"""Rows that were loaded together: on disk as lines of JSON, in memory only where each line starts and its time.

A line is read back as it will be exported, so a file of JSON lines is copied, not made. What is small stays in memory.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, pairwise
from operator import itemgetter

import orjson

from mockserver.files.row import Row, Span
from mockserver.files.spool import Spool
from mockserver.records.lines import BadRecord
from mockserver.records.moments import LAST, moment

MOST = 20_000_000  # rows, each of which costs 16 bytes of memory
_SLAB = 1 << 18  # bytes that are read, and held back before they are written, at a time
_IN_MEMORY = 1 << 18  # bytes of a batch that are not worth a file


class Batch:
    """Rows in the order of their time, or, where they have none, of their loading. It never changes."""

    def __init__(self, lines: Iterable[tuple[int, bytes]], columns: Iterable[str], *, timed: bool) -> None:
        """From lines in that order, each with its time."""
        self.columns = tuple(columns)
        self._lines = Spool(_IN_MEMORY)
        self._ends = array("q", [0])  # where each line ends; the first starts at 0
        self._times = array("q")
        self._timed = timed
        self._write(lines)

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self._ends) - 1

    @property
    def size(self) -> int:
        """Bytes of its lines."""
        return self._ends[-1]

    @property
    def span(self) -> Span | None:
        """The first and the last moment of its rows, if they have any."""
        return (self._times[0], self._times[-1]) if self._times else None

    def between(self, window: Span | None) -> range:
        """The places of the rows of a window, of all rows without one."""
        if window is None or not self._timed:
            return range(self.count)
        return range(bisect_left(self._times, window[0]), bisect_right(self._times, window[1]))

    def lines(self, places: range, *, newest_first: bool) -> Iterator[bytes]:
        """The lines of neighbouring rows, each with its line feed, in the order of their time or against it."""
        return chain.from_iterable(lines for _, lines in self._pages(places, newest_first=newest_first))

    def timed_lines(self, places: range, *, newest_first: bool) -> Iterator[tuple[int, bytes]]:
        """The same, each with its time."""
        for times, lines in self._pages(places, newest_first=newest_first):
            yield from zip(times, lines, strict=True)

    def _pages(self, places: range, *, newest_first: bool) -> Iterator[tuple[array[int], list[bytes]]]:
        slabs = list(self._slabs(places)) if newest_first else self._slabs(places)
        for first, last in reversed(slabs) if isinstance(slabs, list) else slabs:
            lines = self._lines.read(self._ends[first], self._ends[last]).splitlines(keepends=True)
            times = self._times[first:last] if self._timed else array("q", range(first, last))
            if newest_first:
                lines.reverse()
                times.reverse()
            yield times, lines

    def _slabs(self, places: range) -> Iterator[tuple[int, int]]:
        """Neighbours that are read at once: as many as fit, at least one."""
        first = places.start
        while first < places.stop:
            fitting = bisect_right(self._ends, self._ends[first] + _SLAB, first + 1, places.stop + 1) - 1
            yield first, max(fitting, first + 1)
            first = max(fitting, first + 1)

    def _write(self, lines: Iterable[tuple[int, bytes]]) -> None:
        held, bytes_held, end = list[bytes](), 0, 0
        for time, line in lines:
            end += len(line)
            self._ends.append(end)
            if self._timed:
                self._times.append(time)
            held.append(line)
            bytes_held += len(line)
            if bytes_held > _SLAB:
                self._lines.write(b"".join(held))
                held, bytes_held = [], 0
        self._lines.write(b"".join(held))

    def in_order(self) -> Batch:
        """This batch, or the same rows in the order of their time; those of the same moment stay as they are."""
        times, ends = self._times, self._ends
        if all(earlier <= later for earlier, later in pairwise(times)):
            return self
        places = sorted(range(len(times)), key=times.__getitem__)
        lines = ((times[place], self._lines.read(ends[place], ends[place + 1])) for place in places)
        return Batch(lines, self.columns, timed=True)


def load(rows: Iterable[tuple[str, Row]], time: str) -> Batch:
    """A batch of rows that come with their places; `time` is the column that orders them, if any. Raises BadRecord."""
    columns: dict[str, None] = {}
    batch = Batch(_checked(rows, time, columns), (), timed=bool(time))
    batch.columns = tuple(columns)
    return batch.in_order()


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
