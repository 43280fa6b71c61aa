"""Rows, and pieces of a file, that pause as they come: so that writing them does not keep others waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from mockserver.files.export import Stored
from mockserver.files.row import Span

Pause = Callable[[], None]  # may raise, to break off

_PAGE = 1 << 6  # rows from one pause to the next


@dataclass(frozen=True, slots=True)
class Paused:
    """Stored rows, with a pause every few of them."""

    stored: Stored
    pause: Pause

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the rows."""
        return self.stored.columns

    def lines(self, window: Span | None, *, newest_first: bool) -> Iterator[bytes]:
        """The lines of the rows of a window, with a pause after each page."""
        lines = self.stored.lines(window, newest_first=newest_first)
        while page := list(islice(lines, _PAGE)):
            yield from page
            self.pause()

    def count(self, window: Span | None) -> int:
        """How many rows a window has."""
        return self.stored.count(window)


def paused(pieces: Iterable[bytes], pause: Pause) -> Iterator[bytes]:
    """The same pieces, with a pause after each."""
    for piece in pieces:
        yield piece
        pause()
