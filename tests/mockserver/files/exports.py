"""Exports of a small access log, to be varied by one fact at a time."""

from __future__ import annotations

import csv
import io
import json
import tarfile
import zipfile
from dataclasses import replace
from typing import Any

from mockserver.files import Export, stream
from openapi.model import Citation, FileSpec, Json

CREATED = 1_700_003_600.5  # 2023-11-14T23:13:20.5Z
START, END = 1_700_000_000_000, 1_700_003_600_000  # the hour before it, in milliseconds

LOG = FileSpec(
    rows="logs",
    columns=("timestamp", "__TIMESTAMP__", "method", "path", "status", "bytes", "message"),
    formats={"json": "json-lines", "csv": "csv", "xls": "xls", "log": "text"},
    format="Format",
    archive="none",
    name="log_{argument.TopicId}_{task.created:%Y%m%d}.tar.gz",
    member="{task.id}.{task.format}",
    window=("From", "To"),
    edges=(True, True),
    time="__TIMESTAMP__",
    fields="Fields",
    query="Query",
    syntaxes={"0": "lucene", "1": "cql"},
    syntax="Syntax",
    limit="Count",
    order="Order",
    descending="desc",
    citation=Citation(None, "", "made up for tests"),
    pointer="/x-file",
)


def export(seed: str = "topic", file: FileSpec = LOG, **arguments: Json) -> Export:
    """An export of the hour, created at its end."""
    given: dict[str, Json] = {"From": START, "To": END, **arguments}
    names = {"task.id": "t-1", "task.format": given.get("Format", "json"), "task.created": CREATED}
    names |= {f"argument.{name}": value for name, value in given.items()}
    return Export(file, "t-1", given, seed, CREATED, names.__getitem__)


def table(**changes: Any) -> FileSpec:
    """A file of what has no time."""
    plain = {"rows": "users", "window": None, "query": "", "limit": "", "order": ""}
    return replace(LOG, columns=("user_name", "email", "status"), **{**plain, **changes})


def content(made: Export) -> bytes:
    """The whole file."""
    return b"".join(stream(made))


def rows(made: Export) -> list[dict[str, Any]]:
    """The rows of an export in JSON lines."""
    return [json.loads(line) for line in content(made).splitlines()]


def records(data: bytes) -> list[list[str]]:
    """The records of a CSV file, its header included."""
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def untarred(data: bytes) -> tuple[tarfile.TarInfo, bytes]:
    """The only member of a gzip-compressed tar."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        (member,) = archive.getmembers()
        opened = archive.extractfile(member)
        assert opened
        return member, opened.read()


def unzipped(data: bytes) -> tuple[zipfile.ZipInfo, bytes]:
    """The only entry of a ZIP archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (entry,) = archive.infolist()
        assert archive.testzip() is None
        return entry, archive.read(entry)
