"""What does the head of a request say, and how is its body framed, by RFC 9110 and 9112?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from openapi.values import value

MOST_FIELDS = 500
LONGEST_LENGTH = 18  # digits of a Content-Length that is a number of bytes
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_LINE = re.compile(rf"({_WORD}) ([!-~\x80-\xff]+) HTTP/1\.([01])\r\n")
_FIELD = re.compile(rf"({_WORD}):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)\r\n")
_FIELDS = re.compile(rf"(?:{_WORD}:[^\x00-\x08\x0a-\x1f\x7f]*\r\n)*")
_AUTHORITY = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)


@dataclass(slots=True)
class Malformed(Exception):
    """A request that cannot be told from the next; its connection ends with this status."""

    status: HTTPStatus = HTTPStatus.BAD_REQUEST


@value
class Head:
    """All of a request but its body."""

    method: str
    target: str  # as sent, each byte a character
    headers: dict[str, str]  # names in lower case, repeated ones joined by ", "; each byte a character
    length: int | None  # bytes of the body; None: it comes in chunks
    is_last: bool  # whether its connection ends after the answer
    is_old: bool  # HTTP/1.0, which knows no chunks

    @property
    def awaits_a_word(self) -> bool:
        """Whether the client sends the body only once it is told to go on."""
        return not self.is_old and self.headers.get("expect", "").lower() == "100-continue"


def read_head(raw: bytes) -> Head:
    """A head, from its first line to the end of its last one, without the empty line after it. Raises Malformed."""
    text = raw.decode("latin-1")
    line = _LINE.match(text)
    if line is None or not _FIELDS.fullmatch(text, line.end()):
        raise Malformed
    method, target, version = line.groups()
    fields = _FIELD.findall(text, line.end())
    if len(fields) > MOST_FIELDS:
        raise Malformed(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    headers = {name.lower(): said.rstrip(" \t") for name, said in fields}
    if len(headers) < len(fields):
        headers = _joined(fields)
    is_old = version == "0"
    return Head(method, target, headers, _length(headers, is_old=is_old), _ends(headers, is_old=is_old), is_old)


def place(target: str) -> tuple[bytes, str]:
    """The decoded path, and the query as sent, of the target of a request, whichever form that has."""
    if not target.startswith("/"):
        target = _AUTHORITY.sub("", target, count=1)
    path, _, query = target.partition("#")[0].partition("?")
    raw = path.encode("latin-1")
    return (unquote_to_bytes(raw) if "%" in path else raw) or b"/", query


def _joined(fields: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, said in fields:
        found.setdefault(name.lower(), []).append(said.rstrip(" \t"))
    return {name: ", ".join(each) for name, each in found.items()}


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
    if not said:
        return is_old
    options = [each.strip() for each in said.split(",")]
    return "close" in options or (is_old and "keep-alive" not in options)
