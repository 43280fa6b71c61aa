"""How is a file written so that it is whole, or what it was before?"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

SHARED = 0o666  # the mode of a new file, less what the user's mask takes away
OWN = 0o600  # of one that holds secrets


def write(path: Path, pieces: Iterable[bytes], mode: int = SHARED) -> int:
    """How many bytes there were. Raises OSError, and what `pieces` raise; the file is as it was then."""
    target = path.resolve()  # a link stays one
    if target.exists() and not target.is_file():  # a pipe, or a device
        return _fill(target, pieces, mode)
    draft = target.with_name(f".{os.getpid()}.draft")
    try:
        size = _fill(draft, pieces, mode)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return size


def _fill(path: Path, pieces: Iterable[bytes], mode: int) -> int:
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as opened:
        return sum(map(opened.write, pieces))
