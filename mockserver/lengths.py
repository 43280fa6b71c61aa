"""How many bytes does a Content-Length announce?"""

from __future__ import annotations

_LONGEST = 18  # digits: more bytes than there are anywhere


def announced(said: str) -> int | None:
    """Bytes; None where it says no number of them (RFC 9110, 8.6)."""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _LONGEST else None
