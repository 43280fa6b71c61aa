from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

import pytest
import xlrd

from mockserver.files import Export, file_name, measure, stream
from tests.mockserver.files.exports import CREATED, LOG, content, export, records, table, untarred, unzipped

Archive = Literal["none", "tar.gz", "zip"]
EVERY = list(itertools.product(LOG.formats, ["none", "tar.gz", "zip"]))


def made(word: str, archive: str) -> Export:
    return export(file=replace(LOG, archive=cast(Archive, archive)), Format=word)


def inside(data: bytes, archive: str) -> bytes:
    if archive == "none":
        return data
    return (untarred if archive == "tar.gz" else unzipped)(data)[1]


def count(data: bytes, word: str) -> int:
    if word == "xls":
        return int(xlrd.open_workbook(file_contents=data).sheet_by_index(0).nrows) - 1
    return len(records(data)) - 1 if word == "csv" else data.count(b"\n")


@pytest.mark.parametrize(("word", "archive"), EVERY)
def test_the_measure_agrees_with_the_bytes_and_the_rows(word: str, archive: str) -> None:
    measured, data = measure(made(word, archive)), content(made(word, archive))
    assert measured.size == len(data)
    assert measured.rows == count(inside(data, archive), word) > 60


@pytest.mark.parametrize(("word", "archive"), EVERY)
def test_the_same_export_makes_the_same_bytes(word: str, archive: str) -> None:
    assert content(made(word, archive)) == content(made(word, archive))


def test_another_process_with_other_hashes_makes_the_same_bytes() -> None:
    program = "from tests.mockserver.files.test_produce import digest; print(digest())"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    root = Path(__file__).parents[3]
    printed = subprocess.check_output([sys.executable, "-c", program], env=environment, cwd=root)
    assert printed.decode().strip() == digest()


def digest() -> str:
    return hashlib.sha256(b"".join(content(made(*each)) for each in EVERY)).hexdigest()


@pytest.mark.parametrize("archive", ["none", "tar.gz", "zip"])
def test_every_format_holds_the_same_rows(archive: str) -> None:
    lines = [json.loads(line) for line in inside(content(made("json", archive)), archive).splitlines()]
    cells = list(csv.DictReader(io.StringIO(inside(content(made("csv", archive)), archive).decode(), newline="")))
    sheet = xlrd.open_workbook(file_contents=inside(content(made("xls", archive)), archive)).sheet_by_index(0)
    assert cells == [{name: str(value) for name, value in row.items()} for row in lines]
    assert [sheet.row_values(line) for line in range(1, sheet.nrows)] == [list(row.values()) for row in lines]


def test_a_chunk_has_at_most_64_kib() -> None:
    wide = export(file=replace(LOG, columns=tuple(f"word_{number}" for number in range(200))), Format="csv")
    sizes = [len(chunk) for chunk in stream(wide)]
    assert len(sizes) > 1
    assert 0 < min(sizes) <= max(sizes) <= 65_536


def test_measuring_again_does_not_make_the_file_again() -> None:
    asked: list[str] = []

    def names(name: str) -> object:
        asked.append(name)
        return "x"

    first = replace(export("only here"), names=names)
    assert measure(first) is measure(first)
    assert set(asked) == {"task.id", "task.format"}  # of the member's name; the file itself asks for nothing


@pytest.mark.parametrize(
    "changed",
    [
        export(Count=3),
        export(Query="status:>=400"),
        export(Format="csv"),
        export("another topic"),
        export(file=replace(LOG, columns=("status",))),
        replace(export(), zero_rows=True),
    ],
    ids=["limit", "query", "format", "seed", "file", "zero rows"],
)
def test_a_measure_is_not_taken_for_that_of_another_export(changed: Export) -> None:
    assert measure(changed) != measure(export())
    assert measure(changed).size == len(content(changed))


def test_only_the_fields_that_were_asked_for_are_written_in_that_order() -> None:
    content = b"".join(stream(export(Format="csv", Fields=["status", "unheard-of", "method"])))
    header, first, *_ = content.decode().splitlines()
    assert header == "status,unheard-of,method"
    assert first.split(",")[1] == ""


def test_an_argument_without_a_name_chooses_nothing() -> None:
    bare = replace(LOG, window=None, query="", limit="", order="", fields="", format="")
    plain = Export(bare, "t-1", {}, "topic", CREATED, {"task.id": "t-1", "task.format": "json"}.__getitem__)
    assert measure(replace(plain, arguments={"": [1]})) == measure(plain)


def test_the_format_is_the_first_when_the_task_chose_none() -> None:
    assert content(export()) == content(export(Format="json"))
    assert content(export(file=replace(LOG, format=""), Format="csv")) == content(export())


def test_a_file_is_named_as_its_template_says() -> None:
    assert file_name(export(TopicId="ee20")) == "log_ee20_20231114.tar.gz"


def test_a_member_is_named_as_its_template_says() -> None:
    assert untarred(content(made("csv", "tar.gz")))[0].name == "t-1.csv"


def test_a_member_without_a_template_is_named_after_the_file() -> None:
    assert untarred(content(export(file=table(archive="tar.gz", member="", name="a.csv.tar.gz"))))[0].name == "a.csv"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("..", "_"),
        ("a\r\nSet-Cookie: b", "a__Set-Cookie: b"),
        ("a\\b\x00\ud800", "a_b__"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_value_cannot_make_a_name_a_path_or_break_a_header(value: str, name: str) -> None:
    assert file_name(export(file=replace(LOG, name="{argument.TopicId}"), TopicId=value)) == name


def test_a_file_carries_the_time_of_its_task() -> None:
    assert untarred(content(made("json", "tar.gz")))[0].mtime == int(CREATED)
