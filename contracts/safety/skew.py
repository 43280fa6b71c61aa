"""How far the clock of a server is from that of this machine, as its `Date` header tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contracts.safety.backoff import http_date

TOLERANCE = 2.0  # seconds that do no harm; the header itself is exact to one
WITNESSES = 3  # answers in a row that have to agree before another difference is believed
CHANGES = 5  # after which a clock that goes on changing is no longer followed
HALF = 0.5  # seconds: on average so much has passed of the second that the header names


@dataclass
class Skew:
    """By how many seconds the clock of a server is ahead of this machine's; behind where it is negative."""

    seconds: float = 0.0
    notes: list[str] = field(default_factory=list[str])  # what a reader of the result has to know
    _is_known: bool = False
    _others: list[float] = field(default_factory=list[float])  # differences in a row that are not the known one
    _changes: int = 0

    def shifted(self, moment: datetime) -> datetime:
        """The time of the server at a moment of this machine's clock."""
        return moment + timedelta(seconds=self.seconds)

    def learn(self, date: str, sent: datetime, received: datetime) -> float:
        """Compare the `Date` of an answer with when it was asked for and came, on this machine's clock.

        Returns by how many seconds the known difference changes: the first is believed at once, another one once
        several answers in a row agree on it.
        """
        moment = http_date(date)
        if moment is None:
            return 0.0
        half = (received - sent) / 2
        found = (moment - (sent + half)).total_seconds() + HALF
        slack = TOLERANCE + half.total_seconds()
        if abs(found - self.seconds) <= slack:
            self._is_known, self._others = True, []
            return 0.0
        self._others = [*(each for each in self._others if abs(each - found) <= slack), found]
        if self._is_known and len(self._others) < WITNESSES:
            return 0.0
        return self._follow(found)

    def _follow(self, found: float) -> float:
        before, self._others, self._is_known = self.seconds, [], True
        if self._changes >= CHANGES:
            return 0.0
        self._changes += 1
        self.seconds = found if abs(found) > TOLERANCE else 0.0
        self.notes.append(_told(self.seconds))
        if self._changes == CHANGES:
            self.notes.append("the clock of the server changed so often that it is no longer followed")
        return self.seconds - before


def _told(seconds: float) -> str:
    if not seconds:
        return "the clock of the server agrees with that of this machine again"
    way = "ahead of" if seconds > 0 else "behind"
    return f"the clock of the server is {_duration(abs(seconds))} {way} that of this machine; requests are dated by it"


def _duration(seconds: float) -> str:
    """Whole seconds, minutes and hours: `2 h 5 min`, `3 min 10 s`."""
    whole = round(seconds)
    minutes = whole // 60
    parts = ((minutes // 60, "h"), (minutes % 60, "min"), (whole % 60, "s"))
    return " ".join([f"{count} {unit}" for count, unit in parts if count][:2])
