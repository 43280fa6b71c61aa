"""Lines of JSON on disk, and in memory only where each of them starts and its time.

A line is read back as it will be exported, so a file of JSON lines is copied, not made. What is small stays in memory.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain, pairwise
from struct import Struct

from mockserver.files.row import Span
from mockserver.files.spool import Spool

DIGITS = 40  # hexadecimal, of a digest
_SLAB = 1 << 18  # bytes that are read, and held back before they are written, at a time
PIECE = 1 << 22  # bytes of lines that a piece has, unless a single one is longer
_IN_MEMORY = 1 << 18  # bytes that are not worth a file
_HEAD = Struct("<IB")  # of a piece: how many rows, and whether their times follow
_TIME = 8  # bytes


class Content:
    """Rows in the order of their time, or, where they have none, of their loading. It never changes."""

    def __init__(self, lines: Iterable[tuple[int, bytes]], *, timed: bool) -> None:
        """From lines in that order, each with its time."""
        self._lines = Spool(_IN_MEMORY)
        self._ends = array("q", [0])  # where each line ends; the first starts at 0
        self._times = array("q")
        self._timed = timed
        self.digest = self._write(lines)  # equal ones are of the same lines with the same times

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self._ends) - 1

    @property
    def size(self) -> int:
        """Bytes of the lines."""
        return self._ends[-1]

    @property
    def span(self) -> Span | None:
        """The first and the last moment of the rows, if they have any."""
        return (self._times[0], self._times[-1]) if self._times else None

    def between(self, window: Span) -> range:
        """The places of the rows of a window, where rows have times."""
        return range(bisect_left(self._times, window[0]), bisect_right(self._times, window[1]))

    def lines(self, places: range, *, newest_first: bool) -> Iterator[bytes]:
        """The lines of neighbouring rows, each with its line feed, in the order of their time or against it."""
        return chain.from_iterable(lines for _, lines in self._pages(places, newest_first=newest_first))

    def timed_lines(self, places: range, *, newest_first: bool) -> Iterator[tuple[int, bytes]]:
        """The lines of neighbouring rows, as `lines` gives them, each with its time."""
        for times, lines in self._pages(places, newest_first=newest_first):
            yield from zip(times, lines, strict=True)

    def in_order(self) -> Content:
        """This, or the same rows in the order of their time; those of the same moment stay as they are."""
        times, ends = self._times, self._ends
        if all(earlier <= later for earlier, later in pairwise(times)):
            return self
        places = sorted(range(len(times)), key=times.__getitem__)
        lines = ((times[place], self._lines.read(ends[place], ends[place + 1])) for place in places)
        return Content(lines, timed=True)

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """All of it in pieces that can be sent anywhere, each with the number of its rows."""
        for first, last in self._slabs(range(self.count), PIECE):
            head = _HEAD.pack(last - first, self._timed)
            lines = self._lines.read(self._ends[first], self._ends[last])
            yield last - first, head + _little(self._times[first:last]).tobytes() + lines

    def _pages(self, places: range, *, newest_first: bool) -> Iterator[tuple[array[int], list[bytes]]]:
        slabs = list(self._slabs(places)) if newest_first else self._slabs(places)
        for first, last in reversed(slabs) if isinstance(slabs, list) else slabs:
            lines = self._lines.read(self._ends[first], self._ends[last]).splitlines(keepends=True)
            times = self._times[first:last] if self._timed else array("q", range(first, last))
            if newest_first:
                lines.reverse()
                times.reverse()
            yield times, lines

    def _slabs(self, places: range, size: int = _SLAB) -> Iterator[tuple[int, int]]:
        """Neighbours that are read at once: as many as fit, at least one."""
        first = places.start
        while first < places.stop:
            fitting = bisect_right(self._ends, self._ends[first] + size, first + 1, places.stop + 1) - 1
            yield first, max(fitting, first + 1)
            first = max(fitting, first + 1)

    def _write(self, lines: Iterable[tuple[int, bytes]]) -> str:
        held, bytes_held, end = list[bytes](), 0, 0
        found = sha256(usedforsecurity=False)
        for time, line in lines:
            end += len(line)
            self._ends.append(end)
            if self._timed:
                self._times.append(time)
            held.append(line)
            bytes_held += len(line)
            if bytes_held > _SLAB:
                slab = b"".join(held)
                found.update(slab)
                self._lines.write(slab)
                held, bytes_held = [], 0
        slab = b"".join(held)
        found.update(slab)
        self._lines.write(slab)
        found.update(_little(self._times).tobytes())
        return found.hexdigest()[:DIGITS]


def unpacked(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines of `Content.pieces`, each with its time."""
    for piece in pieces:
        rows, timed = _HEAD.unpack_from(piece)
        start = _HEAD.size + (_TIME * rows if timed else 0)
        times = array("q")
        times.frombytes(piece[_HEAD.size : start])
        lines = piece[start:].splitlines(keepends=True)
        yield from zip(_little(times) if timed else [0] * rows, lines, strict=True)


def _little(times: array[int]) -> array[int]:
    """As machines of the other byte order have them, too."""
    if sys.byteorder == "big":
        times = times[:]
        times.byteswap()
    return times
