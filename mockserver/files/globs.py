"""Does a text fit a pattern of `*` (any characters) and `?` (one)? Answered in one pass, whatever they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

LONGEST = 256  # characters of a pattern: what one character of a text may cost

Fits = Callable[[str], bool]

_MEANT = re.compile(r"\\(.)|(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands between two `*`."""

    length: int
    literal: str  # empty where a `?` stands in it, or nothing does
    pattern: re.Pattern[str]  # without any repetition, so that it cannot backtrack

    def find(self, text: str, start: int, stop: int) -> int:
        """The first place at which it lies in a part of `text`; -1 without one."""
        if self.literal:
            return text.find(self.literal, start, stop)
        found = self.pattern.search(text, start, stop)
        return found.start() if found else -1

    def stands(self, text: str, place: int) -> bool:
        return self.pattern.match(text, place) is not None


def glob(pattern: str, wild: str = "*?") -> Fits:
    """Whether a whole text fits; of `*` and `?` only those in `wild` stand for others, and none after a backslash."""
    parts = [_part(each) for each in _split(pattern, wild)]
    first, middle, last = parts[0], parts[1:-1], parts[-1]
    if len(parts) == 1:
        return lambda text: len(text) == first.length and first.stands(text, 0)
    least = sum(part.length for part in parts)

    def fits(text: str) -> bool:
        stop = len(text) - last.length
        if len(text) < least or not first.stands(text, 0) or not last.stands(text, stop):
            return False
        place = first.length
        for part in middle:
            found = part.find(text, place, stop)
            if found < 0:
                return False
            place = found + part.length
        return True

    return fits


def in_a_row(wanted: Sequence[Fits]) -> Callable[[Iterable[str]], bool]:
    """Whether among words there are neighbours, each fitting the next of `wanted`."""
    last = 1 << (len(wanted) - 1)

    def stand(words: Iterable[str]) -> bool:
        places: dict[str, int] = {}  # of a word, as bits
        reached = 0  # how far each beginning has come, as bits
        for word in words:
            if word not in places:
                places[word] = sum(1 << place for place, fits in enumerate(wanted) if fits(word))
            reached = (reached << 1 | 1) & places[word]
            if reached & last:
                return True
        return False

    return stand


def _split(pattern: str, wild: str) -> list[list[str | None]]:
    """The parts between the `*`, each as its characters; None is a `?`."""
    parts: list[list[str | None]] = [[]]
    for found in _MEANT.finditer(pattern):
        meant = found[2] if found[2] and found[2] in wild else ""
        if meant == "*":
            parts.append([])
        else:
            parts[-1] += [None] if meant else (found[1] or found[2])
    return parts


def _part(characters: list[str | None]) -> _Part:
    pattern = "".join("." if each is None else re.escape(each) for each in characters)
    literal = "" if None in characters else "".join(filter(None, characters))
    return _Part(len(characters), literal, re.compile(pattern, re.DOTALL))
