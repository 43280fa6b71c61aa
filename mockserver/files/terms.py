"""Whether one value fulfils one term of a search: text by its words in any case, numbers as numbers."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

from mockserver.files.globs import glob, in_a_row
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
_TOKEN = re.compile(r"\w+")
_PARTED = re.compile(r"\\\W", re.DOTALL)  # an escaped character that parts words
_WHOLE = re.compile(r"-?[0-9]{1,300}")
_FRACTION = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?")


def given(value: Json) -> bool:
    """There is something."""
    return value not in (None, "")


def equal(text: str) -> Test:
    """The words of `text` stand in the value, next to each other and in their order; a number equals a number."""
    number, folded = _number(text), text.casefold()
    wanted = _TOKEN.findall(folded)
    stands = _neighbours(wanted)

    def test(value: Json) -> bool:
        if number is not None and isinstance(value, int | float) and not isinstance(value, bool):
            return value == number
        if value is None:
            return False
        said = spell(value).casefold()
        return stands(said) if wanted else said == folded

    return test


def like(pattern: str) -> Test:
    """The value, or one of its words, fits a pattern of `*` (anything) and `?` (any character)."""
    fits = glob(pattern.casefold())

    def test(value: Json) -> bool:
        if value is None:
            return False
        text = spell(value).casefold()
        return fits(text) or any(map(fits, _TOKEN.findall(text)))

    return test


def words(text: str, patterns: str) -> list[Test]:
    """One for each word of `text`, in no order; of `patterns`, `*` stands for any characters of a word, `?` for one."""
    segments = _segments(text, patterns) if not is_number(text) else []
    found = [_standing(each, patterns) for each in segments if "".join(each).strip(patterns)]
    return found or [equal(unescape(text))]


def phrase(text: str, patterns: str) -> Test:
    """The words of `text` next to each other and in their order, patterns in them as in `words`."""
    if not is_patterned(text, patterns):
        return equal(unescape(text))
    return _standing([part for each in _segments(text, patterns) for part in each], patterns)


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


def is_patterned(text: str, patterns: str = "*?") -> bool:
    """One of the characters that are `patterns` stands in it and is not escaped."""
    return any(found[2] and found[2] in patterns for found in _CHARACTER.finditer(text))


def unescape(text: str) -> str:
    """Without the backslashes that take the meaning from the characters after them."""
    return _CHARACTER.sub(lambda found: found[1] or found[2], text)


def _standing(segments: list[str], patterns: str) -> Test:
    """Words that fit stand in a value, next to each other and in this order."""
    folded = [each.casefold() for each in segments]
    if any(is_patterned(each, patterns) for each in folded):
        stand = in_a_row([glob(each, patterns) for each in folded])
        return lambda value: value is not None and stand(_TOKEN.findall(spell(value).casefold()))
    stands = _neighbours([unescape(each) for each in folded])
    return lambda value: value is not None and stands(spell(value).casefold())


def _neighbours(wanted: list[str]) -> Callable[[str], bool]:
    """Whether these words stand in a text, next to each other and in this order."""
    longest, row = max(wanted, key=len, default=""), _row(wanted)
    return lambda text: longest in text and row in _row(_TOKEN.findall(text))


def _row(found: list[str]) -> str:
    """Words as a text in which their neighbours can be looked for."""
    return "\n".join(("", *found, ""))


def _segments(text: str, patterns: str) -> list[list[str]]:
    """What stands between blanks and the like, with its patterns, as words: an escaped character may part two."""
    found = (each[0] for each in re.finditer(rf"(?:[\w{patterns}]|\\.)+", text, re.DOTALL))
    return [[part for part in _PARTED.split(each) if part] for each in found]


def _number(text: str) -> float | None:
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _FRACTION.fullmatch(text) else None
