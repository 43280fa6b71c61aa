"""Where does a program read and write when its standard streams are closed, or read by nobody any more?"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Control characters, those that turn the direction of a line around, and halves of characters.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BREAK = re.compile("[\t\n]")  # what a text of several lines has


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
    """Let standard streams that were closed before the program began be empty, and lead nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115, PTH123 - open as long as the program
            setattr(sys, name, nowhere)


def visible(text: str) -> str:
    """The text, what cannot be seen of it written as escapes: what others sent must not steer a terminal."""
    return _UNSEEN.sub(_escape, text)


def visible_line(text: str) -> str:
    """The text as `visible` has it, on one line, in one column: what others sent must not look like another line."""
    return _BREAK.sub(_escape, visible(text))


def _escape(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}" if found[0] < "\u0100" else ascii(found[0])[1:-1]


def joined(message: str) -> str:
    """The lines of a message as one; what stands within them stays as it is."""
    return " ".join(filter(None, map(str.strip, message.splitlines())))


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
