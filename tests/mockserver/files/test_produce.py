from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Literal, cast

import pytest
import xlrd

from mockserver.files import Export, file_name, file_of, measure, namer, stream
from mockserver.files.produce import PART
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


def named(what: Export) -> str:
    def reader(name: str) -> Callable[[Export], object]:
        return lambda export: export.names(name)

    told = namer(what.file, reader)(what)
    assert told == file_name(what)
    return told


@pytest.mark.parametrize(("word", "archive"), EVERY)
def test_the_measure_agrees_with_the_bytes_and_the_rows(word: str, archive: str) -> None:
    measured, data = measure(made(word, archive)), content(made(word, archive))
    assert measured.size == len(data)
    assert measured.rows == count(inside(data, archive), word) > 60


@pytest.mark.parametrize(("word", "archive"), EVERY)
def test_the_same_export_makes_the_same_bytes(word: str, archive: str) -> None:
    assert content(made(word, archive)) == content(made(word, archive))


def test_another_process_with_other_hashes_makes_the_same_bytes() -> None:
    program = "from tests.mockserver.files.test_produce import fingerprint; print(fingerprint())"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    root = Path(__file__).parents[3]
    printed = subprocess.check_output([sys.executable, "-c", program], env=environment, cwd=root)
    assert printed.decode().strip() == fingerprint()


def fingerprint() -> str:
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


@dataclass
class Rows:
    """Three rows that were loaded; `opened` counts how often they are read, and `wait` comes before each time."""

    wait: Callable[[], object] = list
    opened: int = 0
    columns: tuple[str, ...] = ("__TIMESTAMP__", "status")

    def lines(self, window: tuple[int, int] | None, *, newest_first: bool) -> Iterator[bytes]:
        assert window, newest_first
        self.opened += 1
        self.wait()
        return iter([b'{"__TIMESTAMP__":%d,"status":200}\n' % number for number in range(3)])

    def count(self, window: tuple[int, int] | None) -> int:
        return 3 if window else 0


@pytest.mark.parametrize(("word", "archive"), EVERY)
def test_tasks_that_select_the_same_rows_share_what_is_written(word: str, archive: str) -> None:
    rows = Rows()
    first = replace(made(word, archive), seed=f"shared by {word} {archive}", stored=rows)
    names = {"task.id": "t-2", "task.format": word}
    second = replace(first, task_id="t-2", created=CREATED + 86_400, names=names.__getitem__)
    assert rows.opened == 0
    for each in (first, second):
        assert measure(each).size == len(content(each))
        assert file_of(each).tag() == hashlib.md5(content(each), usedforsecurity=False).hexdigest()
    assert rows.opened == 1
    assert inside(content(first), archive) == inside(content(second), archive)
    assert (content(first) == content(second)) is (archive == "none")


def test_another_file_is_written_meanwhile() -> None:
    begun, go_on = Event(), Event()

    def wait() -> None:
        begun.set()
        go_on.wait(60)

    slow = replace(export("slow"), stored=Rows(wait))
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(measure, slow)
        assert begun.wait(60)
        assert measure(replace(export("quick"), stored=Rows())).rows == 3
        assert not found.done()
        go_on.set()
        assert found.result(60).rows == 3


@pytest.mark.parametrize("archive", ["none", "tar.gz", "zip"])
def test_any_part_of_a_file_is_that_of_the_whole(archive: str) -> None:
    one = made("csv", archive)
    whole = content(one)
    places = [0, 1, 9, 10, 11, 200, len(whole) // 2, len(whole) - 40, len(whole) - 1, len(whole)]
    for start, stop in itertools.product(places, places):
        assert b"".join(stream(one, start, stop)) == whole[start:stop]


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
    assert named(export(TopicId="ee20")) == "log_ee20_20231114.tar.gz"


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
    assert named(export(file=replace(LOG, name="{argument.TopicId}"), TopicId=value)) == name


def test_a_file_carries_the_time_of_its_task() -> None:
    assert untarred(content(made("json", "tar.gz")))[0].mtime == int(CREATED)


def test_a_large_file_is_tagged_as_one_whose_parts_were_uploaded_each_for_itself() -> None:
    packed = replace(export(f"{os.urandom(8).hex()}"), file=replace(LOG, archive="tar.gz"), stored=Noise())
    file = file_of(packed)
    head, body = file.head, b"".join(file.read(len(file.head), file.size - len(file.tail)))
    parts = [hashlib.md5(part, usedforsecurity=False).digest() for part in (head, body, file.tail)]
    assert file.size > PART
    assert file.tag() == hashlib.md5(b"".join(parts), usedforsecurity=False).hexdigest() + "-3"


def test_a_large_file_of_one_part_is_tagged_with_its_md5() -> None:
    file = file_of(replace(export("noise"), stored=Noise()))
    assert file.size > PART
    assert file.tag() == hashlib.md5(b"".join(file.read(0, file.size)), usedforsecurity=False).hexdigest()


@dataclass
class Noise(Rows):
    """A few rows that do not compress."""

    def lines(self, window: tuple[int, int] | None, *, newest_first: bool) -> Iterator[bytes]:
        long = os.urandom(400_000).hex().encode()
        return (line.replace(b"200", b'"' + long + b'"') for line in super().lines(window, newest_first=newest_first))
