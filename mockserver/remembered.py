"""What was found out about values that never change, as long as they are those very values."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Generic, TypeVar

MOST = 1024  # values

Of = TypeVar("Of")
Found = TypeVar("Found")


class Remembered(Generic[Of, Found]):
    """What was found out last. A value that is equal to another, but not the same, is looked at anew."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Of, Found]] = {}  # by identity, which nobody else has as long as it is held here

    def get(self, value: Of) -> Found | None:
        """What was found out about a value; None where nobody has told, or it was long ago."""
        known = self._known.get(id(value))
        return None if known is None else known[1]

    def put(self, value: Of, found: Found) -> Found:
        """Take it down, and give it back."""
        self._known[id(value)] = (value, found)
        let_go(self._known, MOST)
        return found


def let_go(known: dict[Any, Any], most: int) -> None:
    """Forget what was taken down first, of more than so many. Threads may take down and let go meanwhile."""
    while len(known) > most:
        with suppress(RuntimeError, StopIteration):  # another thread was quicker than this look at the first
            known.pop(next(iter(known)), None)
