"""How rows become bytes. A writer takes rows and columns and gives pieces of the file, as they come."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import orjson

from mockserver.files.spelling import spell
from mockserver.files.workbook import write_xls
from openapi.model import Json

Row = Mapping[str, Json]
Writer = Callable[[Iterable[Row], Sequence[str]], Iterator[bytes]]


_PAGE = 1 << 16  # characters that are written before any is handed out
_PLAIN = frozenset({str, int, float, type(None)})  # what `csv` spells as we do


def write_json_lines(rows: Iterable[Row], _columns: Sequence[str]) -> Iterator[bytes]:
    """One object per line, UTF-8."""
    return (orjson.dumps(dict(row), option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def write_csv(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    """A header and one record per row (RFC 4180), UTF-8; values as they are, whatever a spreadsheet makes of them."""
    page = io.StringIO(newline="")
    write = csv.writer(page).writerow
    write(columns)
    for row in rows:
        values = [*map(row.get, columns)]
        write(values if _PLAIN.issuperset(map(type, values)) else [*map(spell, values)])
        if page.tell() > _PAGE:
            yield page.getvalue().encode()
            page.seek(0)
            page.truncate()
    yield page.getvalue().encode()


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
