"""The tasks of an account that are in some phases at a moment, found without looking at all of them.

Tasks are counted in blocks, those that succeed and those that fail each by themselves, with the first and the last
moment at which any of a block starts, ends and expires. Time goes through all tasks in about the order of their
creation, so that in most blocks all are in one phase; only where it is on its way through a block are its rows asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from mockserver.lines import PLACES, Part, Unlisted
from mockserver.stores.rows import read
from mockserver.stores.session import Row, Session, Values
from mockserver.stores.statements import Statements
from mockserver.stores.terms import STATES
from mockserver.task import Task
from openapi.model import Phase

_place = itemgetter(1)
WHOLE = 1 << PLACES  # places of a block


class Share(NamedTuple):
    """Those of one block that have one outcome and are in the phases."""

    block: int
    line: bytes
    held: int


@dataclass(frozen=True, slots=True)
class SqlPhases:
    """Tasks in the order of their places, looked at in the tables, where everything is written down by then."""

    session: Session
    sql: Statements
    owner: int
    lines: Mapping[bytes, Phase]  # where tasks are listed by their outcomes
    phases: Collection[Phase]
    now: float

    def __len__(self) -> int:
        return sum(share.held for share in self._shares())

    def page(self, part: Part) -> tuple[list[Task], int]:
        """A part of these tasks, and how many there are in all. Raises Unlisted."""
        if part.after:
            raise Unlisted(part.after)
        shares = self._shares()
        found = self._part(shares, part.skip, part.size, newest_first=part.newest_first)
        return found, sum(share.held for share in shares)

    def walk(self, *, newest_first: bool, skip: int = 0) -> Iterator[Task]:
        """All tasks but the first so many."""
        return iter(self._part(self._shares(), skip, None, newest_first=newest_first))

    def _part(self, shares: Sequence[Share], skip: int, size: int | None, *, newest_first: bool) -> list[Task]:
        """So many tasks after the first so many."""
        found, left = list[Task](), sum(share.held for share in shares) - skip
        left = left if size is None else min(size, left)
        blocks = sorted({share.block for share in shares}, reverse=newest_first)
        for block in blocks if left > 0 else ():
            of_block = [share for share in shares if share.block == block]
            held = sum(share.held for share in of_block)
            if skip < held:
                rows = self._rows(of_block, min(skip + left - len(found), WHOLE), newest_first=newest_first)
                found += [read(row[0]) for row in rows[skip:]]
            skip = max(skip - held, 0)
            if len(found) >= left:
                break
        return found[:left]

    def _rows(self, shares: Sequence[Share], most: int, *, newest_first: bool) -> list[Row]:
        """The first rows of a block, at least so many of them if there are."""
        statement = self.sql.newest_in_phases if newest_first else self.sql.oldest_in_phases
        rows = [row for share in shares for row in self.session.many(statement, {**self._in(share), "most": most})]
        return sorted(rows, key=_place, reverse=newest_first)

    def _shares(self) -> list[Share]:
        """In which blocks there are any."""
        found = list[Share]()
        for line, outcome in self.lines.items():
            for block, held, *moments in self.session.many(self.sql.moments_of_line, self._of(line)):
                share = Share(block, line, held)
                phase = _phase(moments, outcome, self.now)
                if phase is None:
                    row = self.session.one(self.sql.count_in_phases, self._in(share))
                    share = Share(block, line, int(row[0]) if row else 0)
                if share.held and (phase is None or phase in self.phases):
                    found.append(share)
        return found

    def _of(self, line: bytes) -> dict[str, Any]:
        return {"owner": self.owner, "key": line}

    def _in(self, share: Share) -> Values:
        """What is asked of the rows of a block."""
        after = (Phase.SUCCEEDED, Phase.EXPIRED) if self.lines[share.line] is Phase.SUCCEEDED else (Phase.FAILED,) * 2
        wanted = [int(each in self.phases) for each in (Phase.QUEUED, Phase.RUNNING, *after)]
        within = {"after": (share.block << PLACES) - 1, "before": (share.block + 1) << PLACES, "now": self.now}
        return {**self._of(share.line), **within, **dict(zip(STATES, wanted, strict=True))}


def _phase(moments: Sequence[float], outcome: Phase, now: float) -> Phase | None:
    """The phase of all tasks that start, end and expire between the first and the last moment of each; None: several.

    `moments`: the first and the last start, then the ends, then the expiries.
    """
    is_past = [last <= now for last in moments[1::2]]
    if any(first <= now < last for first, last in zip(moments[::2], moments[1::2], strict=True)):
        return None
    if not is_past[0]:
        return Phase.QUEUED
    if not is_past[1]:
        return Phase.RUNNING
    return Phase.EXPIRED if is_past[2] and outcome is Phase.SUCCEEDED else outcome
