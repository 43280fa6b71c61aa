"""What is let go of within something that is done as a whole, and is to be cleared away after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import local


class Leavings(local):
    """Those of each thread."""

    def __init__(self) -> None:
        self._gone: set[str] | None = None  # None: nothing is under way

    @contextmanager
    def collected(self, clear: Callable[[Iterable[str]], None]) -> Iterator[set[str]]:
        """What is added meanwhile is cleared once all is done, by the outermost; never if that fails."""
        if self._gone is not None:
            yield self._gone
            return
        self._gone = gone = set[str]()
        try:
            yield gone
        finally:
            self._gone = None
        clear(gone)
