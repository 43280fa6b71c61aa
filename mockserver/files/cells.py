"""The cells of some rows of a sheet ([MS-XLS] 2.4.122, 2.4.149, 2.4.180, 2.4.220, 2.4.28), as records of BIFF8.

A cell's record says its line and its place, then the value. Where every column of a page is of one kind, all its rows
have the same layout, and are filled in by columns: that takes a tenth of making each cell for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain
from struct import Struct, pack
from typing import cast

from mockserver.files.spelling import spell
from openapi.model import Json

Column = Sequence[Json]
Number = Callable[[Sequence[str]], Iterable[int]]  # by which cells refer to these texts

_EXACT = 2**53  # a cell holds a double; beyond, a whole number is written as text
_SMALL = 2**29  # whole numbers up to which a cell can be a short one
_FORMAT = 15  # of every cell

_HEAD = Struct("<5H")  # kind and length of the record, line, place, format
_LENGTH = 6  # bytes of a record besides its value, its own head not counted
_LINE = 4  # where the line stands
_TRUTH = 0x0205


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of cell."""

    record: int
    form: str  # of its value
    width: int  # bytes of it


_Slot = tuple[int, _Kind]  # the place of a column, and what its cells are
_TEXT, _WHOLE, _NUMBER = _Kind(0x00FD, "I", 4), _Kind(0x027E, "I", 4), _Kind(0x0203, "d", 8)


def cells(line: int, rows: Sequence[Iterable[Json]], numbers: Number) -> bytes:
    """The cells of rows from a line on; null is no cell."""
    columns: list[Column] = list(zip(*rows, strict=True))
    slots = [(place, _kind(column)) for place, column in enumerate(columns)]
    if all(kind for _, kind in slots):
        known = cast(Sequence[_Slot], slots)
        return _fill(line, len(rows), tuple(known), [_values(kind, columns[at], numbers) for at, kind in known])
    cut = [_column(line, place, column, numbers) for place, column in enumerate(columns)]
    return b"".join(chain.from_iterable(zip(*cut, strict=True)))


def _kind(column: Column) -> _Kind | None:
    """That of all cells of a column; None where they are of several, or there is none for them."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return _TEXT
    if kinds == {float}:
        return _NUMBER
    if kinds != {int}:
        return None
    whole = cast(Sequence[int], column)
    least, most = min(whole), max(whole)
    if least >= -_SMALL and most < _SMALL:
        return _WHOLE
    return _NUMBER if least >= -_EXACT and most <= _EXACT else None


def _values(kind: _Kind, column: Column, numbers: Number) -> bytes:
    """The values of a column as its cells hold them, one after the other."""
    if kind is _TEXT:
        return pack(f"<{len(column)}I", *numbers(cast(Sequence[str], column)))
    if kind is _WHOLE:
        return pack(f"<{len(column)}I", *[(value << 2 | 2) & 0xFFFFFFFF for value in cast(Sequence[int], column)])
    return pack(f"<{len(column)}d", *column)


def _fill(line: int, count: int, slots: tuple[_Slot, ...], columns: Sequence[bytes]) -> bytes:
    """The cells of some rows, each in its slot, in one piece."""
    row, starts = _layout(slots)
    page, step = bytearray(row * count), len(row)
    lines = pack(f"<{count}H", *range(line, line + count))
    for start, (_, kind), column in zip(starts, slots, columns, strict=True):
        page[start + _LINE :: step], page[start + _LINE + 1 :: step] = lines[::2], lines[1::2]
        for byte in range(kind.width):
            page[start + _HEAD.size + byte :: step] = column[byte :: kind.width]
    return bytes(page)


@lru_cache(maxsize=1024)
def _layout(slots: tuple[_Slot, ...]) -> tuple[bytes, tuple[int, ...]]:
    """A row whose lines and values are zeros, and where each of its cells begins."""
    made = [
        _HEAD.pack(kind.record, _LENGTH + kind.width, 0, place, _FORMAT) + bytes(kind.width) for place, kind in slots
    ]
    return b"".join(made), tuple(accumulate(map(len, made[:-1]), initial=0)) if made else ()


def _column(line: int, place: int, column: Column, numbers: Number) -> list[bytes]:
    """The cells of a column, each for itself."""
    kind = _kind(column)
    if kind is None:
        return [_cell((number, place), value, numbers) for number, value in enumerate(column, line)]
    filled, size = _fill(line, len(column), ((place, kind),), [_values(kind, column, numbers)]), _HEAD.size + kind.width
    return [filled[start : start + size] for start in range(0, len(filled), size)]


def _cell(at: tuple[int, int], value: Json, numbers: Number) -> bytes:
    """One cell; nothing for null."""
    if value is None:
        return b""
    if isinstance(value, bool):
        return _HEAD.pack(_TRUTH, _LENGTH + 2, *at, _FORMAT) + bytes([value, 0])
    kind = _kind([value]) or _TEXT
    text = value if isinstance(value, str) or kind is not _TEXT else spell(value)
    return _HEAD.pack(kind.record, _LENGTH + kind.width, *at, _FORMAT) + _values(kind, [text], numbers)
