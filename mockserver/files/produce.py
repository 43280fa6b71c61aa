"""From an export to its file: the bytes, and how many they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import md5
from typing import TypeVar

from mockserver.files.archives import CHUNK, PACKERS, chunks
from mockserver.files.export import Export, Recipe, recipe
from mockserver.files.rows import columns, picked, selected, selected_lines
from mockserver.files.shelf import Shelf
from mockserver.files.spool import Spool
from mockserver.files.writers import JSON_LINES, WRITERS

SHORT = 1 << 16  # bytes of a file that is kept in memory

Passing = TypeVar("Passing")


@dataclass(frozen=True, slots=True)
class Measure:
    """How much is in a file."""

    rows: int  # written, headers not counted
    size: int  # bytes of the file as it is downloaded
    digest: str  # of these bytes, hexadecimal


def count_rows(export: Export) -> int:
    """How many rows `stream` writes, headers not counted. Remembered. Raises as `stream`."""
    made = recipe(export)
    if made.stored is None:
        return _count_made_up(made)
    known = _known(made)
    return _file(made).measure.rows if known is None else known


def measure(export: Export) -> Measure:
    """How many rows and bytes `stream` gives. Remembered; the first time it makes the file once. Raises as `stream`."""
    return _file(recipe(export)).measure


def stream(export: Export, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """The file, or its bytes from `start` to before `stop`, in chunks of at most 64 KiB.

    Raises BadQuery; ValueError for arguments that are not what they should be.
    """
    content = _file(recipe(export)).content
    end = content.size if stop is None else min(stop, content.size)
    return (content.read(place, min(place + CHUNK, end)) for place in range(start, end, CHUNK))


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
class File:
    """A file that was made."""

    measure: Measure
    content: Spool


_SHELF: Shelf[Recipe, File] = Shelf(lambda file: file.measure.size)


def _file(made: Recipe) -> File:
    """Made once; kept until others take its place."""
    return _SHELF.get(made, _make)


def _make(made: Recipe) -> File:
    counted = _Counted(_known(made))
    content, digest = Spool(SHORT), md5(usedforsecurity=False)  # what object storage tags its objects with
    for piece in _bytes(made, counted):
        digest.update(piece)
        content.write(piece)
    return File(Measure(counted.count or 0, content.size, digest.hexdigest()), content)


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


def _bytes(made: Recipe, counted: _Counted) -> Iterator[bytes]:
    if made.writing == JSON_LINES and made.stored is not None and not made.fields:
        pieces: Iterator[bytes] = counted.over(selected_lines(made, made.stored))
    else:
        pieces = WRITERS[made.writing](counted.over(picked(made)), columns(made))
    return chunks(PACKERS[made.file.archive](made.member, made.created, chunks(pieces)))
