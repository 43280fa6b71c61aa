"""What is a moment, in a record?"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from openapi.model import Json

LAST = 253_370_764_800_000  # epoch milliseconds of the year 9999, where datetime ends
_DIGITS = re.compile("[0-9]{1,15}")
_EXPECTED = "epoch milliseconds, or ISO 8601 such as 2026-01-31T08:09:10Z"


def moment(value: Json) -> int:
    """Epoch milliseconds of a number of them, of digits, or of an ISO 8601 time (UTC without a zone). ValueError."""
    if isinstance(value, str):
        found = int(value) if _DIGITS.fullmatch(value) else _of_text(value)
    elif isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LAST:
        found = int(value)
    else:
        found = -1
    if 0 <= found < LAST:
        return found
    raise ValueError(f"{repr(value)[:60]} is no time; it reads {_EXPECTED}")


def _of_text(value: str) -> int:
    try:
        found = datetime.fromisoformat(value)
        return round((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return -1
