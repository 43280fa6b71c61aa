from __future__ import annotations

import gzip
import itertools
import os
import tracemalloc
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.files.archives import ARCHIVES, CHUNK, Outline, chunks, write
from mockserver.files.zips import Entry, zip_around
from tests.mockserver.files.exports import untarred, unzipped

MADE = 1_700_003_600.9  # 2023-11-14T23:13:20.9Z
GIBIBYTE = 1 << 30


def packed(archive: str, member: str, made: float, pieces: Iterable[bytes]) -> bytes:
    """The whole file of some pieces."""
    how = ARCHIVES[archive]
    data, sums = write(pieces, compressed=how.compresses)
    held = data.read(0, data.size)
    head, tail = how.around(Outline(member, made, sums))
    return head + held + tail


def test_a_tar_gz_holds_its_member_with_name_size_and_time() -> None:
    member, data = untarred(packed("tar.gz", "logs/a.json", MADE, [b"one", b"two"]))
    assert (member.name, member.size, member.mtime, member.isfile()) == ("logs/a.json", 6, int(MADE), True)
    assert data == b"onetwo"


def test_a_gzip_header_tells_when_the_file_was_made_and_nothing_about_where() -> None:
    assert packed("tar.gz", "a", MADE, [])[:10] == b"\x1f\x8b\x08\x00" + int(MADE).to_bytes(4, "little") + b"\x00\xff"


def test_a_tar_ends_in_two_empty_blocks() -> None:
    unpacked = gzip.decompress(packed("tar.gz", "a", MADE, [b"x" * 513]))
    assert len(unpacked) == 512 + 1024 + 1024
    assert unpacked[-1024:] == bytes(1024)


def test_a_zip_holds_its_entry_with_name_size_and_time() -> None:
    entry, data = unzipped(packed("zip", "a.xls", MADE, [b"one", b"two"]))
    assert (entry.filename, entry.file_size, entry.date_time) == ("a.xls", 6, (2023, 11, 14, 23, 13, 20))
    assert data == b"onetwo"


@pytest.mark.parametrize("made", [-1.0, 0.0, 1e11], ids=str)
@pytest.mark.parametrize("archive", ["tar.gz", "zip"])
def test_a_time_that_an_archive_cannot_hold_does_not_break_it(archive: str, made: float) -> None:
    data = packed(archive, "a", made, [b"x"])
    assert (untarred if archive == "tar.gz" else unzipped)(data)[1] == b"x"


@pytest.mark.parametrize("name", ["é中.json", "n" * 200], ids=["unicode", "long"])
def test_a_member_keeps_an_unusual_name(name: str) -> None:
    assert untarred(packed("tar.gz", name, MADE, []))[0].name == name
    assert unzipped(packed("zip", name, MADE, []))[0].filename == name


@pytest.mark.parametrize("archive", sorted(ARCHIVES))
def test_the_same_content_makes_the_same_bytes_however_it_is_cut(archive: str) -> None:
    assert packed(archive, "a", MADE, [b"one", b"two"]) == packed(archive, "a", MADE, [b"onetwo"])


@pytest.mark.parametrize("archive", sorted(ARCHIVES))
def test_a_long_file_is_never_held_in_memory(archive: str) -> None:
    noise = os.urandom(CHUNK)
    pieces: Iterator[bytes] = itertools.repeat(noise, 160)  # 10 MB that do not compress
    tracemalloc.start()
    try:
        size = write(pieces, compressed=ARCHIVES[archive].compresses)[1].packed
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()
    assert size >= 160 * CHUNK


@given(st.lists(st.binary(max_size=200_000), max_size=4))
def test_chunks_are_full_but_for_the_last_and_lose_nothing(pieces: list[bytes]) -> None:
    cut = list(chunks(pieces))
    assert b"".join(cut) == b"".join(pieces)
    assert all(len(piece) >= CHUNK for piece in cut[:-1])
    assert all(cut)


@pytest.mark.parametrize(("size", "held"), [(5 * GIBIBYTE, 10), (5 * GIBIBYTE, 3 * GIBIBYTE), (GIBIBYTE, 5 * GIBIBYTE)])
def test_a_zip_of_gigabytes_tells_its_sizes_and_where_its_list_is(size: int, held: int, tmp_path: Path) -> None:
    head, directory = zip_around(Entry("é", datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC), size, held, 7))
    path = tmp_path / "large.zip"
    with path.open("wb") as file:
        file.write(head)
        file.seek(held, os.SEEK_CUR)  # a hole
        file.write(directory)
    with zipfile.ZipFile(path) as archive:
        (entry,) = archive.infolist()
        with archive.open(entry):  # its own header is read, too
            pass
    assert (entry.filename, entry.file_size, entry.compress_size, entry.CRC) == ("é", size, held, 7)
