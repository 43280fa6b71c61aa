"""The last thing that what is printed passes: standard output and standard error, without what has to stay here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from contracts.redaction.redactor import OPEN, Redactor


class Screen:
    """A stream that passes on what a redactor leaves of each text."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.redactor: Callable[[], Redactor] = lambda: OPEN

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Pass it on; the number of characters that were given."""
        self._stream.write(self.redactor().text(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Pass them on."""
        self.write("".join(lines))


@contextmanager
def screened() -> Iterator[None]:
    """While it lasts, what is printed passes a screen, and so does the traceback of what nobody caught."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", Screen(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def keep_back(redactor: Callable[[], Redactor]) -> None:
    """From now on nothing is printed but what this redactor leaves; it is asked anew for each text."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Screen):
            stream.redactor = redactor
