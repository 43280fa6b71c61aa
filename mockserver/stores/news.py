"""What did others do to the tasks of an account since this process looked last? Asked when it matters, not before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from mockserver.stores.counts import Counts
from mockserver.stores.known import Known
from mockserver.stores.lists import ALL
from mockserver.stores.recent import Recent
from mockserver.stores.rows import read
from mockserver.stores.session import Row, Session
from mockserver.stores.statements import Statements
from mockserver.task import Task


class News:
    """What is known of an account, and what was missed."""

    __slots__ = ("_added", "_missed", "_owner", "_session", "_sql", "known")

    def __init__(self, session: Session, statements: Statements, owner: int) -> None:
        self._session, self._sql, self._owner = session, statements, owner
        self._missed: Sequence[int] | None = None  # places; None: it is known, or asked for
        self._added: list[tuple[Task, int]] | None = None  # here, until it is told what was missed

    def begin(self, known: Known | None, counts: Counts, recent: Recent) -> None:
        """Go by what was known, as far as an account's row says that it is right, or that it can be mended."""
        changes, made = counts.changes, counts.made
        if known is not None and known.changes != changes:
            self._missed = known.missed(changes, made, recent)
            if self._missed is None:
                known = None
            elif known.paged != changes:
                known.pages.clear()
        self.known = known or Known(changes, made)

    def keep(self, counts: Counts) -> Known:
        """What is known now, of an account whose row is kept."""
        self.known.paged = counts.changes
        if self._missed is None:
            self.known.changes, self.known.made = counts.changes, counts.made
        return self.known

    def are_told(self) -> bool:
        """Whether all is known that others did; otherwise it is once anything else is answered."""
        if self._missed is not None:
            missed, self._missed, self._added = self._missed, None, []
            found = list[Row]()
            for place in missed:
                if 0 < place <= self.known.made:
                    self._session.later(self._sql.at, {"owner": self._owner, "place": place}, found.extend)
            new = {"owner": self._owner, "after": self.known.made, "skip": 0, "most": ALL}
            self._session.later(self._sql.oldest_first, new, partial(self._tell, missed, found))
        return self._added is None

    def wait(self) -> None:
        """Have all known that others did."""
        if not self.are_told():
            self._session.flush()

    def add(self, task: Task, place: int) -> None:
        """There is one more, which was added here."""
        if self.are_told():
            self.known.add(task, place)
        elif self._added is not None:
            self.known.pages.clear()
            self._added.append((task, place))

    def _tell(self, missed: Sequence[int], found: Sequence[Row], new: Sequence[Row]) -> None:
        added, self._added = self._added or [], None
        self.known.catch_up(missed, [(read(row[0]), row[1]) for row in (*found, *new)])
        for task, place in added:
            self.known.add(task, place)
