"""Text with placeholders, as a spec has it: `{task.id}`, `{task.created:%Y%m%d}`; `{{` and `}}` are literal braces."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import floor, isfinite
from typing import TypeVar

Lookup = Callable[[str], object]  # the value of a name, moments as epoch seconds; LookupError for an unknown name
Clean = Callable[[str], str]  # makes of a value that is text what may stand in place of it
About = TypeVar("About")

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_PLACEHOLDER = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)(?::(.+))?", re.DOTALL)
_DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)
_DIRECTIVES = frozenset("YymdHMSfjIpaAbBZz%sL")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name whose value is filled in, and how to write it when it is a moment."""

    name: str
    format: str  # strftime (UTC), and %s for epoch seconds, %L for three digits of milliseconds; empty: as text

    def write(self, value: object, clean: Clean = str) -> str:
        """Its value as it stands in the text."""
        if not self.format:
            return clean(value) if isinstance(value, str) else _spell(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return write_moment(value, self.format)
        raise ValueError(f"{self.name} is no moment, so {self.format!r} cannot write it")

    def reading(self, read: Callable[[About], object], clean: Clean) -> Callable[[About], str]:
        """What reads its value from what a text is about, and writes it."""
        if not self.format:
            return lambda about: clean(value) if isinstance(value := read(about), str) else _spell(value)
        pattern, is_whole = self.format, not _is_split(self.format)

        def written(about: About) -> str:
            value = read(about)
            if is_whole and type(value) is float and isfinite(value):  # which most are
                return _write(floor(value), pattern)
            return self.write(value)

        return written


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled text."""

    parts: tuple[str | Placeholder, ...]
    names: tuple[str, ...]  # that it uses, each once, in the order of their first use

    def fill(self, lookup: Lookup, clean: Clean = str) -> str:
        """The text with every placeholder replaced; null is written as nothing, a boolean as in JSON, text cleaned.

        Raises what `lookup` raises, and ValueError where a format meets a value that is no moment.
        """
        return "".join([part if isinstance(part, str) else part.write(lookup(part.name), clean) for part in self.parts])

    def reading(self, reader: Callable[[str], Callable[[About], object]], clean: Clean = str) -> Callable[[About], str]:
        """What fills the text, compiled; `reader` gives, for a name, what reads its value from what a text is about."""
        pattern = "".join([part.replace("%", "%%") if isinstance(part, str) else "%s" for part in self.parts])
        written = [part.reading(reader(part.name), clean) for part in self.parts if not isinstance(part, str)]
        if pattern == "%s":
            return written[0]
        return lambda about: pattern % tuple([write(about) for write in written])


@lru_cache(maxsize=1024)
def template(text: str) -> Template:
    """Compiles `text`. Raises ValueError that names the brace, the placeholder or the directive that is wrong."""
    parts: list[str | Placeholder] = []
    end = 0
    for token in _TOKEN.finditer(text):
        parts += [text[end : token.start()], _read(token, text)]
        end = token.end()
    parts.append(text[end:])
    names = dict.fromkeys(part.name for part in parts if isinstance(part, Placeholder))
    return Template(tuple(part for part in parts if part), tuple(names))


def _read(token: re.Match[str], text: str) -> str | Placeholder:
    if token[0] in {"{{", "}}"}:
        return token[0][0]
    if token[1] is None:
        raise ValueError(f"{text!r}: the brace at {token.start()} has no partner; a literal one is doubled")
    placeholder = _PLACEHOLDER.fullmatch(token[1])
    if not placeholder:
        raise ValueError(f"{text!r}: {token[0]} is no placeholder; {{name}} or {{name:%Y%m%d}} would be one")
    return Placeholder(placeholder[1], _checked(placeholder[2] or "", text))


def _checked(pattern: str, text: str) -> str:
    directives = _DIRECTIVE.findall(pattern)
    if pattern and not directives:
        raise ValueError(f"{text!r}: the format {pattern!r} has no directive such as %Y")
    for directive in directives:
        if directive not in _DIRECTIVES:
            raise ValueError(f"{text!r}: no directive %{directive}; there are %{' %'.join(sorted(_DIRECTIVES))}")
    return pattern


def write_moment(seconds: float, pattern: str) -> str:
    """Epoch seconds in UTC as the pattern says: strftime, `%s` (epoch seconds), `%L` (milliseconds, three digits)."""
    is_whole = isfinite(seconds) and not _is_split(pattern)
    return _write(floor(seconds) if is_whole else seconds, pattern)


@lru_cache(maxsize=1024)
def _is_split(pattern: str) -> bool:
    """Whether parts of a second are told."""
    return "%f" in pattern or "%L" in pattern


@lru_cache(maxsize=1024)
def _write(seconds: float, pattern: str) -> str:
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise ValueError(f"{seconds!r} seconds are no moment: {error}") from None

    def expand(directive: re.Match[str]) -> str:
        if directive[1] == "s":
            return str((moment - _EPOCH) // timedelta(seconds=1))
        return f"{moment.microsecond // 1000:03d}" if directive[1] == "L" else directive[0]

    return moment.strftime(_DIRECTIVE.sub(expand, pattern))


def _spell(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
