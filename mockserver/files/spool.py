"""Bytes that are written once and read from any place by any number of readers: few in memory, many on disk."""

from __future__ import annotations

import io
import weakref
from tempfile import TemporaryFile
from threading import Lock
from typing import IO


class Spool:
    """Its file has no name, and is gone with the last who holds it."""

    def __init__(self, short: int) -> None:
        """`short`: bytes up to which it stays in memory."""
        self._short = short
        self._file: IO[bytes] = io.BytesIO()
        self._lock = Lock()  # of the place in the file
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Append. Nobody reads before all is written."""
        self.size += len(piece)
        if isinstance(self._file, io.BytesIO) and self.size > self._short:
            held, self._file = self._file, TemporaryFile()  # noqa: SIM115 - closed with this object
            self._file.write(held.getbuffer())
            weakref.finalize(self, self._file.close)
        self._file.write(piece)

    def read(self, start: int, stop: int) -> bytes:
        """The bytes from `start` to before `stop`."""
        with self._lock:
            self._file.seek(start)
            return self._file.read(stop - start)
