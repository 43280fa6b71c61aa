"""Values that a text gives a secret name: in a query or a form, as a member of JSON, as a header."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from contracts.redaction.members import Kind, members

_ENDS = (  # of names that say by themselves that their value is secret
    (re.compile(r"token$", re.IGNORECASE), Kind.TOKEN),
    (re.compile(r"secret([-_]?(access)?[-_]?key)?$", re.IGNORECASE), Kind.SECRET),
    (re.compile(r"password$", re.IGNORECASE), Kind.PASSWORD),
    (re.compile(r"signature$", re.IGNORECASE), Kind.SIGNATURE),
    (re.compile(r"(access[-_]?key([-_]?id)?|api[-_]?key)$", re.IGNORECASE), Kind.KEY),
    (re.compile(r"(authorization|credentials?)$", re.IGNORECASE), Kind.CREDENTIALS),
)
_NAME = r"(?:%(?:25)*(?:3[fF]|26)|(?<!\\)\\+u0026|(?<![\w.-]))(?P<name>[\w.-]++)"
_PLAIN = r"(?:(?!%(?:25)*26|\\+u0026)[^&\s\"'<>\\,;)]|\\+/)"
_REST = r"[^\r\n'\"]"


@dataclass(frozen=True, slots=True)
class _Form:
    """How a name stands before its value; the value is looked for only if the name is of a secret."""

    head: re.Pattern[str]  # up to the value, of which there is at least one character
    end: Callable[[str, re.Match[str]], int]  # of the value in a text; -1: it has none


def _ending(value: str) -> Callable[[str, re.Match[str]], int]:
    form = re.compile(value)

    def end(text: str, head: re.Match[str]) -> int:
        found = form.match(text, head.end())
        return found.end() if found else -1

    return end


_FORMS = (
    _Form(
        re.compile(rf"{_NAME}(?:=|%(?:25)*3[dD]|\\+u003[dD])(?!<)(?={_PLAIN})"),
        _ending(rf"{_PLAIN}+"),
    ),
    _Form(
        re.compile(rf"{_NAME}(?P<quote>\\*[\"'])\s*:\s*(?P=quote)(?!<)(?=.)", re.DOTALL),
        lambda text, head: text.find(head["quote"], head.end() + 1),
    ),
    _Form(
        re.compile(r"(?<![\w.-])(?P<name>[\w-]++): *(?!<)(?=[^\s'\"])"),
        _ending(rf"{_REST}+"),
    ),
)
_HEADER = _FORMS[-1]  # prose has colons, too


@lru_cache(maxsize=4096)
def kind_of(name: str) -> Kind | None:
    """What a header, parameter or member of this name holds, if that is to be kept secret."""
    known = members().get(name.lower())
    return known or next((kind for form, kind in _ENDS if form.search(name)), None)


def without_named(text: str) -> str:
    """The text, a placeholder instead of each value that has a secret name."""
    if "=" not in text and ":" not in text and "%3" not in text and "u003" not in text:
        return text
    for form in _FORMS:
        text = "".join(_pieces(form, text))
    return text


def _pieces(form: _Form, text: str) -> Iterator[str]:
    """The text, piece by piece; what stands within a value that may be told is looked at, too."""
    at, told = 0, 0
    while found := form.head.search(text, at):
        at, kind = found.end(), kind_of(found["name"])
        is_prose = form is _HEADER and "-" not in found["name"] and kind is not Kind.CREDENTIALS
        end = -1 if kind is None or is_prose else form.end(text, found)
        if end > 0:
            yield from (text[told:at], f"<{kind}>")
            at = told = end
    yield text[told:]
