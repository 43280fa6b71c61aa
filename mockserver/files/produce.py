"""From an export to its file: the bytes, and how many they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import md5
from typing import TypeVar

from mockserver.files.archives import ARCHIVES, CHUNK, Outline, Sums, write
from mockserver.files.export import Export, Recipe, recipe
from mockserver.files.pauses import Pause, Paused, paused
from mockserver.files.rows import columns, picked, selected, selected_lines
from mockserver.files.shelf import PLACES, Shelf
from mockserver.files.spool import Spool
from mockserver.files.writers import JSON_LINES, WRITERS, join_lines
from mockserver.remembered import let_go

FEW = 1000  # rows that somebody loaded; to read and write so many takes no longer than an answer may
PART = 1 << 20  # bytes of a file up to which its tag is the MD5 of all of them

Passing = TypeVar("Passing")


class Unready(Exception):
    """What is asked for has to be written first, which takes long."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How much is in a file."""

    rows: int  # written, headers not counted
    size: int  # bytes of the file as it is downloaded


def count_rows(export: Export, *, patient: bool = True) -> int:
    """How many rows `stream` writes, headers not counted. Remembered. Raises as `measure`."""
    made = recipe(export)
    if made.stored is None:
        return _count_made_up(sameness(made))
    known = _known(made)
    return _total(made, patient=patient).rows if known is None else known


def measure(export: Export, *, patient: bool = True) -> Measure:
    """How many rows and bytes `stream` gives; the first time, the rows are written once. Raises as `file_of`."""
    made = recipe(export)
    total = _total(made, patient=patient)
    head, tail = _around(made.file.archive, _outline(made, total))
    return Measure(total.rows, len(head) + total.sums.packed + len(tail))


def file_of(export: Export, *, patient: bool = True) -> File:
    """The file, written if it is not yet. Raises Unready where that takes long and nobody is patient.

    Raises BadQuery; ValueError for arguments that are not what they should be.
    """
    made = recipe(export)
    written = _written(made, patient=patient)
    head, tail = _around(made.file.archive, _outline(made, written.total))
    return File(head, written.data, tail, written.total.sums.digest)


def stream(export: Export, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """The file, or its bytes from `start` to before `stop`, in chunks of at most 64 KiB. Raises as `file_of`."""
    file = file_of(export)
    return file.read(start, file.size if stop is None else min(stop, file.size))


def may_take_long(made: Recipe) -> bool:
    """Whether there are so many rows that the file, which has some of them, may be long. It reads none."""
    return made.stored is not None and not made.zero_rows and made.stored.count(None) > FEW


def takes_long(made: Recipe) -> bool:
    """Whether the file has yet to be written, and that takes long."""
    return not _is_short(made) and _SHELF.find(sameness(made)) is None


def is_awaited(same: Recipe) -> bool:
    """Whether anybody waits for the file of this sameness while another writes it."""
    return _SHELF.is_awaited(same)


def prepare(made: Recipe, pause: Pause) -> None:
    """Write the file, with a pause every few rows; an exception there breaks it off. Raises as `file_of`."""
    _SHELF.get(sameness(made), lambda key: _write(made, key, pause))


def _known(made: Recipe) -> int | None:
    """How many rows there are, where that is known without reading them."""
    if made.stored is None or made.query:
        return None
    count = 0 if made.zero_rows else made.stored.count(made.window)
    return count if made.limit is None else min(count, made.limit)


@lru_cache(maxsize=1024)
def _count_made_up(made: Recipe) -> int:
    return sum(1 for _ in selected(made))


@dataclass(frozen=True, slots=True)
class Total:
    """How much was written."""

    rows: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class Written:
    """Rows that were written: one content for all tasks that select the same."""

    total: Total
    data: Spool


@dataclass(frozen=True, slots=True)
class File:
    """A content and what the archive of one task adds."""

    head: bytes
    data: Spool
    tail: bytes
    digest: bytes  # MD5 of `data`

    @property
    def size(self) -> int:
        return len(self.head) + self.data.size + len(self.tail)

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` to before `stop`, in chunks."""
        place = 0
        for part in (self.head, self.data, self.tail):
            size = len(part) if isinstance(part, bytes) else part.size
            first, last = max(start - place, 0), min(stop - place, size)
            for at in range(first, last, CHUNK):
                end = min(at + CHUNK, last)
                yield part[at:end] if isinstance(part, bytes) else part.read(at, end)
            place += size

    def tag(self) -> str:
        """What object storage tags it with: its MD5, hexadecimal; of a large one, that of the MD5s of its parts.

        A large one is taken for one whose parts were uploaded each for itself: head, content, tail.
        """
        parts = [self.digest] if not self.head else [_md5(self.head), self.digest, _md5(self.tail)]
        if len(parts) == 1:
            return self.digest.hex()
        if self.size <= PART:
            return _md5(b"".join(self.read(0, self.size))).hex()
        return f"{_md5(b''.join(parts)).hex()}-{len(parts)}"


def _md5(data: bytes) -> bytes:
    return md5(data, usedforsecurity=False).digest()


_SHELF: Shelf[Recipe, Written] = Shelf(lambda written: written.data.size)
_TOTALS: dict[Recipe, Total] = {}  # of what took long to write, also where it is on the shelf no more; newest last


def _total(made: Recipe, *, patient: bool) -> Total:
    return _TOTALS.get(sameness(made)) or _written(made, patient=patient).total


def _written(made: Recipe, *, patient: bool) -> Written:
    """Made once for all that select the same; kept until others take its place."""
    key = sameness(made)
    found = _SHELF.find(key)
    if found is None and not patient and not _is_short(made):
        raise Unready
    return found or _SHELF.get(key, lambda _: _write(made, key))


def _is_short(made: Recipe) -> bool:
    """Whether it takes no time to speak of to write it."""
    if made.stored is None or made.zero_rows:
        return True
    return min(made.stored.count(made.window), FEW + 1 if made.query or made.limit is None else made.limit) <= FEW


def sameness(made: Recipe) -> Recipe:
    """What tasks have in common whose files hold the same. It holds on to no records."""
    return replace(made, member="", created=0, stored=None)


def _write(made: Recipe, key: Recipe, pause: Pause | None = None) -> Written:
    counted = _Counted(_known(made))
    read = replace(made, stored=Paused(made.stored, pause)) if pause and made.stored else made
    pieces = _pieces(read, counted)
    data, sums = write(paused(pieces, pause) if pause else pieces, compressed=ARCHIVES[made.file.archive].compresses)
    total = Total(counted.count or 0, sums)
    if not _is_short(made):
        _TOTALS[key] = total
        let_go(_TOTALS, PLACES)
    return Written(total, data)


def _outline(made: Recipe, total: Total) -> Outline:
    return Outline(made.member, made.created, total.sums)


@lru_cache(maxsize=1024)
def _around(archive: str, outline: Outline) -> tuple[bytes, bytes]:
    return ARCHIVES[archive].around(outline)


@dataclass(slots=True)
class _Counted:
    """How many have passed; told, or counted."""

    count: int | None

    def over(self, rows: Iterable[Passing]) -> Iterator[Passing]:
        return iter(rows) if self.count is not None else self._counting(rows)

    def _counting(self, rows: Iterable[Passing]) -> Iterator[Passing]:
        self.count = 0
        for row in rows:
            self.count += 1
            yield row


def _pieces(made: Recipe, counted: _Counted) -> Iterator[bytes]:
    if made.writing == JSON_LINES and made.stored is not None and not made.fields:
        return join_lines(counted.over(selected_lines(made, made.stored)))
    return WRITERS[made.writing](counted.over(picked(made)), columns(made))
