"""How are addresses shown that somebody gave? Without the passwords in them."""

from __future__ import annotations

import re

HIDDEN = "***"
# From the user to the last @: a password that nobody escaped may hold whatever else ends a part of an address.
_PASSWORD = re.compile(r"\A((?:[^:/@]*:/|(?![^:/@]*:/))[^:]*:).*@", re.DOTALL)
_MEMBER = re.compile(r"((?:pass(?:word|wd|phrase)?|secret|token)\s*=\s*)[^&#]+", re.IGNORECASE)
_WORD = re.compile(r"[^\s'\"]+")


def shown(address: str) -> str:
    """An address, or what was meant to be one, without the password in it."""
    return _MEMBER.sub(rf"\1{HIDDEN}", _PASSWORD.sub(rf"\1{HIDDEN}@", address))


def without_passwords(text: str) -> str:
    """A text, the addresses in it as they are shown."""
    return _WORD.sub(lambda found: shown(found[0]) if ":/" in found[0] else found[0], text)
