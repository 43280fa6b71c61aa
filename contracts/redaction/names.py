"""Values that a text gives a secret name: in a query or a form, as a member of JSON, as a header."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_NAME = r"(?:%(?:25)*(?:3[fF]|26)|\\+u0026|(?<![\w.-]))(?P<name>[\w.-]++)"
_FORMS = (
    re.compile(
        rf"{_NAME}(?P<between>=|%(?:25)*3[dD]|\\+u003[dD])(?!<)"
        r"(?P<value>(?:(?!%(?:25)*26|\\+u0026)[^&\s\"'<>\\,;)]|\\+/)+)"
    ),
    re.compile(
        rf"{_NAME}(?P<between>(?P<quote>\\*[\"'])\s*:\s*(?P=quote))(?!<)(?P<value>.+?)(?=(?P=quote))", re.DOTALL
    ),
    re.compile(r"(?<![\w.-])(?P<name>[\w-]++)(?P<between>: *)(?!<)(?P<value>[^\s'\"][^\r\n'\"]*)"),
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


def _pieces(form: re.Pattern[str], text: str) -> Iterator[str]:
    """The text, piece by piece; what stands within a value that may be told is looked at, too."""
    at, told = 0, 0
    while found := form.search(text, at):
        at, kind = found.start("value"), kind_of(found["name"])
        is_prose = form is _HEADER and "-" not in found["name"] and kind is not Kind.CREDENTIALS
        if kind is not None and not is_prose:
            yield from (text[told:at], f"<{kind}>")
            at = told = found.end("value")
    yield text[told:]
