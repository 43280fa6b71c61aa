"""Where a value stands in a text, in whichever of the usual encodings."""

from __future__ import annotations

import html
import re
import sys
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

HEAD = 12  # characters from which on a beginning or an end of a value gives it away
DEEPEST = 4  # encodings one within the other that are undone
_ESCAPE = re.compile(
    r"%[c-fC-F][0-9a-fA-F](?:%[89abAB][0-9a-fA-F])+|%[0-7][0-9a-fA-F]"  # of an address
    r"|\\x[c-fC-F][0-9a-fA-F](?:\\x[89abAB][0-9a-fA-F])+|\\x[0-9a-fA-F]{2}"  # of bytes in a program
    r"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[\\\"'/nrtbf]"  # of JSON
    r"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos|nbsp);"
)
_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_MARKS = ("%", "\\", "&")  # without which nothing is escaped


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text that gives a value away."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Needle:
    """One spelling of a value."""

    text: str
    widened: bool = False  # whether the characters beside it hold bits of the value, too, as in base64
    alone: bool = False  # whether it counts only where no letter and no digit stands beside it

    def spans(self, level: Level) -> Iterator[Span]:
        """Where it, or a beginning or an end of it that is long enough, stands; `level` is one layer of the text."""
        size = min(len(self.text), HEAD)
        for start in _places(level.text, self.text[:size]):
            end = _end_of_match(level.text, start, self.text)
            if not (self.alone and (level.text[start - 1 : start].isalnum() or level.text[end : end + 1].isalnum())):
                yield self._widen(level, start, end)
        if len(self.text) >= 2 * HEAD:
            for start in _places(level.text, self.text[-size:]):
                yield self._widen(level, _start_of_match(level.text, start + size, self.text), start + size)

    def _widen(self, level: Level, start: int, end: int) -> Span:
        if self.widened:
            start -= start > 0 and level.text[start - 1] in _BASE64
            end += end < len(level.text) and level.text[end] in _BASE64
            while end < len(level.text) and level.text[end] == "=":
                end += 1
        return Span(level.place(start), level.place(end))


@dataclass(frozen=True, slots=True)
class Level:
    """A text with some layers of encoding undone."""

    text: str
    places: tuple[int, ...] | None = None  # of each character in the text as it was; None: where they stand here

    def place(self, index: int) -> int:
        """Where in the text as it was the character with this index begins."""
        return index if self.places is None else self.places[index]

    def undone(self) -> Level:
        """The same with one layer less."""
        pieces, places, at = list[str](), list[int](), 0
        for found in _ESCAPE.finditer(self.text):
            meant = _meaning(found[0])
            pieces += [self.text[at : found.start()], meant]
            places += [*map(self.place, range(at, found.start())), *[self.place(found.start())] * len(meant)]
            at = found.end()
        pieces.append(self.text[at:])
        places += map(self.place, range(at, len(self.text)))
        return Level("".join(pieces), (*places, self.place(len(self.text)) if self.places else len(self.text)))


def mentions(text: str, wanted: Sequence[Needle]) -> bool:
    """Whether any of them may stand in the text; quick, as in most texts none does."""
    heads = [each.text[:HEAD] for each in wanted]
    heads += [each.text[-HEAD:] for each in wanted if len(each.text) >= 2 * HEAD]
    for _ in range(DEEPEST + 1):
        if any(head in text for head in heads):
            return True
        if not any(mark in text for mark in _MARKS):
            return False
        text = _ESCAPE.sub(lambda found: _meaning(found[0]), text)
    return False


def levels(text: str) -> Iterator[Level]:
    """The text, and what it says with one layer of escapes undone after the other."""
    level = Level(text)
    for _ in range(DEEPEST):
        yield level
        if not any(mark in level.text for mark in _MARKS) or not _ESCAPE.search(level.text):
            return
        level = level.undone()
    yield level


def needles(value: str) -> tuple[Needle, ...]:
    """The spellings to look for: the value itself, in hexadecimal digits, in base64 wherever it begins in there."""
    raw = value.encode("utf-8", "surrogateescape")
    found = [
        Needle(value, alone=value.isdecimal() and len(value) < 2 * HEAD),
        Needle(raw.hex()),
        Needle(raw.hex().upper()),
    ]
    found += [
        Needle(_core(encode(bytes(before) + raw).decode(), before, len(raw)), widened=True)
        for encode in (b64encode, urlsafe_b64encode)
        for before in range(3)
    ]
    return tuple(each for each in dict.fromkeys(found) if each.text)


def _core(encoded: str, before: int, size: int) -> str:
    """The digits that are made of the value alone, whatever stands before and after it."""
    first = -(-before * 8 // 6)
    last = (before + size) * 8 // 6
    return encoded[first:last]


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _end_of_match(text: str, start: int, whole: str) -> int:
    if text.startswith(whole, start):
        return start + len(whole)
    at = HEAD
    while start + at < len(text) and at < len(whole) and text[start + at] == whole[at]:
        at += 1
    return start + at


def _start_of_match(text: str, end: int, whole: str) -> int:
    at = HEAD
    while end - at > 0 and at < len(whole) and text[end - at - 1] == whole[-at - 1]:
        at += 1
    return end - at


def _character(number: str) -> str:
    code = int(number[1:], 16) if number[0] in "xX" else int(number)
    return chr(code) if code <= sys.maxunicode else "?"


def _meaning(escape: str) -> str:
    if escape[0] == "%":
        return unquote(escape, errors="surrogateescape")
    if escape[0] == "&":
        return _character(escape[2:-1]) if escape[1] == "#" else html.unescape(escape)
    if escape[1] == "x":
        return bytes.fromhex(escape.replace("\\x", "")).decode(errors="replace")
    if escape[1] == "u":
        units = [chr(int(digits, 16)) for digits in escape[2:].split("\\u")]
        return "".join(units).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _LETTERS.get(escape[1], escape[1])
