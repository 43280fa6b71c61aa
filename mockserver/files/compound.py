"""One stream in a compound file, as Office wrote its documents until 2007 ([MS-CFB], version 3).

The order in it: header, the stream, the directory, the allocation table, the table of that table's sectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from struct import Struct, pack

SECTOR = 512  # bytes
SMALLEST = 4096  # bytes of a stream that has sectors of its own

_FREE, _END, _TABLE, _LIST = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC  # what a sector is, in the table
_ENTRIES = SECTOR // 4  # numbers of sectors in one sector
_LISTED = _ENTRIES - 1  # of these in a sector of the list, whose last one leads to the next
_IN_HEADER = 109  # sectors of the table that the header lists
_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADER = Struct("<8s16xHHHHH6xIIIIIIIII")
_ENTRY = Struct("<64sHBBIII16s4x8x8xIQ")
_ROOT, _STREAM, _BLACK = 5, 2, 1
_SHEETS = bytes.fromhex("2008020000000000c000000000000046")  # the class of Excel 97


def compound(name: str, size: int, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The file that has `pieces`, of `size` bytes together, as its only stream."""
    padded = max(-(-size // SECTOR) * SECTOR, SMALLEST)
    used = padded // SECTOR + 1  # and the directory
    tables, lists = _overhead(used)
    yield _header(used, tables, lists)
    yield from pieces
    yield bytes(padded - size)
    yield _directory(name, padded)
    yield from _table(used, tables, lists)
    yield from _list(used, tables, lists)


def _overhead(used: int) -> tuple[int, int]:
    """Sectors of the allocation table, which counts itself, and of the list of those that the header cannot list."""
    tables = lists = 0
    while True:
        needed = -(-(used + tables + lists) // _ENTRIES)
        listed = -(-max(needed - _IN_HEADER, 0) // _LISTED)
        if (needed, listed) == (tables, lists):
            return tables, lists
        tables, lists = needed, listed


def _header(used: int, tables: int, lists: int) -> bytes:
    first_list = used + tables if lists else _END
    fixed = _HEADER.pack(_MAGIC, 0x3E, 3, 0xFFFE, 9, 6, 0, tables, used - 1, 0, SMALLEST, _END, 0, first_list, lists)
    listed = [used + number if number < tables else _FREE for number in range(_IN_HEADER)]
    return fixed + pack(f"<{_IN_HEADER}I", *listed)


def _directory(name: str, size: int) -> bytes:
    root = _entry("Root Entry", _ROOT, child=1, start=_END)
    return root + _entry(name, _STREAM, size=size) + 2 * _entry("", 0)


def _entry(name: str, kind: int, *, child: int = _FREE, start: int = 0, size: int = 0) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0" if name else b""
    of = _SHEETS if kind == _ROOT else bytes(16)
    return _ENTRY.pack(text, len(text), kind, _BLACK, _FREE, _FREE, child, of, start, size)


def _table(used: int, tables: int, lists: int) -> Iterator[bytes]:
    """What follows each sector: of the stream the next one, up to its end; the directory has one."""
    stream = used - 1
    total = used + tables + lists
    links = chain(
        range(1, stream), (_END, _END), (_TABLE for _ in range(tables)), (_LIST for _ in range(lists)),
        (_FREE for _ in range(-total % _ENTRIES)),
    )  # fmt: skip
    for sector in zip(*[links] * _ENTRIES, strict=True):
        yield pack(f"<{_ENTRIES}I", *sector)


def _list(used: int, tables: int, lists: int) -> Iterator[bytes]:
    """The sectors of the table that the header does not list."""
    for number in range(lists):
        first = _IN_HEADER + number * _LISTED
        listed = [used + place if place < tables else _FREE for place in range(first, first + _LISTED)]
        following = used + tables + number + 1 if number + 1 < lists else _END
        yield pack(f"<{_ENTRIES}I", *listed, following)
