"""Where do new ids come from?"""

from __future__ import annotations

import secrets
from os import urandom
from random import Random
from threading import Lock
from typing import Protocol

_FREE = ~((0xF << 76) | (0x3 << 62))  # the bits of a UUID that are not spoken for
_VERSION_4 = (0x4 << 76) | (0x2 << 62)


class Ids(Protocol):
    """A source of ids."""

    def uuid(self) -> str:
        """A version 4 UUID in lower case, with dashes."""
        ...

    def hex(self, digits: int) -> str:
        """Lower-case hexadecimal digits."""
        ...


class RandomIds:
    """Ids that nobody can guess."""

    def uuid(self) -> str:
        """A version 4 UUID in lower case, with dashes."""
        return _uuid(int.from_bytes(urandom(16)))

    def hex(self, digits: int) -> str:
        """Lower-case hexadecimal digits."""
        return secrets.token_hex((digits + 1) // 2)[:digits]


class SeededIds:
    """The same ids in the same order for the same seed. Safe to share between threads."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._random = Random(seed)  # noqa: S311 - ids that repeat are what it is for
        self._lock = Lock()

    def start_over(self) -> None:
        """From now on the first ids again."""
        with self._lock:
            self._random.seed(self._seed)

    def uuid(self) -> str:
        """A version 4 UUID in lower case, with dashes."""
        return _uuid(self._bits(128))

    def hex(self, digits: int) -> str:
        """Lower-case hexadecimal digits."""
        return f"{self._bits(4 * digits):0{digits}x}"

    def _bits(self, number: int) -> int:
        with self._lock:
            return self._random.getrandbits(number)


def _uuid(bits: int) -> str:
    digits = f"{bits & _FREE | _VERSION_4:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
