"""HTTP messages as plain values, so that nothing that thinks needs a socket or a framework."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl

from openapi.values import value

KEPT = 256  # queries that are remembered with their pairs
LONGEST = 1024  # characters of one


@value
class Request:
    """One request, as it stood on the wire."""

    method: str  # upper case
    path: str  # decoded, without the query; a byte that is no UTF-8 stands as a lone surrogate
    query: str = ""  # as sent, without the question mark
    headers: Mapping[str, str] = field(
        default_factory=dict[str, str]
    )  # names in lower case; repeated ones joined by ", "
    body: bytes = b""

    def with_headers(self, headers: Mapping[str, str]) -> Request:
        """The same with other headers."""
        return Request(self.method, self.path, self.query, headers, self.body)

    def segments(self) -> list[str]:
        """The segments of the path, without the leading empty one."""
        return self.path.split("/")[1:]

    def pairs(self) -> list[tuple[str, str]]:
        """The decoded query, in the order sent; empty values are kept, a byte that is no UTF-8 as in the path."""
        return decode_pairs(self.query)


def decode_pairs(text: str) -> list[tuple[str, str]]:
    """The pairs of a query or a form, in the order sent; empty values are kept, a plus sign is a space."""
    return _decoded(text) if len(text) > LONGEST else [*_known_pairs(text)]


def _decoded(text: str) -> list[tuple[str, str]]:
    if "%" in text or "+" in text:
        return parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
    return [(pair.partition("=")[0], pair.partition("=")[2]) for pair in text.split("&") if pair]


_known_pairs = lru_cache(KEPT)(_decoded)  # clients ask with the same queries again and again


@value
class Response:
    """One answer; a file is streamed, everything else is bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes | Iterable[bytes] = b""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key, and what may come with it."""

    key_id: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)  # of temporary credentials; empty for permanent ones
