"""Exchanges as they are kept for all who have one store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from openapi.values import value


@value
class Noted:
    """An exchange as it is kept for all who have the store."""

    content: bytes  # all of it
    weight: int  # bytes that it occupies in memory, about
    kind: str  # those of one kind are counted together
    bucket: int  # of the time that it took
    seconds: float  # that it took
    key: bytes  # 16, which no other has: so it is kept once, however often that is asked for


@dataclass(frozen=True, slots=True)
class Notes:
    """What is kept of exchanges."""

    entries: Sequence[tuple[int, int, bytes]]  # number, weight and content of each, oldest first
    cleared: int  # the number of the last that was forgotten as somebody wanted it; 0: none was
    forgotten: int  # the number of the last that had to make room; 0: none had to


Counts = Mapping[tuple[str, int], tuple[int, float]]  # kind, bucket -> exchanges, and the seconds that they took


class Exchanges(Protocol):
    """The last exchanges of all who have the same store, and how many there ever were. All may raise StoreError."""

    def add(self, noted: Noted, told: Callable[[int], None]) -> None:
        """Keep one, unless it is kept already. `told` is called with its number once it is, or with 0 if it was.

        The number is greater than that of any that was kept before. Of things that are done together, it is kept, and
        that told, when all of them are.
        """
        ...

    def marks(self) -> tuple[int, int]:
        """The greatest number that is kept, or was when all were forgotten; the last that was forgotten so."""
        ...

    def since(self, number: int) -> Notes:
        """Those with greater numbers. None will ever be kept between those that were told."""
        ...

    def trim(self, most: int, room: int) -> None:
        """Let the oldest go that are too many, or occupy too many bytes together. They stay counted."""
        ...

    def clear(self) -> None:
        """Forget them. They stay counted."""
        ...

    def counts(self) -> Counts:
        """How many there were, whether they are kept or not."""
        ...
