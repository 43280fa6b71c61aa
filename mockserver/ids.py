"""Where do new ids come from?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import urandom
from random import Random
from threading import Lock
from typing import Protocol

from mockserver.templates import template

_VARIANTS = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))  # of a digit the two bits that a UUID leaves free


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
        return _uuid(urandom(16).hex())

    def hex(self, digits: int) -> str:
        """Lower-case hexadecimal digits."""
        return urandom((digits + 1) // 2).hex()[:digits]


def new_key() -> bytes:
    """16 bytes that nobody else has."""
    return urandom(16)


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
        return _uuid(self.hex(32))

    def hex(self, digits: int) -> str:
        """Lower-case hexadecimal digits."""
        return f"{self._bits(4 * digits):0{digits}x}"

    def _bits(self, number: int) -> int:
        with self._lock:
            return self._random.getrandbits(number)


def maker_of(form: str, ids: Ids, next_number: Callable[[], int]) -> Callable[[float], str]:
    """What makes ids of the form that a spec gives, none twice, at a moment in epoch seconds."""
    makers: Mapping[str, Callable[[float], str]] = {
        "uuid": lambda _: ids.uuid(),
        "hex32": lambda _: ids.hex(32),
        "hex24": lambda now: f"{int(now):08x}{next_number():016x}",
        "number": lambda _: str(next_number()),
    }
    alone = {f"{{{name}}}": make for name, make in makers.items()}
    return alone.get(form) or template(form).reading(makers.__getitem__)


def _uuid(digits: str) -> str:
    """The UUID of version 4 that has these 32 digits, where it is free to."""
    variant = _VARIANTS[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
