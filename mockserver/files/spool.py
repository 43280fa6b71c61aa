"""Bytes that are written once and read from any place by any number of readers: few in memory, many on disk."""

from __future__ import annotations

import io
import os
import weakref
from tempfile import TemporaryFile
from threading import Lock
from typing import IO

PREADS = hasattr(os, "pread")  # whether a place can be read without moving there first


class Spool:
    """Its file has no name, and is gone with the last who holds it. Processes that are forked read it, too."""

    def __init__(self, short: int) -> None:
        """`short`: bytes up to which it stays in memory."""
        self._short = short
        self._file: IO[bytes] = io.BytesIO()
        self._lock = Lock()  # of the place in the file
        self._is_written = False  # to the disk, all of it
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Append. Nobody reads before all is written, and nothing is written after that."""
        self.size += len(piece)
        if isinstance(self._file, io.BytesIO) and self.size > self._short:
            held, self._file = self._file, TemporaryFile()  # noqa: SIM115 - closed with this object
            self._file.write(held.getbuffer())
            weakref.finalize(self, self._file.close)
        self._file.write(piece)

    def read(self, start: int, stop: int) -> bytes:
        """The bytes from `start` to before `stop`."""
        if PREADS and not isinstance(self._file, io.BytesIO):
            return self._read_at(start, min(stop, self.size))
        with self._lock:
            self._file.seek(start)
            return self._file.read(stop - start)

    def _read_at(self, start: int, stop: int) -> bytes:
        """The bytes, read without moving the place in the file, which processes that were forked share."""
        if not self._is_written:
            with self._lock:
                self._file.flush()
                self._is_written = True
        pieces = list[bytes]()
        while start < stop and (piece := os.pread(self._file.fileno(), stop - start, start)):
            pieces.append(piece)
            start += len(piece)
        return b"".join(pieces)
