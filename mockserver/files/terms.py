"""Whether one value fulfils one term of a search: text by its words in any case, numbers as numbers."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from fnmatch import translate

from mockserver.files.spelling import spell
from openapi.model import Json

Test = Callable[[Json], bool]  # null fulfils nothing

_ORDERS: Mapping[str, Callable[[float | str, float | str], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_CHARACTER = re.compile(r"\\(.)|(.)", re.DOTALL)
_STANDS_FOR = {"*": r"\w*", "?": r"\w"}
_TOKEN = re.compile(r"\w+")
_WHOLE = re.compile(r"-?[0-9]{1,300}")
_FRACTION = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?")


def given(value: Json) -> bool:
    """There is something."""
    return value not in (None, "")


def equal(text: str) -> Test:
    """The words of `text` stand in the value, next to each other and in their order; a number equals a number."""
    number = _number(text)
    words = r"\W+".join(re.escape(word) for word in _TOKEN.findall(text.casefold()))
    pattern = re.compile(rf"(?<!\w){words}(?!\w)" if words else rf"\A{re.escape(text.casefold())}\Z")

    def test(value: Json) -> bool:
        if number is not None and isinstance(value, int | float) and not isinstance(value, bool):
            return value == number
        return value is not None and pattern.search(spell(value).casefold()) is not None

    return test


def like(glob: str) -> Test:
    """The value, or one of its words, fits a pattern of `*` (anything) and `?` (any character)."""
    escaped = _CHARACTER.sub(_literal, glob.casefold())
    pattern = re.compile(translate(escaped))

    def test(value: Json) -> bool:
        if value is None:
            return False
        text = spell(value).casefold()
        return pattern.match(text) is not None or any(pattern.match(word) for word in _TOKEN.findall(text))

    return test


def words(text: str, patterns: str) -> list[Test]:
    """One for each word of `text`, in no order; of `patterns`, `*` stands for any characters of a word, `?` for one."""
    segments = _segments(text, patterns) if not is_number(text) else []
    found = [_standing(_pattern(each, patterns)) for each in segments if each.strip(patterns)]
    return found or [equal(unescape(text))]


def phrase(text: str, patterns: str) -> Test:
    """The words of `text` next to each other and in their order, patterns in them as in `words`."""
    segments = _segments(text, patterns)
    if not any(pattern in each for pattern in patterns for each in segments):
        return equal(unescape(text))
    return _standing(r"\W+".join(_pattern(each, patterns) for each in segments))


def is_number(text: str) -> bool:
    """Whole or with a fraction, in digits."""
    return _number(text) is not None


def compare(order: str, bound: str) -> Test:
    """The value is before or after `bound`: as a number when `bound` is one, else as text."""
    holds, number = _ORDERS[order], _number(bound)
    text = bound.casefold()

    def test(value: Json) -> bool:
        if number is None:
            return isinstance(value, str) and holds(value.casefold(), text)
        side = _number(value) if isinstance(value, str) else value
        return isinstance(side, int | float) and not isinstance(side, bool) and holds(side, number)

    return test


def has_wildcard(word: str) -> bool:
    """A `*` or a `?` stands in it that is not escaped."""
    return any(found[2] in {"*", "?"} for found in _CHARACTER.finditer(word))


def unescape(text: str) -> str:
    """Without the backslashes that take the meaning from the characters after them."""
    return _CHARACTER.sub(lambda found: found[1] or found[2], text)


def _standing(pattern: str) -> Test:
    """The pattern stands in a value, between whatever is no part of a word."""
    found = re.compile(rf"(?<!\w){pattern}(?!\w)")

    def test(value: Json) -> bool:
        return value is not None and found.search(spell(value).casefold()) is not None

    return test


def _segments(text: str, patterns: str) -> list[str]:
    """The words of `text`, with their patterns and what is escaped in them."""
    return re.findall(rf"(?:[\w{patterns}]|\\.)+", text, re.DOTALL)


def _pattern(segment: str, patterns: str) -> str:
    def meant(part: re.Match[str]) -> str:
        is_pattern = part[2] is not None and part[2] in patterns
        return _STANDS_FOR[part[2]] if is_pattern else re.escape((part[1] or part[2]).casefold())

    return "".join(map(meant, _CHARACTER.finditer(segment)))


def _literal(found: re.Match[str]) -> str:
    """A character of our patterns, as `fnmatch` has to be told."""
    if found[1]:
        return f"[{found[1]}]" if found[1] in "*?[" else found[1]
    return "[[]" if found[2] == "[" else found[2]


def _number(text: str) -> float | None:
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _FRACTION.fullmatch(text) else None
