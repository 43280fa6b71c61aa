"""How rows become bytes. A writer takes rows and columns and gives pieces of the file, as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import cast

import orjson

from mockserver.files.row import Row, values
from mockserver.files.spelling import spell
from mockserver.files.workbook import write_xls
from openapi.model import Json

Writer = Callable[[Iterable[Row], Sequence[str]], Iterator[bytes]]


_PAGE = 1 << 7  # records that are written before any is handed out
_QUOTE = '"'
_SPECIAL = (",", _QUOTE, "\n", "\r")  # what a field is quoted for
_TEXT, _NUMBERS = frozenset({str}), frozenset({int, float})  # what `spell` leaves as it is, or as `repr` has it


def write_json_lines(rows: Iterable[Row], _columns: Sequence[str]) -> Iterator[bytes]:
    """One object per line, UTF-8."""
    return (orjson.dumps(dict(row), option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def join_lines(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, many lines at a time."""
    while page := list(islice(lines, _PAGE)):
        yield b"".join(page)


def write_csv(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    """A header and one record per row (RFC 4180), UTF-8; values as they are, whatever a spreadsheet makes of them.

    The same as `csv` of the standard library writes, which looks at each character of each field; here most columns of
    a page are looked at as a whole.
    """
    names, rest = [*columns], iter(rows)
    yield _page([names], names)
    while held := list(islice(rest, _PAGE)):
        yield _page(values(held, names), names)


def _page(rows: Sequence[Iterable[Json]], names: Sequence[str]) -> bytes:
    """Some records, each ended."""
    cells = [_cells(column) for column in zip(*rows, strict=True)]
    if len(names) == 1:  # where nothing at all would be taken for no record
        cells = [[each or '""' for each in cells[0]]]
    records = map(",".join, zip(*cells, strict=True)) if names else [""] * len(rows)
    return ("\r\n".join(records) + "\r\n").encode()


def _cells(column: Iterable[Json]) -> Iterable[str]:
    """The values of a column as they stand in records."""
    kinds = set(map(type, column))
    if kinds <= _NUMBERS:
        return map(repr, column)
    texts = cast(Sequence[str], column) if kinds == _TEXT else [spell(value) for value in column]
    whole = "".join(texts)
    return map(_quoted, texts) if any(map(whole.__contains__, _SPECIAL)) else texts


def _quoted(text: str) -> str:
    if "," in text or _QUOTE in text or "\n" in text or "\r" in text:
        return f'"{text.replace(_QUOTE, _QUOTE * 2)}"'
    return text


def write_text(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    """One line per row, its values separated by blanks, UTF-8."""
    return (" ".join(spell(row.get(column)) for column in columns).encode() + b"\n" for row in rows)


JSON_LINES, SHEET = "json-lines", "xls"
WRITERS: Mapping[str, Writer] = {
    JSON_LINES: write_json_lines,
    "csv": write_csv,
    "text": write_text,
    SHEET: write_xls,
}
