"""The bytes of a file, unpacked and read into rows."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from openapi.model import Json

Row = Mapping[str, Json]

MAGIC = (b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06")  # with which packed bytes start
LARGEST = 1 << 28  # bytes that come out of an archive, as many as are read of an answer


class Damaged(ValueError):
    """The bytes are not what they should be; the message says how."""


class Excessive(Damaged):
    """A file with more in it than is looked at, which says nothing against it."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds."""

    columns: tuple[str, ...]  # of its heading, or the names in its first row; empty where it tells none
    rows: tuple[Row, ...]


def unpack(archive: str, content: bytes, most: int = LARGEST) -> bytes:
    """The one file in an archive, every checksum of which is right; the bytes themselves where there is none.

    Raises Damaged; Excessive for more than `most` bytes, as a small archive may hold more than there is memory.
    """
    try:
        return _UNPACKERS[archive](content, most)
    except (OSError, EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile) as error:
        raise Damaged(f"the file is no intact {archive}: {error}") from error


def read_table(writing: str, content: bytes, columns: tuple[str, ...]) -> Table:
    """The rows of a file; `columns` name the values of one that tells no names. Raises Damaged."""
    try:
        return _READERS[writing](content, columns)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Damaged(f"the file is no {writing}: {error}") from error


def _bare(content: bytes, _most: int) -> bytes:
    if content.startswith(MAGIC):
        raise Damaged("the file is packed, where no archive is documented")
    return content


def _untar(content: bytes, most: int) -> bytes:
    with gzip.open(io.BytesIO(content)) as packed:
        unpacked = _read(packed, most)
    with tarfile.open(fileobj=io.BytesIO(unpacked), mode="r:") as archive:
        members = [each for each in archive.getmembers() if each.isfile()]
        _refuse_strays(each.name for each in archive.getmembers())
        if len(members) != 1:
            raise Damaged(f"the archive holds {len(members)} files, where one is expected")
        opened = archive.extractfile(members[0])
        found = opened.read() if opened else b""
    if len(found) != members[0].size:
        raise Damaged("the file in the archive is cut short")
    return found


def _unzip(content: bytes, most: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [each for each in archive.namelist() if not each.endswith("/")]
        _refuse_strays(archive.namelist())
        if len(names) != 1:
            raise Damaged(f"the archive holds {len(names)} files, where one is expected")
        with archive.open(names[0]) as packed:
            return _read(packed, most)


def _read(packed: gzip.GzipFile | IO[bytes], most: int) -> bytes:
    found = packed.read(most + 1)
    if len(found) > most:
        raise Excessive(f"the archive holds more than {most} bytes, which is more than is looked at")
    return found


def _refuse_strays(names: Iterable[str]) -> None:
    """Raise Damaged for a name that leads out of the folder in which an archive is unpacked."""
    for name in names:
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
            raise Damaged(f"the archive holds {name!r}, which leads elsewhere")


_UNPACKERS: Mapping[str, Callable[[bytes, int], bytes]] = {"none": _bare, "tar.gz": _untar, "zip": _unzip}


def _read_json_lines(content: bytes, _columns: tuple[str, ...]) -> Table:
    rows: list[Row] = []
    for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
        try:
            row: Any = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Damaged(f"line {number} is no JSON: {line[:60]!r}") from error
        if not isinstance(row, dict):
            raise Damaged(f"line {number} is no object: {line[:60]!r}")
        rows.append(row)
    return Table(tuple(rows[0]) if rows else (), tuple(rows))


def _read_csv(content: bytes, _columns: tuple[str, ...]) -> Table:
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    if not lines:
        raise Damaged("the file has no heading")
    return _headed([list(line) for line in lines])


def _read_xls(content: bytes, _columns: tuple[str, ...]) -> Table:
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO())
    except Exception as error:  # whatever it stumbles over, the file cannot be read
        raise Damaged(f"the file is no workbook: {error}") from error
    sheets = [[sheet.row_values(line) for line in range(sheet.nrows)] for sheet in book.sheets()]
    tables = [_headed(lines) for lines in sheets if lines]
    if not tables:
        raise Damaged("the workbook has no heading")
    return Table(tables[0].columns, tuple(row for table in tables for row in table.rows))


def _read_text(content: bytes, columns: tuple[str, ...]) -> Table:
    lines = content.decode("utf-8").splitlines()
    if lines and (lines[0].startswith("{") or lines[0].split(",") == list(columns)):
        raise Damaged(f"the file is no plain text: it starts with {lines[0][:60]!r}")
    parts = [line.split(" ", max(len(columns) - 1, 0)) for line in lines]
    return Table((), tuple(dict(zip(columns, each, strict=False)) for each in parts))


def _headed(lines: list[list[Json]]) -> Table:
    columns = tuple(map(str, lines[0]))
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(columns):
            raise Damaged(f"line {number} has {len(line)} values under {len(columns)} headings")
    return Table(columns, tuple(dict(zip(columns, line, strict=True)) for line in lines[1:]))


_READERS: Mapping[str, Callable[[bytes, tuple[str, ...]], Table]] = {
    "json-lines": _read_json_lines,
    "csv": _read_csv,
    "xls": _read_xls,
    "text": _read_text,
}
