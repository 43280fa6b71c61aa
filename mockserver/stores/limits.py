"""The calls that rate limits count, of one account: the latest in its row, those before them in rows of their own.

Each call changes the row. What is far behind is not written again with it, but for one moment of each of these rows.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from mockserver import windows
from mockserver.store import Limit
from mockserver.stores.session import Session
from mockserver.stores.statements import Statements, key
from mockserver.windows import LATE, Calls, calls_at

TOGETHER = 128  # calls in a row of their own; as many and up to as many again are in that of the account
SIZE = 8  # bytes of a moment


@dataclass(slots=True)
class Counted:
    """The calls that one limit counts."""

    latest: Calls = field(default_factory=calls_at)  # in the row of the account
    first: int = 0  # the number of the first of the rows that have those before them
    ends: Calls = field(default_factory=calls_at)  # when the last call of each of these came


class Limits:
    """Those of one account, in a transaction that holds its row."""

    __slots__ = ("_content", "_counted", "_owner", "_session", "_sql")

    def __init__(self, session: Session, statements: Statements, owner: int, content: bytes) -> None:
        """`content`: as the row has it."""
        self._session, self._sql, self._owner, self._content = session, statements, owner, content
        self._counted: dict[str, Counted] | None = None  # read when a limit is looked at

    def content(self) -> bytes:
        """As the row is to have it."""
        return self._content if self._counted is None else written(self._counted)

    def spend(self, limit: str, requests: int, seconds: float, now: float) -> float:
        """Count one call. Answers 0 when it may go ahead, else the seconds until one may."""
        counted = self._limits().setdefault(limit, Counted())
        if counted.ends:
            self._forget(limit, counted, now - seconds - LATE, now + LATE)
            if (wait := self._wait(limit, counted, requests, seconds, now)) > 0:
                return wait
        wait = windows.spend(counted.latest, requests, seconds, now)
        if not wait:
            self._put_away(limit, counted)
        return wait

    def spent(self, limit: str, seconds: float, now: float) -> int:
        """How many of the calls that were counted still count at `now`."""
        counted = self._limits().get(limit)
        if counted is None:
            return 0
        found = self._session.many(self._sql.calls_before, self._of(limit)) if counted.ends else ()
        return windows.spent([*_all(row[0] for row in found), *counted.latest], seconds, now)

    def recall(self, calls: Mapping[str, Iterable[float]]) -> None:
        """Have it that these calls were counted; none were before."""
        self._counted = {limit: Counted(calls_at(moments)) for limit, moments in calls.items()}
        for limit, counted in self._counted.items():
            self._put_away(limit, counted)

    def _limits(self) -> dict[str, Counted]:
        if self._counted is None:
            self._counted = read(self._content)
        return self._counted

    def _forget(self, limit: str, counted: Counted, passed: float, ahead: float) -> None:
        """Forget rows of which all has passed; all where the clock was set back, as `windows.spend` does."""
        over = len(counted.ends) if counted.latest[-1] > ahead else bisect_right(counted.ends, passed)
        if over:
            counted.first += over
            del counted.ends[:over]
            self._session.later(self._sql.forget_calls, {**self._of(limit), "before": counted.first})

    def _wait(self, limit: str, counted: Counted, requests: int, seconds: float, now: float) -> float:
        """The seconds until the call is over before which one more may not come, if that is in a row of its own."""
        behind = requests - len(counted.latest)  # how far before the latest it is
        row, place = divmod(len(counted.ends) * TOGETHER - behind, TOGETHER)
        if behind <= 0 or row < 0 or counted.ends[row] + seconds - now <= 0:  # all of that row is over
            return 0.0
        found = self._session.one(self._sql.calls_of_row, {**self._of(limit), "number": counted.first + row})
        return _moments(found[0])[place] + seconds - now if found else 0.0

    def _put_away(self, limit: str, counted: Counted) -> None:
        """Give those that are far behind rows of their own."""
        rows = len(counted.latest) // TOGETHER - 1
        for start in range(0, rows * TOGETHER, TOGETHER):
            moments = counted.latest[start : start + TOGETHER]
            row = {**self._of(limit), "number": counted.first + len(counted.ends)}
            self._session.later(self._sql.put_calls, {**row, "moments": _portable(moments).tobytes()})
            counted.ends.append(moments[-1])
        if rows > 0:
            del counted.latest[: rows * TOGETHER]

    def _of(self, limit: str) -> dict[str, Any]:
        return {"owner": self._owner, "of": key(limit)}


def every(session: Session, statements: Statements) -> dict[Limit, tuple[float, ...]]:
    """The calls of all accounts."""
    before: dict[tuple[int, bytes], list[bytes]] = {}
    for owner, of, moments in session.many(statements.every_call_before):
        before.setdefault((owner, bytes(of)), []).append(moments)
    return {
        (api, account, limit): (*_all(before.get((owner, key(limit)), ())), *counted.latest)
        for owner, api, account, content in session.many(statements.every_call)
        for limit, counted in read(content).items()
    }


def written(limits: Mapping[str, Counted]) -> bytes:
    """Of each limit how many of the latest there are, the first number and how many rows others have; then moments."""
    counts = {limit: (len(each.latest), each.first, len(each.ends)) for limit, each in limits.items()}
    moments = b"".join(_portable(part).tobytes() for each in limits.values() for part in (each.latest, each.ends))
    return b"\n".join((orjson.dumps(counts), moments))


def read(content: bytes) -> dict[str, Counted]:
    """What `written` wrote; nothing where there is nothing."""
    if not content:
        return {}
    counts, _, moments = bytes(content).partition(b"\n")
    found, start = dict[str, Counted](), 0
    numbers: dict[str, Any] = orjson.loads(counts)
    for limit, (latest, first, ends) in numbers.items():
        middle, end = start + SIZE * latest, start + SIZE * (latest + ends)
        found[limit] = Counted(_moments(moments[start:middle]), first, _moments(moments[middle:end]))
        start = end
    return found


def _all(rows: Iterable[bytes]) -> Iterator[float]:
    for each in rows:
        yield from _moments(each)


def _moments(content: bytes) -> Calls:
    found = calls_at()
    found.frombytes(content)
    return _portable(found)


def _portable(moments: Calls) -> Calls:
    """In the order of bytes that rows have, or from it."""
    if sys.byteorder == "little":
        return moments
    turned = calls_at(moments)
    turned.byteswap()
    return turned
