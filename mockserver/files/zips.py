"""What stands around the one entry of a ZIP archive whose data are deflated already (APPNOTE.TXT 6.3.10).

The standard library writes an entry only together with compressing it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from struct import Struct, pack

_LARGEST = 2**31 - 1  # bytes that every reader takes in a field of 32 bits
_BEYOND = 2**32 - 1  # says that the number stands in a field of 64 bits
_YEARS = (datetime(1980, 1, 1, tzinfo=UTC), datetime(2107, 12, 31, tzinfo=UTC))  # that an entry can hold
_DEFLATED, _UNICODE, _FILE = 8, 0x800, 0o100644 << 16
_UNIX = 3  # "made by", so that an archive does not tell where it was made
_PLAIN, _WITH_64_BITS = 20, 45  # the version that is needed to read it

_ENTRY = Struct("<4s5H3L2H")
_LISTED = Struct("<4s2B5H3L5H2L")
_END = Struct("<4s4H2LH")
_LARGE_END, _LARGE_PLACE = Struct("<4sQ2H2L4Q"), Struct("<4sLQL")


@dataclass(frozen=True, slots=True)
class Entry:
    """The one file of an archive."""

    name: str
    made: datetime
    size: int  # bytes
    packed: int  # of these, deflated
    crc: int


def zip_around(entry: Entry) -> tuple[bytes, bytes]:
    """What comes before the deflated data, and after them."""
    name, is_large = entry.name.encode(), max(entry.size, entry.packed) > _LARGEST
    version = _WITH_64_BITS if is_large else _PLAIN
    sizes = (_BEYOND, _BEYOND) if is_large else (entry.packed, entry.size)
    extra = pack("<HHQQ", 1, 16, entry.size, entry.packed) if is_large else b""
    flags = 0 if entry.name.isascii() else _UNICODE
    told = flags, _DEFLATED, *_moment(entry.made), entry.crc, *sizes, len(name), len(extra)
    head = _ENTRY.pack(b"PK\x03\x04", version, *told) + name + extra
    listed = _LISTED.pack(b"PK\x01\x02", version, _UNIX, version, *told, 0, 0, 0, _FILE, 0) + name + extra
    return head, listed + _end(len(head) + entry.packed, len(listed))


def _end(start: int, length: int) -> bytes:
    """What ends an archive whose list starts there and has so many bytes."""
    if start <= _LARGEST:
        return _END.pack(b"PK\x05\x06", 0, 0, 1, 1, length, start, 0)
    large = _LARGE_END.pack(b"PK\x06\x06", 44, _WITH_64_BITS, _WITH_64_BITS, 0, 0, 1, 1, length, start)
    place = _LARGE_PLACE.pack(b"PK\x06\x07", 0, start + length, 1)
    return large + place + _END.pack(b"PK\x05\x06", 0, 0, 1, 1, length, _BEYOND, 0)


def _moment(made: datetime) -> tuple[int, int]:
    """Time and date, in steps of two seconds."""
    at = min(max(made, _YEARS[0]), _YEARS[1])
    return at.hour << 11 | at.minute << 5 | at.second // 2, (at.year - 1980) << 9 | at.month << 5 | at.day
