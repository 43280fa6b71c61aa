"""What is kept of a body that passes by: its beginning, its length and its digest, however long it is."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

KEPT = 1 << 20  # bytes of one body that are kept for judging


@dataclass
class Tape:
    """A body, as far as it is kept."""

    most: int = KEPT  # bytes
    length: int = 0  # bytes that have passed
    _kept: bytearray = field(default_factory=bytearray)
    _digest: Any = field(default_factory=sha256)

    def add(self, data: bytes) -> None:
        """Take in the next bytes."""
        self.length += len(data)
        self._digest.update(data)
        if self.kept < self.most:
            self._kept += memoryview(data)[: self.most - self.kept]

    @property
    def beginning(self) -> bytes:
        """The bytes that are kept: all of a short body."""
        return bytes(self._kept)

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it was left out."""
        return self.length == self.kept

    @property
    def kept(self) -> int:
        """How many bytes are kept."""
        return len(self._kept)

    @property
    def digest(self) -> str:
        """SHA-256 of all that has passed, in hexadecimal."""
        return str(self._digest.hexdigest())


def unpacked(data: bytes, coding: str, most: int = KEPT) -> bytes | None:
    """Up to `most` bytes of what a content coding holds; None for an unknown or broken one, or for more."""
    if coding in {"", "identity"}:
        return data
    if coding not in {"gzip", "x-gzip", "deflate"}:
        return None
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)  # finds out by itself whether it is gzip or zlib
    try:
        found = inflater.decompress(data, most)
    except zlib.error:
        return None
    return None if inflater.unconsumed_tail else found
