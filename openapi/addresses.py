"""How are addresses shown that somebody gave? Without the passwords in them."""

from __future__ import annotations

import re

HIDDEN = "***"
# From the user to the last @: a password that nobody escaped may hold whatever else ends a part of an address.
_PASSWORD = re.compile(r"\A((?:[^:/@]*:/|(?![^:/@]*:/))[^:]*:).*@", re.DOTALL)
_MEMBER = re.compile(r"((?:pass(?:word|wd|phrase)?|secret|token)\s*=\s*)[^&#]+", re.IGNORECASE)
# What stands in quotes, which may hold spaces and other quotes, or a word, which may have a quote between letters.
_WORD = re.compile(r"""(?<!\w)(['"])(.{0,500}?)\1(?!\w)|(?:[^\s'"]|(?<=\w)['"](?=\w))+""")


def shown(address: str) -> str:
    """An address, or what was meant to be one, without the password in it."""
    return _MEMBER.sub(rf"\1{HIDDEN}", _PASSWORD.sub(rf"\1{HIDDEN}@", address))


def without_passwords(text: str) -> str:
    """A text, the addresses in it as they are shown."""
    return _WORD.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    """A word, or what stands in quotes, which stay."""
    if ":/" not in found[0]:
        return found[0]
    return f"{found[1]}{shown(found[2])}{found[1]}" if found[1] else shown(found[0])
