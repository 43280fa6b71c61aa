"""A list of tasks of one account, in tables: all of them, those of a scope, or those that have something in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mockserver.lines import PLACES, Part, Unlisted
from mockserver.stores.rows import read
from mockserver.stores.session import Row, Session
from mockserver.stores.statements import Statements
from mockserver.task import Task

FEW = 32  # tasks that are read at once at first; then ever more
MANY = 1 << 10
LATEST = (1 << 63) - 1  # above the place of any task
ALL = (1 << 31) - 1  # more tasks than anybody holds
FAR = 1 << PLACES  # tasks that are passed one by one


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a kind of list."""

    oldest: str  # after, skip, most; a third column has how many tasks there are, but for a list of all
    newest: str  # before, skip, most
    blocks: str
    count: str  # empty: nobody has to ask


def of_all(sql: Statements) -> Asked:
    """Of all tasks of an account."""
    return Asked(sql.oldest_first, sql.newest_first, sql.blocks, "")


def of_scope(sql: Statements) -> Asked:
    """Of those of one scope."""
    return Asked(sql.oldest_of_scope, sql.newest_of_scope, sql.blocks_of_scope, sql.in_scope)


def of_line(sql: Statements) -> Asked:
    """Of those that have something in common."""
    return Asked(sql.oldest_of_line, sql.newest_of_line, sql.blocks_of_line, sql.in_line)


@dataclass(frozen=True, slots=True)
class SqlLine:
    """Tasks in the order of their places, looked at in the tables, where everything is written down by then."""

    session: Session
    asked: Asked
    named: dict[str, object]  # the owner, and the key of the list if it has one
    held: int  # tasks, where nobody has to ask
    meet: Callable[[Row], Task]  # has a task of a page known
    place_of: Callable[[str], int | None]  # behind which the tasks begin that are behind the one with an id

    def __len__(self) -> int:
        if not self.asked.count:
            return self.held
        row = self.session.one(self.asked.count, self.named)
        return int(row[0]) if row else 0

    def page(self, part: Part) -> tuple[list[Task], int]:
        """A part of these tasks, and how many there are in all. Raises Unlisted."""
        rows, total = self._far(part) if part.skip >= FAR and not part.after else self._near(part)
        return [self.meet(row) for row in rows], total

    def walk(self, *, newest_first: bool, skip: int = 0) -> Iterator[Task]:
        """All tasks but the first so many."""
        return (read(row[0]) for row in self.rows(newest_first=newest_first, skip=skip))

    def rows(self, *, newest_first: bool, skip: int = 0) -> Iterator[Row]:
        """All tasks but the first so many, with their places."""
        return self._from(*self._edge(Part(newest_first, skip, None)), newest_first=newest_first)

    def behind(self, place: int) -> Iterator[Row]:
        """The tasks behind a place, the oldest first."""
        return self._from(place, 0, newest_first=False)

    def _from(self, edge: int, passed: int, *, newest_first: bool) -> Iterator[Row]:
        """The tasks beyond an edge but the first of them, ever more at once."""
        most = FEW
        while rows := self._beyond(edge, Part(newest_first, passed, most)):
            yield from rows
            if len(rows) < most:
                return
            edge, passed, most = rows[-1][1], 0, min(2 * most, MANY)

    def _near(self, part: Part) -> tuple[list[Row], int]:
        """A page that a few tasks are passed for."""
        rows = self._part(part)
        return rows, int(rows[0][2]) if rows and self.asked.count else len(self)

    def _far(self, part: Part) -> tuple[list[Row], int]:
        """A page behind many others, which is reached from the nearer end."""
        total = len(self)
        left = max(total - part.skip, 0)
        size = left if part.size is None else min(part.size, left)
        if part.skip <= left:
            return self._part(Part(part.newest_first, part.skip, size)), total
        return self._part(Part(not part.newest_first, left - size, size))[::-1], total

    def _part(self, part: Part) -> list[Row]:
        edge, passed = self._edge(part)
        return self._beyond(edge, Part(part.newest_first, passed, ALL if part.size is None else part.size))

    def _beyond(self, edge: int, part: Part) -> list[Row]:
        """The tasks of a part of those beyond an edge."""
        statement, side = (self.asked.newest, "before") if part.newest_first else (self.asked.oldest, "after")
        return self.session.many(statement, {**self.named, side: edge, "skip": min(part.skip, ALL), "most": part.size})

    def _edge(self, part: Part) -> tuple[int, int]:
        """Where the tasks begin that are not passed in whole blocks, and how many of them are to be passed yet."""
        edge, skip = LATEST if part.newest_first else 0, part.skip
        if part.after:
            place = self.place_of(part.after)
            if place is None:
                raise Unlisted(part.after)
            return place, skip
        if skip < FAR:
            return edge, skip
        blocks = self.session.many(self.asked.blocks, self.named)
        for block, held in reversed(blocks) if part.newest_first else blocks:
            if held > skip:
                break
            skip -= int(held)
            edge = block << PLACES if part.newest_first else ((block + 1) << PLACES) - 1
        return edge, skip
