"""Which tasks were removed or replaced last? The row of an account tells it to those who know the others yet."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence

LATEST = 1 << 7  # changes that are caught up with; after more, all is forgotten
TOLD = 1 << 6  # of these, removed and replaced tasks
SIZE = 8  # bytes of a place


class Recent:
    """Places, in the order of the changes: those of removed tasks are negative."""

    __slots__ = ("_content", "_noted")

    def __init__(self, content: bytes) -> None:
        """`content`: as `written` has it."""
        self._content = content
        self._noted: list[int] = []

    def removed(self, place: int) -> None:
        """The task at a place is gone."""
        self._noted.append(-place)

    def replaced(self, place: int) -> None:
        """The task at a place is another."""
        self._noted.append(place)

    def last(self, number: int) -> Sequence[int] | None:
        """The last so many before anything was noted here; None: so many are not told."""
        start = len(self._content) - SIZE * number
        return _read(self._content[start:]) if start >= 0 else None

    def written(self) -> bytes:
        """All of them, as a row has them."""
        if not self._noted:
            return self._content
        noted = array("q", self._noted[-TOLD:])
        if sys.byteorder == "big":
            noted.byteswap()
        return (self._content + noted.tobytes())[-SIZE * TOLD :]


def _read(content: bytes) -> Sequence[int]:
    found = array("q")
    found.frombytes(content)
    if sys.byteorder == "big":
        found.byteswap()
    return found
