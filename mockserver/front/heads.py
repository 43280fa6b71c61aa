"""What does the head of a request say, and how is its body framed, by RFC 9110 and 9112?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

MOST_FIELDS = 500
LONGEST_LENGTH = 18  # digits of a Content-Length that is a number of bytes
_WORD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = bytes({*range(32), 127} - {9})  # a tab may stand in a value
_IS_OLD = {"HTTP/1.1": False, "HTTP/1.0": True}
_AUTHORITY = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
_REMEMBERED = 1 << 12  # names, as clients choose them


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


class _Names(dict[str, str]):
    """Each name that was used in lower case. Raises Malformed for what is none."""

    def __missing__(self, name: str) -> str:
        if not _WORD.fullmatch(name):
            raise Malformed
        if len(self) < _REMEMBERED:
            self[name] = name.lower()
        return name.lower()


_NAMES = _Names()


def read_head(raw: bytes) -> Head:
    """A head, from its first line to the end of its last one, without the empty line after it. Raises Malformed."""
    lines = raw[:-2].decode("latin-1").split("\r\n")
    if len(raw.translate(None, _CONTROLS)) != len(raw) - 2 * len(lines):  # others than those between the lines
        raise Malformed
    if len(lines) > MOST_FIELDS:
        raise Malformed(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    words = lines[0].split(" ")
    if len(words) != 3:  # noqa: PLR2004 - those of the next line
        raise Malformed
    method, target, version = words
    if version not in _IS_OLD or not target or (method not in _NAMES and not _WORD.fullmatch(method)):
        raise Malformed
    headers = dict[str, str]()
    for line in lines[1:]:
        name, colon, said = line.partition(":")
        name = _NAMES[name]
        if not colon:
            raise Malformed
        said = said.strip(" \t")
        headers[name] = f"{headers[name]}, {said}" if name in headers else said
    is_old = _IS_OLD[version]
    return Head(method, target, headers, _length(headers, is_old=is_old), _ends(headers, is_old=is_old), is_old)


def place(target: str) -> tuple[str, str]:
    """The decoded path, each byte a character, and the query as sent, of the target of a request in any form."""
    if not target.startswith("/"):
        target = _AUTHORITY.sub("", target, count=1)
    path, _, query = target.partition("?")
    return (unquote_to_bytes(path.encode("latin-1")).decode("latin-1") if "%" in path else path) or "/", query


def _length(headers: dict[str, str], *, is_old: bool) -> int | None:
    """Of the body. Two ways to tell it are none: others on the way might believe the other one."""
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if coding is not None:
        if is_old or length is not None:
            raise Malformed
        if coding.lower() != "chunked":
            raise Malformed(HTTPStatus.NOT_IMPLEMENTED)
        return None
    if length is None:
        return 0
    if not (length.isascii() and length.isdigit() and len(length) <= LONGEST_LENGTH):
        raise Malformed
    return int(length)


def _ends(headers: dict[str, str], *, is_old: bool) -> bool:
    said = headers.get("connection", "").lower()
    if not said or said == "keep-alive":
        return is_old and not said
    options = [each.strip() for each in said.split(",")]
    return "close" in options or (is_old and "keep-alive" not in options)
