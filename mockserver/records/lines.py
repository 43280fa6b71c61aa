"""What does a body, or a file, of records hold? Rows, one at a time, and where each stands."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import cast

import orjson

from mockserver.files.row import Row
from openapi.model import Json

LONGEST = 1 << 20  # bytes of a line
LARGEST = 1 << 31  # bytes of all of them, decompressed
ARRAY = 1 << 25  # bytes of a JSON array, which is read as a whole
DEEPEST = 32  # levels of lists and objects in a row
MOST_COLUMNS = 1000  # of a row
_GZIP = b"\x1f\x8b"
_TASTE = 1 << 16  # bytes of compressed data that are unpacked at a time


class BadRecord(ValueError):
    """A record that cannot be taken: where it stands, and what is wrong with it."""


def read_rows(pieces: Iterable[bytes]) -> Iterator[tuple[str, Row]]:
    """The rows of JSON lines or of one JSON array, also gzip-compressed, each with its place. Raises BadRecord."""
    start, whole = _begun(pieces)
    if start.startswith(_GZIP):  # once: what is compressed again and again could go on without end
        start, whole = _begun(_unpacked(whole))
    yield from _of_array(whole) if start.lstrip().startswith(b"[") else _of_lines(whole)


def _begun(pieces: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The start, with something in it besides white space, and all of the pieces."""
    rest = iter(pieces)
    start = b""
    while not start.strip() and (piece := next(rest, None)) is not None:
        start += piece
        if len(start) > LONGEST:
            break
    return start, chain([start], rest)


def _of_lines(pieces: Iterable[bytes]) -> Iterator[tuple[str, Row]]:
    for number, line in enumerate(_lines(pieces), 1):
        if line and not line.isspace():
            place = f"line {number}"
            row = _parse(line, place)
            is_flat = isinstance(row, dict) and len(row) <= MOST_COLUMNS and line.count(b"{") == 1 and b"[" not in line
            yield place, cast(Row, row) if is_flat else check_row(row, place)


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held, passed, total = b"", 0, 0
    for piece in pieces:
        total += len(piece)
        _require(total <= LARGEST, f"line {passed + 1}", f"there are more than {LARGEST} bytes of records")
        *whole, held = (held + piece).split(b"\n")
        longest = max((len(line) for line in (*whole, held)), default=0)
        _require(longest <= LONGEST, f"line {passed + 1} or after it", f"a line has more than {LONGEST} bytes")
        passed += len(whole)
        yield from whole
    yield held


def _of_array(pieces: Iterable[bytes]) -> Iterator[tuple[str, Row]]:
    body = bytearray()
    for piece in pieces:
        body += piece
        _require(len(body) <= ARRAY, "the array", f"it has more than {ARRAY} bytes: send JSON lines, one row on each")
    found = _parse(bytes(body), "the array")
    for number, row in enumerate(found if isinstance(found, list) else (), 1):
        yield f"row {number}", check_row(row, f"row {number}")


def _parse(text: bytes, place: str) -> Json:
    try:
        found: Json = orjson.loads(text)
    except ValueError as error:
        raise BadRecord(f"{place}: it is no JSON: {error}") from error
    return found


def check_row(row: Json, place: str) -> Row:
    """`row`, if it is one. Raises BadRecord."""
    if not isinstance(row, dict):
        raise BadRecord(f'{place}: a row is an object of columns, such as {{"status": 200}}, not {_name(row)}')
    if len(row) > MOST_COLUMNS:
        raise BadRecord(f"{place}: it has {len(row)} columns; a row has at most {MOST_COLUMNS}")
    for name, value in row.items():
        if isinstance(value, dict | list) and _is_deeper(value, DEEPEST - 1):
            raise BadRecord(f"{place}: {name[:60]!r} is nested deeper than {DEEPEST} levels")
    return row


def _is_deeper(value: Json, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return not levels or any(_is_deeper(each, levels - 1) for each in inside)


def _unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        for piece in pieces:
            data = piece
            while data:
                yield unpacker.decompress(data, _TASTE)
                data = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise BadRecord(f"the compressed data: {error}") from error
    _require(unpacker.eof, "the compressed data", "it ends too early")


def _require(holds: bool, place: str, message: str) -> None:  # noqa: FBT001 - read as a sentence
    if not holds:
        raise BadRecord(f"{place}: {message}")


def _name(value: Json) -> str:
    return {list: "a list", str: "a text", bool: "a truth value", type(None): "null"}.get(type(value), "a number")
