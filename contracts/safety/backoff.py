"""How long to wait before something is tried again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

PAUSES = (1.0, 3.0, 9.0)  # seconds before each attempt after the first, where the server does not say
SPREAD = 0.5  # of a pause, by which it is longer or shorter, so that clients that failed together do not return so
LATER = 1.0  # seconds at most by which one is longer that the server asked for; it is never shorter
_SECONDS = re.compile(r"[0-9]{1,9}")


def pause_after(headers: Mapping[str, str], attempt: int, now: datetime, chance: Random) -> float:
    """Seconds to wait before the next attempt, the first of which is 0: as `Retry-After` says, else longer each time.

    `now` is the time of the server. RFC 9110, section 10.2.3.
    """
    said = retry_after(headers.get("retry-after", ""), now)
    if said is None:
        return spread(PAUSES[min(attempt, len(PAUSES) - 1)], chance)
    return said + chance.uniform(0, LATER)


def spread(seconds: float, chance: Random) -> float:
    """A pause of about so many seconds."""
    return seconds * chance.uniform(1 - SPREAD, 1 + SPREAD)


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds from 0, of a number or a date; None for what is neither."""
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    moment = http_date(value)
    return None if moment is None else max((moment - now).total_seconds(), 0.0)


def http_date(value: str) -> datetime | None:
    """The moment of a date as HTTP writes it, in UTC; None for what is none."""
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
