"""How rows become bytes. A writer takes rows and columns and gives pieces of the file, as they come."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

import orjson

from mockserver.files.spelling import spell
from mockserver.files.workbook import write_xls
from openapi.model import Json

Row = Mapping[str, Json]
Writer = Callable[[Iterable[Row], Sequence[str]], Iterator[bytes]]


_PAGE = 1 << 8  # records that are written before any is handed out
_PLAIN = frozenset({str, int, float, type(None)})  # what `csv` spells as we do


def write_json_lines(rows: Iterable[Row], _columns: Sequence[str]) -> Iterator[bytes]:
    """One object per line, UTF-8."""
    return (orjson.dumps(dict(row), option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def write_csv(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    """A header and one record per row (RFC 4180), UTF-8; values as they are, whatever a spreadsheet makes of them."""
    page = io.StringIO(newline="")
    writer = csv.writer(page)
    writer.writerow(columns)
    names, rest, are_plain = [*columns], iter(rows), _PLAIN.issuperset
    while True:
        writer.writerows(
            row.values() if [*row] == names and are_plain(map(type, row.values())) else _spelled(row, names)
            for row in islice(rest, _PAGE)
        )
        if not page.tell():
            return
        yield page.getvalue().encode()
        page.seek(0)
        page.truncate()


def _spelled(row: Row, names: Iterable[str]) -> Iterable[str]:
    return (spell(row.get(name)) for name in names)


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
