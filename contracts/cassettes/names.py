"""Names for values that are others each time: ids, links, tokens; and moments, told from the time of the request."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from contracts.redaction import Kind
from openapi.model import Json

LONG = 8  # characters from which on a value is also found within other texts
FARTHEST = timedelta(days=400)  # that a moment may lie away to be told from the time of the request
_KINDS = "|".join(re.escape(each) for each in Kind)
_NAME = re.compile(
    rf"<(?:now[^<>]{{1,40}}|(?:another )?(?:{_KINDS})(?: of [^<>]{{1,60}})?|[a-z][a-z0-9 -]{{0,60}}-\d+)>"
)
_FIXED = ("<time>", "<request-id>")  # names of values that nobody refers to
_MOMENT = re.compile(r"<now([+-]\d+)s, (seconds|milliseconds|epoch-seconds|epoch-milliseconds)>")
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
_FIRST_MILLISECONDS = 10**11  # no number of seconds is as large, for some thousand years


class Nameless(LookupError):
    """A name that stands for nothing yet; the message is the name."""


@dataclass
class Names:
    """The values of one session, and what a cassette calls them."""

    prefix: str = ""  # of the names that are made here
    _names: dict[str, str] = field(default_factory=dict[str, str])  # by the value as text
    _values: dict[str, Json] = field(default_factory=dict[str, Json])  # by name
    _counts: dict[str, int] = field(default_factory=dict[str, int])  # by kind

    def name(self, kind: str, value: Json) -> str:
        """What a value is called, from now on if it had no name yet: `<task-1>`."""
        text = str(value)
        if is_name(text):
            return text
        if text not in self._names:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self.bind(f"<{self.prefix}{kind}-{self._counts[kind]}>", value)
        return self._names[text]

    def bind(self, name: str, value: Json) -> None:
        """Let a name stand for a value."""
        self._names[str(value)] = name
        self._values[name] = value

    def known(self, value: Json) -> str:
        """What a value is called; empty: it has no name."""
        return self._names.get(str(value), "") if isinstance(value, str | int) else ""

    def links(self) -> list[tuple[str, str]]:
        """The links that were given, the latest first: name and value."""
        found = [(name, str(value)) for name, value in self._values.items() if name.startswith("<link-")]
        return found[::-1]

    def text(self, text: str) -> str:
        """The text with names in place of the values that are long enough to be told from others."""
        for value, name in sorted(self._names.items(), key=lambda each: -len(each[0])):
            if len(value) >= LONG and value in text:
                text = text.replace(value, name)
        return text

    def value(self, name: str) -> Json:
        """What a name stands for. Raises Nameless."""
        if name not in self._values:
            raise Nameless(name)
        return self._values[name]


def is_name(text: str) -> bool:
    """Whether a text is a name, and nothing else."""
    return text in _FIXED or _NAME.fullmatch(text) is not None


def filled(text: str, value_of: Callable[[str], Json]) -> Json:
    """The text with values in place of the names in it; a name alone becomes its value, of whatever type."""
    if _NAME.fullmatch(text):
        return value_of(text)
    return _NAME.sub(lambda found: str(value_of(found[0])), text)


def moment_name(value: Json, now: datetime) -> str:
    """What a moment near to now is called: `<now-3600s, seconds>`; empty for anything else."""
    at, form = _moment(value)
    if at is None or abs(at - now) > FARTHEST:
        return ""
    return f"<now{round((at - now).total_seconds()):+d}s, {form}>"


def moment_of(name: str, now: datetime) -> Json:
    """The moment that a name means, written as it was; None where it is the name of something else."""
    found = _MOMENT.fullmatch(name)
    if not found:
        return None
    at, form = now + timedelta(seconds=int(found[1])), found[2]
    if form.startswith("epoch"):
        return int(at.timestamp()) * (1000 if form == "epoch-milliseconds" else 1)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S" + (".000Z" if form == "milliseconds" else "Z"))


def _moment(value: Json) -> tuple[datetime | None, str]:
    try:
        if isinstance(value, str) and (found := _WRITTEN.fullmatch(value)):
            return datetime.fromisoformat(value), "milliseconds" if found[1] else "seconds"
        number = int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0
        if number > _FIRST_MILLISECONDS:
            return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=number), "epoch-milliseconds"
        return (datetime.fromtimestamp(number, UTC), "epoch-seconds") if number else (None, "")
    except (ValueError, OverflowError, OSError):
        return None, ""
