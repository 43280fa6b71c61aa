"""Is a file that is written whole, or what it was before?"""

from __future__ import annotations

import os
import stat
import tempfile
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


def test_files_that_are_written_at_the_same_time_in_one_folder_do_not_mix(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"

    def pieces() -> Iterator[bytes]:
        yield b"one, "
        drafts.write(other, [b"other"])
        yield b"whole"

    drafts.write(one, pieces())
    assert (one.read_bytes(), other.read_bytes()) == (b"one, whole", b"other")


@pytest.mark.skipif(os.name != "posix", reason="needs the links of POSIX")
def test_what_lies_beside_the_file_is_neither_followed_nor_taken(tmp_path: Path) -> None:
    folder, victim = tmp_path / "folder", tmp_path / "victim"
    folder.mkdir()
    victim.write_bytes(b"precious")

    def pieces() -> Iterator[bytes]:
        planted.extend(folder.iterdir())  # whoever has seen a name plants a link there for the next file
        yield b"secret"

    planted = [folder / f".{os.getpid()}.draft"]
    drafts.write(folder / "first", pieces(), drafts.OWN)
    for name in planted:
        name.symlink_to(victim)
    drafts.write(folder / "state", [b"secret"], drafts.OWN)
    assert (victim.read_bytes(), (folder / "state").is_symlink()) == (b"precious", False)
    assert stat.S_IMODE((folder / "state").stat().st_mode) == drafts.OWN


@pytest.mark.skipif(os.name != "posix", reason="needs the modes of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o600, 0o666])
def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "file"
    file.touch()
    file.chmod(mode)
    drafts.write(file, [b"new"])
    assert (stat.S_IMODE(file.stat().st_mode), file.read_bytes()) == (mode, b"new")


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that nothing can be added to, whoever runs the tests, with files that can be written."""
    nobody = 65534
    with tempfile.TemporaryDirectory() as name:  # not below the folder of the tests, which is its owner's alone
        folder = Path(name)
        (folder / "file").write_bytes(b"what was there before")
        (folder / "file").chmod(0o666)
        (folder / "blind").write_bytes(b"what nobody but its owner could read")
        (folder / "blind").chmod(0o622)
        folder.chmod(0o555)
        is_root = os.geteuid() == 0
        try:
            if is_root:
                os.seteuid(nobody)
            yield folder
        finally:
            if is_root:
                os.seteuid(0)
            folder.chmod(0o755)


@pytest.mark.skipif(os.name != "posix", reason="needs the modes of POSIX")
def test_a_file_that_cannot_be_replaced_is_written_over(closed: Path) -> None:
    assert drafts.write(closed / "file", [b"new"]) == 3
    assert (closed / "file").read_bytes() == b"new"


@pytest.mark.skipif(os.name != "posix", reason="needs the modes of POSIX")
def test_what_breaks_off_leaves_a_file_as_it_was_that_cannot_be_replaced(closed: Path) -> None:
    with pytest.raises(ConnectionError):
        drafts.write(closed / "file", broken_off())
    assert (closed / "file").read_bytes() == b"what was there before"


@pytest.mark.skipif(os.name != "posix", reason="needs the modes of POSIX")
@pytest.mark.parametrize("size", [0, 5, 21, 70_000])
def test_a_file_that_is_written_over_has_the_new_content_alone(closed: Path, size: int) -> None:
    drafts.write(closed / "file", [b"n" * size])
    assert (closed / "file").read_bytes() == b"n" * size


@pytest.mark.skipif(os.name != "posix", reason="needs the limits of POSIX")
def test_where_there_is_no_room_for_a_file_that_cannot_be_replaced_it_is_as_it_was(closed: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def pieces() -> Iterator[bytes]:
        yield b"x" * 100_000  # more than is kept back: the draft has all of it
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))

    try:
        with pytest.raises(OSError, match="File too large"):
            drafts.write(closed / "file", pieces())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (closed / "file").read_bytes() == b"what was there before"


@pytest.mark.skipif(os.name != "posix", reason="needs the modes of POSIX")
def test_who_interrupts_before_it_is_written_over_finds_it_as_it_was(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        drafts.write(closed / "file", [b"n" * 100])
    assert (closed / "file").read_bytes() == b"what was there before"


@pytest.mark.skipif(os.name != "posix", reason="needs the modes of POSIX")
def test_a_file_that_may_be_written_but_not_read_is_written_over(closed: Path) -> None:
    drafts.write(closed / "blind", [b"new"])
    assert (closed / "blind").stat().st_size == 3


@pytest.mark.skipif(os.name != "posix", reason="needs the modes of POSIX")
def test_a_new_file_in_a_folder_that_cannot_be_written_is_refused(closed: Path) -> None:
    with pytest.raises(PermissionError):
        drafts.write(closed / "other", [b"new"])
