"""Files are read as they should be written, and damage is told."""

import gzip
import io
import tarfile
import zipfile

import pytest

from contracts.files.tables import Damaged, Excessive, read_table, unpack


def tar_gz(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("archive", "content"),
    [("none", b"x"), ("tar.gz", tar_gz(one=b"x")), ("zip", zipped(one=b"x"))],
    ids=["none", "tar.gz", "zip"],
)
def test_the_one_file_of_an_archive_is_unpacked(archive: str, content: bytes) -> None:
    assert unpack(archive, content) == b"x"


@pytest.mark.parametrize(
    ("archive", "content"),
    [
        pytest.param("none", gzip.compress(b"x"), id="packed against the spec"),
        pytest.param("none", zipped(one=b"x"), id="zipped against the spec"),
        pytest.param("tar.gz", tar_gz(one=b"x")[:-9], id="cut short"),
        pytest.param("tar.gz", gzip.compress(b"x" * 600), id="no tar inside"),
        pytest.param("tar.gz", tar_gz(one=b"x", two=b"y"), id="two files in a tar"),
        pytest.param("tar.gz", b"", id="empty"),
        pytest.param("tar.gz", tar_gz(**{"../one": b"x"}), id="a name in a tar that leads elsewhere"),
        pytest.param("zip", zipped(**{"/etc/one": b"x"}), id="a name in a zip that leads elsewhere"),
        pytest.param("zip", zipped(one=b"x").replace(b"x", b"y", 1), id="one byte changed"),
        pytest.param("zip", zipped(one=b"x", two=b"y"), id="two files in a zip"),
        pytest.param("zip", b"PK\x03\x04", id="only a signature"),
    ],
)
def test_an_archive_that_is_not_intact_is_damaged(archive: str, content: bytes) -> None:
    with pytest.raises(Damaged):
        unpack(archive, content)


@pytest.mark.parametrize(
    ("archive", "content"),
    [("tar.gz", tar_gz(one=b"x" * 9000)), ("zip", zipped(one=b"x" * 9000))],
    ids=["tar.gz", "zip"],
)
def test_of_an_archive_no_more_is_unpacked_than_there_is_room_for(archive: str, content: bytes) -> None:
    with pytest.raises(Excessive, match="the archive holds more than 8999 bytes"):
        unpack(archive, content, most=8999)


def test_rows_are_read_by_their_headings() -> None:
    assert read_table("csv", b'a,b\r\n1,"x,\r\ny"\r\n', ()).rows == ({"a": "1", "b": "x,\r\ny"},)
    assert read_table("json-lines", b'{"a":1}\n{"a":null}\n', ()).rows == ({"a": 1}, {"a": None})
    assert read_table("text", b"1 x y\n", ("a", "b")).rows == ({"a": "1", "b": "x y"},)


@pytest.mark.parametrize(
    ("writing", "content"),
    [
        ("json-lines", b"a,b\n1,2\n"),
        ("json-lines", b"[1]\n"),
        ("json-lines", b'{"a":"\xff"}\n'),
        pytest.param("json-lines", b"[" * 100_000, id="nested too deeply"),
        ("csv", b""),
        ("csv", b"a,b\n1\n"),
        ("xls", b"a,b\n1,2\n"),
        ("text", b'{"a":1}\n'),
        ("text", b"a,b\n1,2\n"),
    ],
)
def test_a_file_that_is_written_otherwise_is_damaged(writing: str, content: bytes) -> None:
    with pytest.raises(Damaged):
        read_table(writing, content, ("a", "b"))
