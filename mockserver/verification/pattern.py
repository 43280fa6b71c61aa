"""What is a request like that is looked for, and how often is it to have been sent?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from mockserver.verification.exchange import Exchange

TEXTS = ("api", "operation", "account", "method", "code")  # that are looked for as they are


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a request is like; an empty value asks for nothing."""

    operation: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])  # among others, also within objects
    headers: Mapping[str, str | None] = field(default_factory=dict[str, str | None])  # shells' patterns; None: absent
    api: str = ""
    account: str = ""  # number
    method: str = ""
    path: str = ""  # a pattern as shells have them: `/v1/*`
    status: int = 0  # HTTP's, of the answer
    code: str = ""  # the provider's error code
    accepted: bool | None = None  # whether the answer is no refusal; None: either

    def takes(self, exchange: Exchange) -> bool:
        """Whether an exchange is like this."""
        return (
            all(getattr(self, name) in ("", getattr(exchange, name)) for name in TEXTS)
            and self.status in (0, exchange.status)
            and self.accepted in (None, exchange.is_accepted)
            and (not self.path or fnmatchcase(exchange.path, self.path))
            and all(_has_argument(exchange, name, value) for name, value in self.arguments.items())
            and all(_has_header(exchange.headers, name, value) for name, value in self.headers.items())
        )

    def __str__(self) -> str:
        outside = {name: getattr(self, name) for name in ("api", "account", "method", "path", "status", "code")}
        told = [f"{name} {value}" for name, value in outside.items() if value]
        told += [f"header {name} {value!r}" if value else f"no header {name}" for name, value in self.headers.items()]
        if self.accepted is not None:
            told.append("accepted" if self.accepted else "refused")
        name = self.operation or "a request"
        named = call(name, self.arguments) if self.arguments else name
        return f"{named} [{', '.join(told)}]" if told else named


@dataclass(frozen=True, slots=True)
class Often:
    """So many times, at least and at most."""

    least: int = 1
    most: int | None = None  # None: without end

    def takes(self, count: int) -> bool:
        """Whether something that happened `count` times happened so often."""
        return self.least <= count and (self.most is None or count <= self.most)

    def __str__(self) -> str:
        if self.most is None:
            return f"at least {times(self.least)}"
        if self.least == self.most:
            return times(self.most)
        return f"{self.least} to {times(self.most)}" if self.least else f"at most {times(self.most)}"


ONCE = Often()  # at least


def often(exactly: int | None = None, at_least: int | None = None, at_most: int | None = None) -> Often:
    """What is meant by these; at least once where none is given. Raises ValueError where they contradict each other."""
    if exactly is not None:
        if (at_least, at_most) != (None, None):
            raise ValueError("it is so many times, or at least and at most so many")
        return Often(exactly, exactly)
    found = Often((0 if at_most is not None else 1) if at_least is None else at_least, at_most)
    if found.most is not None and found.least > found.most:
        raise ValueError(f"nothing happens at least {times(found.least)} and at most {times(found.most)}")
    return found


def times(count: int) -> str:
    """`once`, `2 times`."""
    return "once" if count == 1 else f"{count} times"


def call(operation: str, arguments: Mapping[str, Any]) -> str:
    """As Python writes a call."""
    return f"{operation}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})"


def _has_argument(exchange: Exchange, name: str, wanted: Any) -> bool:
    if name in exchange.members:
        return _is_like(exchange.members[name], wanted)
    # Of a query everything is text, so that 10 and "10" are the same there.
    text = wanted if isinstance(wanted, str) else json.dumps(wanted)
    return exchange.query.get(name) == text


def _is_like(sent: Any, wanted: Any) -> bool:
    """Whether a value is the wanted one; of objects, other members are not looked at."""
    if isinstance(wanted, Mapping):
        return isinstance(sent, Mapping) and all(
            name in sent and _is_like(sent[name], each) for name, each in wanted.items()
        )
    if isinstance(wanted, list | tuple):
        return (
            isinstance(sent, list) and len(sent) == len(wanted) and all(map(_is_like, sent, wanted))  # in this order
        )
    return bool(sent == wanted) and isinstance(sent, bool) == isinstance(wanted, bool)


def _has_header(headers: Mapping[str, str], name: str, wanted: str | None) -> bool:
    found = next((value for sent, value in headers.items() if sent.lower() == name.lower()), None)
    if wanted is None or found is None:
        return found is wanted
    return fnmatchcase(found, wanted)
