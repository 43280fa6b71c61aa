"""How is a file written so that it is whole, or what it was before?"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from mockserver.ids import new_key

SHARED = 0o666  # the mode of a new file, less what the user's mask takes away; one that is there keeps its own
PIECE = 1 << 20  # bytes that are copied at a time
OWN = 0o600  # of one that holds secrets, also where it is there with another

# In a folder that cannot be written, or that keeps the files of others; where the file is a mount of its own.
_UNREPLACEABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.EXDEV})


def write(path: Path, pieces: Iterable[bytes], mode: int = SHARED) -> int:
    """How many bytes there were. Raises OSError, and what `pieces` raise; the file is as it was then.

    A file that can be written but not replaced is written over, once all pieces have come and there is room for them.
    Only what ends the process or the disk meanwhile leaves half of it, or a file system that copies what is changed.
    """
    target = path.resolve()  # a link stays one
    if target.exists() and not target.is_file():  # a pipe, or a device
        with target.open("wb") as device:
            return sum(map(device.write, pieces))
    draft, opened = _begin(target, mode)
    try:
        with opened:
            size = sum(map(opened.write, pieces))
        _settle(draft, target, mode)
    finally:
        draft.unlink(missing_ok=True)
    return size


def _begin(target: Path, mode: int) -> tuple[Path, BinaryIO]:
    """A draft beside the file, or elsewhere where none can be beside it."""
    is_there = target.exists()
    kept = stat.S_IMODE(target.stat().st_mode) if is_there and mode != OWN else mode
    try:
        draft, opened = _new(target.parent, kept)
    except OSError as error:
        if not is_there or error.errno not in _UNREPLACEABLE:
            raise
        return _new(Path(tempfile.gettempdir()), OWN)
    if is_there:
        with suppress(PermissionError):  # of a file system without modes
            draft.chmod(kept)  # what the user's mask took away
    return draft, opened


def _new(folder: Path, mode: int) -> tuple[Path, BinaryIO]:
    """A file by a name that nobody can have planted something under."""
    draft = folder / f".{new_key().hex()}.draft"
    return draft, open(draft, "xb", opener=lambda name, flags: os.open(name, flags, mode))


def _settle(draft: Path, target: Path, mode: int) -> None:
    try:
        draft.replace(target)
    except OSError as error:
        if not target.exists() or error.errno not in _UNREPLACEABLE:
            raise
        if mode == OWN:
            target.chmod(OWN)  # before there are secrets in it
        with draft.open("rb") as source, open(target, "wb", buffering=0, opener=_as_it_is) as opened:
            _write_over(source, opened)


def _as_it_is(name: str, flags: int) -> int:
    """Opened to be written, but neither made nor emptied."""
    return os.open(name, flags & ~(os.O_CREAT | os.O_TRUNC))


def _write_over(source: BinaryIO, opened: FileIO) -> None:
    """The end first, which alone takes room: where there is none, the rest is as it was."""
    had = opened.seek(0, os.SEEK_END)
    try:
        _copy(source, opened, had)
        os.fsync(opened.fileno())  # before which some file systems do not say that there is none
    except BaseException:  # an interruption, too
        opened.truncate(had)
        raise
    _copy(source, opened, 0)
    opened.truncate()


def _copy(source: BinaryIO, opened: FileIO, start: int) -> None:
    """All from a place on, to the same place."""
    source.seek(start)
    opened.seek(start)
    while piece := source.read(PIECE):
        left = memoryview(piece)
        while left:
            left = left[opened.write(left) :]
