"""From an export to its file: the bytes, and how many they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import md5
from typing import TypeVar

from mockserver.files.archives import ARCHIVES, CHUNK, Content, Outline, write
from mockserver.files.export import Export, Recipe, recipe
from mockserver.files.rows import columns, picked, selected, selected_lines
from mockserver.files.shelf import Shelf
from mockserver.files.writers import JSON_LINES, WRITERS, join_lines

Passing = TypeVar("Passing")


@dataclass(frozen=True, slots=True)
class Measure:
    """How much is in a file."""

    rows: int  # written, headers not counted
    size: int  # bytes of the file as it is downloaded


def count_rows(export: Export) -> int:
    """How many rows `stream` writes, headers not counted. Remembered. Raises as `stream`."""
    made = recipe(export)
    if made.stored is None:
        return _count_made_up(_sameness(made))
    known = _known(made)
    return _written(made).rows if known is None else known


def measure(export: Export) -> Measure:
    """How many rows and bytes `stream` gives; the first time, the rows are written once. Raises as `stream`."""
    made = recipe(export)
    file = _file(made)
    return Measure(_written(made).rows, file.size)


def digest(export: Export) -> str:
    """The MD5 of the file, hexadecimal: what object storage tags its objects with. Raises as `stream`."""
    made = recipe(export)
    file = _file(made)
    return file.content.digest or _DIGESTS.get((made.file.archive, file.outline), lambda _: file.digest())


def stream(export: Export, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """The file, or its bytes from `start` to before `stop`, in chunks of at most 64 KiB.

    Raises BadQuery; ValueError for arguments that are not what they should be.
    """
    file = _file(recipe(export))
    return file.read(start, file.size if stop is None else min(stop, file.size))


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
class Written:
    """Rows that were written: one content for all tasks that select the same."""

    rows: int
    content: Content


@dataclass(frozen=True, slots=True)
class File:
    """A content and what the archive of one task adds."""

    outline: Outline
    head: bytes
    content: Content
    tail: bytes

    @property
    def size(self) -> int:
        return len(self.head) + self.content.data.size + len(self.tail)

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` to before `stop`, in chunks."""
        place = 0
        for part in (self.head, self.content.data, self.tail):
            size = len(part) if isinstance(part, bytes) else part.size
            first, last = max(start - place, 0), min(stop - place, size)
            for at in range(first, last, CHUNK):
                end = min(at + CHUNK, last)
                yield part[at:end] if isinstance(part, bytes) else part.read(at, end)
            place += size

    def digest(self) -> str:
        """The MD5 of all bytes, hexadecimal."""
        found = md5(usedforsecurity=False)
        for piece in self.read(0, self.size):
            found.update(piece)
        return found.hexdigest()


_DIGESTS: Shelf[tuple[str, Outline], str] = Shelf(len)
_SHELF: Shelf[Recipe, Written] = Shelf(lambda written: written.content.data.size)


def _written(made: Recipe) -> Written:
    """Made once for all that select the same; kept until others take its place."""
    return _SHELF.get(_sameness(made), lambda _: _write(made))


def _sameness(made: Recipe) -> Recipe:
    """What tasks have in common whose files hold the same. It holds on to no records."""
    return replace(made, member="", created=0, stored=None)


def _write(made: Recipe) -> Written:
    counted = _Counted(_known(made))
    content = write(_pieces(made, counted), compressed=ARCHIVES[made.file.archive].compresses)
    return Written(counted.count or 0, content)


def _file(made: Recipe) -> File:
    content = _written(made).content
    outline = Outline(made.member, made.created, content.size, content.data.size, content.crc)
    head, tail = _around(made.file.archive, outline)
    return File(outline, head, content, tail)


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
