"""Where does a program write when its standard streams are closed, or read by nobody any more?"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Unread(Exception):
    """Nobody reads any more what the program writes."""


@contextmanager
def noticing() -> Iterator[None]:
    """Raise Unread where a pipe is broken: click would end the program with 1, which means something else here."""
    try:
        yield
    except BrokenPipeError as error:
        raise Unread from error


def open_closed() -> None:
    """Let what is written to a standard stream that was closed before the program began go nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - open as long as the program
            setattr(sys, name, nowhere)


def drop_output() -> None:
    """Send nowhere what cannot be written, so that the end of the process does not try again."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
