"""Where does a program write when its standard streams are closed, or read by nobody any more?"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Control characters, those that turn the direction of a line around, and halves of characters.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


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


def visible(text: str) -> str:
    """The text, what cannot be seen of it written as escapes: what others sent must not steer a terminal."""
    return _UNSEEN.sub(lambda found: f"\\x{ord(found[0]):02x}" if found[0] < "\u0100" else ascii(found[0])[1:-1], text)


def reason_of(error: OSError) -> str:
    """What is wrong, with the file that it is about."""
    said = error.strerror or str(error)
    return f"{error.filename}: {said}" if isinstance(error.filename, str) else said


def drop_output() -> None:
    """Send nowhere what cannot be written, so that the end of the process does not try again."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
