"""What does the head of a request say, and how is its body framed, by RFC 9110 and 9112?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from mockserver.lengths import announced
from mockserver.redaction import redact_header, redact_text

MOST_FIELDS = 500
_WORD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = bytes({*range(32), 127} - {9})  # a tab may stand in a value
_CLEAN = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))
_NEW, _OLD = "HTTP/1.1", "HTTP/1.0"
_AUTHORITY = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)  # at the start of a target
_REMEMBERED = 1 << 10  # request lines, lines of headers, and names of them
_LONGEST = 128  # characters of one
Read = TypeVar("Read")


@dataclass(slots=True)
class Malformed(Exception):
    """A request that cannot be told from the next; its connection ends with this status."""

    status: HTTPStatus = HTTPStatus.BAD_REQUEST


@dataclass(frozen=True, slots=True)
class RequestLine:
    """The first line of a request."""

    method: str
    target: str  # as sent, each byte a character
    path: str  # decoded, as UTF-8; a byte that is none stands as a lone surrogate
    query: str  # the same, but as sent
    is_old: bool  # HTTP/1.0, which knows no chunks


@dataclass(slots=True)
class Head:
    """All of a request but its body, or with it."""

    line: RequestLine
    headers: dict[str, str]  # names in lower case, repeated ones joined by ", "; each byte a character
    length: int | None  # bytes of the body; None: it comes in chunks
    is_last: bool  # whether its connection ends after the answer
    body: bytes | None = None  # where all of it came with the head; None: it follows

    @property
    def awaits_a_word(self) -> bool:
        """Whether the client sends the body only once it is told to go on."""
        return not self.line.is_old and self.headers.get("expect", "").lower() == "100-continue"


def read_head(raw: bytes) -> Head:
    """A head, from its first line to its last one, without the end of that. Raises Malformed."""
    lines = raw.decode("latin-1").split("\r\n")
    if len(lines) > MOST_FIELDS:
        raise Malformed(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    line = _REQUEST_LINES[lines.pop(0)]
    headers = dict(map(_FIELDS.__getitem__, lines))
    if len(headers) != len(lines):
        headers = _joined(lines)
    return Head(line, headers, _length(headers, is_old=line.is_old), _ends(headers, is_old=line.is_old))


def _request_line(line: str) -> RequestLine:
    words = line.split(" ")
    if len(words) != 3:  # noqa: PLR2004 - those of the next line
        raise Malformed
    method, target, version = words
    is_old = version == _OLD
    if not target or (version != _NEW and not is_old) or not _WORD.fullmatch(method) or _is_unclean(target):
        raise Malformed
    return RequestLine(method, target, *place(target), is_old)


def place(target: str) -> tuple[str, str]:
    """The decoded path and the query of the target of a request in any form, as `RequestLine` has them."""
    if not target.startswith("/") and (authority := _AUTHORITY.match(target)):
        target = target[authority.end() :]
    path, _, query = target.encode("latin-1").partition(b"?")
    return _text(unquote_to_bytes(path)) or "/", _text(query)


def _text(sent: bytes) -> str:
    return sent.decode("utf-8", "surrogateescape")


def _field(line: str) -> tuple[str, str]:
    """The name of a header, in lower case, and what it says."""
    name, colon, said = line.partition(":")
    if not colon or _is_unclean(said):
        raise Malformed
    return _NAMES[name], said.strip(" \t")


def _name(word: str) -> str:
    if not _WORD.fullmatch(word):
        raise Malformed
    return word.lower()


def _is_unclean(text: str) -> bool:
    """Whether it has control characters."""
    sent = text.encode("latin-1")
    return sent.translate(_CLEAN) != sent


def _joined(lines: Iterable[str]) -> dict[str, str]:
    """Headers of which some were sent twice. One address is none if there are two (RFC 9112, 3.2)."""
    headers: dict[str, str] = {}
    for name, said in map(_field, lines):
        if name == "host" and name in headers:
            raise Malformed
        headers[name] = f"{headers[name]}, {said}" if name in headers else said
    return headers


class _Remembered(dict[str, Read]):
    """What parts of heads say, as most of them come again with the next request of a client; but nothing secret."""

    def __init__(self, read: Callable[[str], Read], may_be_shown: Callable[[Read], bool]) -> None:
        super().__init__()
        self._read, self._may_be_shown = read, may_be_shown

    def __missing__(self, sent: str) -> Read:
        read = self._read(sent)
        if len(sent) <= _LONGEST and self._may_be_shown(read):
            if len(self) >= _REMEMBERED:
                self.clear()
            self[sent] = read
        return read


def _has_no_secret(line: RequestLine) -> bool:
    """Neither in its query nor, as a user's password, before the host of a whole address."""
    return "@" not in line.target and redact_text(line.target) == line.target


def _is_no_secret(field: tuple[str, str]) -> bool:
    """Of a header, neither by its name nor by anything in what it says."""
    name, said = field
    return not _SECRETS[name] and redact_text(said) == said


_REQUEST_LINES = _Remembered(_request_line, _has_no_secret)
_FIELDS = _Remembered(_field, _is_no_secret)
_NAMES = _Remembered(_name, lambda _: True)
_SECRETS = _Remembered(lambda name: redact_header(name, "anything") != "anything", lambda _: True)  # names of headers


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
