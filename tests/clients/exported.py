"""The files that clients download, opened with standard tools."""

from __future__ import annotations

import csv
import io
import json
import tarfile
import zipfile
from typing import Any

import xlrd


def open_tar(content: bytes) -> tuple[str, bytes]:
    """Name and content of the one member of a tar.gz."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        (member,) = archive.getmembers()
        file = archive.extractfile(member)
        assert file is not None, f"{member.name} is no file"
        return member.name, file.read()


def open_zip(content: bytes) -> tuple[str, bytes]:
    """Name and content of the one member of a zip, its checksum verified."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        return name, archive.read(name)


def read_json_lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.decode().splitlines()]


def read_csv(content: bytes) -> list[dict[str, str]]:
    """The records, by the names in the header."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def read_xls(content: bytes) -> tuple[list[str], list[list[Any]]]:
    """The header and the rows of the one sheet of a workbook."""
    (sheet,) = xlrd.open_workbook(file_contents=content).sheets()
    header, *rows = [sheet.row_values(number) for number in range(sheet.nrows)]
    return [str(cell) for cell in header], rows
