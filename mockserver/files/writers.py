"""How rows become bytes. A writer takes rows and columns and gives pieces of the file, as they come."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, count, islice

import orjson

from mockserver.files.spelling import spell
from openapi.model import Json

Row = Mapping[str, Json]
Writer = Callable[[Iterable[Row], Sequence[str]], Iterator[bytes]]

_SHEET_ROWS = 65_536  # of a BIFF8 sheet, its header included
_CELL_CHARACTERS = 32_767  # of a BIFF8 cell
_EXACT = 2**53  # a cell holds a double; beyond, a whole number is written as text


def write_json_lines(rows: Iterable[Row], _columns: Sequence[str]) -> Iterator[bytes]:
    """One object per line, UTF-8."""
    return (orjson.dumps(dict(row), option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def write_csv(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    """A header and one record per row (RFC 4180), UTF-8; values as they are, whatever a spreadsheet makes of them."""
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    for record in chain([columns], ([spell(row.get(column)) for column in columns] for row in rows)):
        writer.writerow(record)
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def write_text(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    """One line per row, its values separated by blanks, UTF-8."""
    return (" ".join(spell(row.get(column)) for column in columns).encode() + b"\n" for row in rows)


def write_xls(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    """An Excel 97 workbook of as many sheets as the rows need, each with the header. Held in memory."""
    from xlwt import Workbook

    workbook, rest = Workbook(encoding="utf-8"), iter(rows)
    for number in count(1):
        page = list(islice(rest, _SHEET_ROWS - 1))
        if not page and number > 1:
            break
        sheet = workbook.add_sheet(f"Sheet{number}")
        for line, cells in enumerate(chain([columns], ([row.get(column) for column in columns] for row in page))):
            for place, value in enumerate(cells):
                sheet.write(line, place, _cell(value))
    out = io.BytesIO()
    workbook.save(out)
    yield out.getvalue()


def _cell(value: Json) -> bool | float | str:
    if isinstance(value, bool) or (isinstance(value, int | float) and abs(value) <= _EXACT):
        return value
    return spell(value)[:_CELL_CHARACTERS]


JSON_LINES = "json-lines"
WRITERS: Mapping[str, Writer] = {
    JSON_LINES: write_json_lines,
    "csv": write_csv,
    "text": write_text,
    "xls": write_xls,
}
