"""Is a file that is written whole, or what it was before?"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockserver import drafts


def broken_off() -> Iterator[bytes]:
    yield b"half of "
    raise ConnectionError("the mock has gone")


def test_pieces_become_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    assert drafts.write(file, [b"a", b"bc"]) == 3
    assert file.read_bytes() == b"abc"


def test_what_breaks_off_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"good")
    with pytest.raises(ConnectionError):
        drafts.write(file, broken_off())
    assert (file.read_bytes(), [*tmp_path.iterdir()]) == (b"good", [file])


def test_a_link_stays_one(tmp_path: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    drafts.write(link, [b"new"])
    assert (link.is_symlink(), file.read_bytes()) == (True, b"new")


def test_a_device_is_written_to() -> None:
    assert drafts.write(Path(os.devnull), [b"abc"]) == 3
    assert not Path(os.devnull).is_file()


@pytest.mark.skipif(os.name != "posix", reason="needs the modes of POSIX")
def test_a_file_of_secrets_is_its_owners_alone_also_where_it_was_not(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch(0o644)
    drafts.write(file, [b"secret"], drafts.OWN)
    assert stat.S_IMODE(file.stat().st_mode) == drafts.OWN
