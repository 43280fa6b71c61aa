"""What does the head of a request say, and how is its body framed, by RFC 9110 and 9112?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from mockserver.lengths import announced

MOST_FIELDS = 500
_WORD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = bytes({*range(32), 127} - {9})  # a tab may stand in a value
_NEW, _OLD = "HTTP/1.1", "HTTP/1.0"
_AUTHORITY = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
_REMEMBERED = 1 << 12  # words, as clients choose them
_LONGEST = 64  # characters of one


@dataclass(slots=True)
class Malformed(Exception):
    """A request that cannot be told from the next; its connection ends with this status."""

    status: HTTPStatus = HTTPStatus.BAD_REQUEST


@dataclass(slots=True)
class Head:
    """All of a request but its body, or with it."""

    method: str
    target: str  # as sent, each byte a character
    headers: dict[str, str]  # names in lower case, repeated ones joined by ", "; each byte a character
    length: int | None  # bytes of the body; None: it comes in chunks
    is_last: bool  # whether its connection ends after the answer
    is_old: bool  # HTTP/1.0, which knows no chunks
    body: bytes | None = None  # where all of it came with the head; None: it follows

    @property
    def awaits_a_word(self) -> bool:
        """Whether the client sends the body only once it is told to go on."""
        return not self.is_old and self.headers.get("expect", "").lower() == "100-continue"


_WORDS: dict[str, str] = {}  # methods and names of headers that were used, in lower case


def read_head(raw: bytes) -> Head:
    """A head, from its first line to its last one, without the end of that. Raises Malformed."""
    lines = raw.decode("latin-1").split("\r\n")
    if len(raw.translate(None, _CONTROLS)) != len(raw) - 2 * len(lines) + 2:  # others than those between the lines
        raise Malformed
    if len(lines) > MOST_FIELDS:
        raise Malformed(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    words = lines[0].split(" ")
    if len(words) != 3:  # noqa: PLR2004 - those of the next line
        raise Malformed
    method, target, version = words
    is_old = version == _OLD
    if not target or (version != _NEW and not is_old) or not (method in _WORDS or _word(method)):
        raise Malformed
    headers: dict[str, str] = {}
    for number in range(1, len(lines)):
        name, colon, said = lines[number].partition(":")
        if not colon:
            raise Malformed
        name = _WORDS.get(name) or _word(name)
        said = said.strip(" \t")
        headers[name] = said if name not in headers else _both(name, headers[name], said)
    return Head(method, target, headers, _length(headers, is_old=is_old), _ends(headers, is_old=is_old), is_old)


def place(target: str) -> tuple[str, str]:
    """The decoded path, each byte a character, and the query as sent, of the target of a request in any form."""
    if not target.startswith("/"):
        target = _AUTHORITY.sub("", target, count=1)
    path, _, query = target.partition("?")
    return (unquote_to_bytes(path.encode("latin-1")).decode("latin-1") if "%" in path else path) or "/", query


def _word(word: str) -> str:
    """It in lower case. Raises Malformed for what is none."""
    if not _WORD.fullmatch(word):
        raise Malformed
    if len(word) <= _LONGEST and len(_WORDS) < _REMEMBERED:
        _WORDS[word] = word.lower()
    return word.lower()


def _both(name: str, first: str, second: str) -> str:
    """The value of a header that was sent twice. One address is none if there are two (RFC 9112, 3.2)."""
    if name == "host":
        raise Malformed
    return f"{first}, {second}"


def _length(headers: dict[str, str], *, is_old: bool) -> int | None:
    """Of the body. Two ways to tell it are none: others on the way might believe the other one."""
    coding, said = headers.get("transfer-encoding"), headers.get("content-length")
    if coding is not None:
        if is_old or said is not None:
            raise Malformed
        if coding.lower() != "chunked":
            raise Malformed(HTTPStatus.NOT_IMPLEMENTED)
        return None
    if said is None:
        return 0
    length = announced(said)
    if length is None:
        raise Malformed
    return length


def _ends(headers: dict[str, str], *, is_old: bool) -> bool:
    said = headers.get("connection")
    if not said:
        return is_old
    said = said.lower()
    if said == "keep-alive":
        return False
    options = [each.strip() for each in said.split(",")]
    return "close" in options or (is_old and "keep-alive" not in options)
