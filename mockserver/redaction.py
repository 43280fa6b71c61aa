"""What may be shown of a message? Signatures, tokens and passwords are shortened to an ellipsis."""

from __future__ import annotations

import re
from collections.abc import Mapping

HIDDEN = "…"
_SECRET = r"(?:signature|token|password|passwd|secret|credential_?key|api[-_]?key)"  # noqa: S105 - names, not values
_NAME = re.compile(rf"(?:.*{_SECRET}|cookie|set-cookie)", re.IGNORECASE)
_AUTHORIZATION = re.compile(r"(?:proxy-)?authorization", re.IGNORECASE)
_MEMBER = re.compile(rf'("[^"\\]*{_SECRET}"\s*:\s*)"(?:[^"\\]|\\.)*"?', re.IGNORECASE)
_PAIR = re.compile(rf"((?<![^?&\s\"';,])[\w.-]*(?:{_SECRET}|authorization)=)[^&\s\"',;<>]+", re.IGNORECASE)
_LAST = re.compile(r"(?<![^=/\s,;])[^=/\s,;]+=*\s*$")  # from where a word begins: else a long one takes its square


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers as they may be shown: the key id of a signature stays, the signature goes."""
    return {name: redact_header(name, value) for name, value in headers.items()}


def redact_header(name: str, value: str) -> str:
    """What a header says as it may be shown."""
    if _AUTHORIZATION.fullmatch(name):
        return _LAST.sub(HIDDEN, _PAIR.sub(rf"\1{HIDDEN}", value))
    return HIDDEN if _NAME.fullmatch(name) else redact_text(value)


def redact_text(text: str) -> str:
    """A query or a body as it may be shown: JSON members and `name=value` pairs that hold secrets lose their values."""
    if '"' in text:
        text = _MEMBER.sub(rf'\1"{HIDDEN}"', text)
    return _PAIR.sub(rf"\1{HIDDEN}", text) if "=" in text else text


def readable(text: str) -> str:
    """Text that may hold bytes that are none, each of those as a question mark in a diamond."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
