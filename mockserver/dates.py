"""Which moments have a date: none after the year 9999, which providers do not document."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from mockserver.clock import LATEST
from mockserver.refusal import Refusal
from openapi.reasons import Reason

LAST = LATEST - timedelta(days=1).total_seconds()  # epoch seconds; the latest moment that has a date in every zone


def date_of(epoch: float, zone: tzinfo = UTC) -> datetime:
    """The date of a moment, in epoch seconds. Refuses one that has none."""
    try:
        return datetime.fromtimestamp(epoch, zone)
    except (OverflowError, OSError, ValueError):
        raise _refusal(epoch) from None


def require_date(epoch: float) -> None:
    """Refuses a moment that has no date in some zone."""
    if epoch > LAST:
        raise _refusal(epoch)


def _refusal(epoch: float) -> Refusal:
    message = f"{epoch:.0f} seconds after 1970 have no date, as the year 9999 is the last"
    return Refusal(Reason.INTERNAL_ERROR, f"{message}: set the clock to an earlier time, or make the timetable shorter")
