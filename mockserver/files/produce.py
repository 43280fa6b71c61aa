"""From an export to its file: the bytes, and how many they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import md5
from threading import Lock

from mockserver.files.archives import PACKERS, chunks
from mockserver.files.export import Export, Recipe, recipe
from mockserver.files.rows import GENERATED, Row, columns, selected
from mockserver.files.writers import WRITERS

SHORT = 1 << 16  # bytes of a file that is kept for a while
SHELF = 64  # files that are


@dataclass(frozen=True, slots=True)
class Measure:
    """How much is in a file."""

    rows: int  # written, headers not counted
    size: int  # bytes of the file as it is downloaded
    digest: str  # of these bytes, hexadecimal


@dataclass(slots=True)
class _Counted:
    """Rows that are counted as they pass."""

    rows: Iterator[Row]
    count: int = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.count += 1
            yield row


def count_rows(export: Export) -> int:
    """How many rows `stream` writes, headers not counted. Remembered; no file is made. Raises as `stream`."""
    return _count_rows(recipe(export))


def measure(export: Export) -> Measure:
    """How many rows and bytes `stream` gives. Remembered; the first time it makes the file once. Raises as `stream`."""
    return _measure(recipe(export))


def stream(export: Export) -> Iterator[bytes]:
    """The file in chunks of at most 64 KiB. Raises BadQuery; ValueError for arguments that are not what they should."""
    made = recipe(export)
    kept = _kept.get(made)
    return iter((kept,) if kept else ()) if kept is not None else _bytes(made, selected(made, GENERATED))


@lru_cache(maxsize=1024)
def _count_rows(made: Recipe) -> int:
    return sum(1 for _ in selected(made, GENERATED))


@lru_cache(maxsize=1024)
def _measure(made: Recipe) -> Measure:
    rows = _Counted(selected(made, GENERATED))
    size, digest = 0, md5(usedforsecurity=False)  # what object storage tags its objects with
    start = b""
    for piece in _bytes(made, rows):
        size += len(piece)
        digest.update(piece)
        start = start or piece
    if size == len(start) <= SHORT:
        _keep(made, start)
    return Measure(rows.count, size, digest.hexdigest())


_kept: dict[Recipe, bytes] = {}  # the short files that were measured last
_shelf = Lock()


def _keep(made: Recipe, content: bytes) -> None:
    with _shelf:
        _kept[made] = content
        if len(_kept) > SHELF:
            del _kept[next(iter(_kept))]


def _bytes(made: Recipe, rows: Iterable[Row]) -> Iterator[bytes]:
    if made.fields:
        rows = ({name: row.get(name) for name in made.fields} for row in rows)
    content = chunks(WRITERS[made.writing](rows, made.fields or columns(made.file)))
    return chunks(PACKERS[made.file.archive](made.member, made.created, content))
