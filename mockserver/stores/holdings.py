"""What one account holds at one API, in tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mockserver import windows
from mockserver.lines import Line, Part, Unlisted
from mockserver.memory import MemoryHoldings
from mockserver.stores.batches import Batch, columns
from mockserver.stores.counts import COUNTS, Counts
from mockserver.stores.known import LISTED, Acquaintance, Page
from mockserver.stores.rows import read, read_calls, written, written_calls
from mockserver.stores.session import Row, Session, Values
from mockserver.stores.statements import PLACES, Statements, key
from mockserver.task import LOADED, Task
from mockserver.traits import Trait
from mockserver.windows import Calls, calls_at

FEW = 32  # tasks that are read at once at first; then ever more
MANY = 1 << 10
LATEST = (1 << 63) - 1  # above the place of any task
ALL = (1 << 31) - 1  # more tasks than anybody holds
Block = tuple[bytes, int]  # key of a scope, and which of its blocks
FAR = 1 << PLACES  # tasks that are passed one by one


class SqlHoldings:
    """What one account holds, in a transaction that holds its row of `mockserver_holdings`."""

    __slots__ = (
        "_acquaintance",
        "_batch",
        "_blocks",
        "_calls",
        "_counts",
        "_is_worth_listing",
        "_known",
        "_seeds",
        "_session",
        "_settled",
        "_sql",
        "_written",
        "owner",
    )

    def __init__(self, session: Session, statements: Statements, row: Row, acquaintance: Acquaintance) -> None:
        self._session, self._sql, self._acquaintance = session, statements, acquaintance
        self.owner, *counts, self._written = row
        self._counts = Counts(*counts)
        self._batch = Batch(session, statements, self.owner)
        self._known = acquaintance.take(self.owner, self._counts.changes)
        self._is_worth_listing = self._known.is_looked_through
        self._settled = tuple(counts)
        self._calls: dict[str, Calls] | None = None  # read when a limit is looked at
        self._blocks: dict[Block, int] = {}  # tasks more than are written down
        self._seeds: dict[str, int] = {}  # of loaded records, and how many more tasks have them

    def settle(self) -> None:
        """Write down what was done, and counted."""
        self.write()
        self._settle_seeds()
        calls = self._written if self._calls is None else written_calls(self._calls)
        counts = self._counts.values()
        if counts != self._settled or calls != self._written:
            values = dict(zip(COUNTS, counts, strict=True))
            self._session.later(self._sql.settle, {"row": self.owner, "calls": calls, **values})

    def write(self) -> None:
        """Write down what others look at in between."""
        self._batch.write()
        self._settle_blocks()

    def keep(self) -> None:
        """Remember what is known, as all is kept that was done."""
        self._acquaintance.put_back(self.owner, self._counts.changes, self._known)

    def add(self, task: Task) -> None:
        self._make(task)
        self._batch.add(task, self._counts.made)
        if not self._counts.made % FAR:
            self._session.later(self._sql.forget_blocks, {"owner": self.owner})

    def add_all(self, tasks: Iterable[Task]) -> None:
        """Add many at once."""
        rows = list[Values]()
        for task in tasks:
            self._make(task)
            rows.append(columns(self.owner, self._counts.made, task))
        if rows:
            self._session.fill(self._sql.fill, rows)

    def _make(self, task: Task) -> None:
        """Count and know one task more."""
        self._counts.add(task.ends)
        self._known.add(task, self._counts.made)
        self._count(task.scope, self._counts.made, 1)
        self._count_seed(task.seed, 1)

    def get(self, task_id: str) -> Task | None:
        known = self._known.tasks.get(task_id)
        return known[0] if known else self._found(self._sql.get, task_id)

    def named(self, file_name: str) -> Task | None:
        return self._found(self._sql.named, file_name)

    def same(self, key: str) -> Task | None:
        known = self._known.latest(key)
        if known is None and (known := self._found(self._sql.same, key)):
            self._known.same[key] = known.id
        return known

    def replace(self, task: Task) -> None:
        if self.get(task.id) is None:
            raise KeyError(task.id)
        old, place = self._known.tasks[task.id]
        self._counts.move(old.ends, task.ends)
        self._known.replace(task, place)
        self._batch.write()
        changed = {"key": key(task.id), "new_ends": task.ends, "new_task": written(task), "owner": self.owner}
        self._session.later(self._sql.replace, changed)

    def remove(self, task_id: str) -> None:
        if self.get(task_id) is None:
            return
        task, place = self._known.tasks[task_id]
        self._known.remove(task_id)
        self._batch.remove(task_id)
        self._counts.remove(task.ends)
        self._count(task.scope, place, -1)
        self._count_seed(task.seed, -1)

    def earliest(self, skip: int = 0) -> Task | None:
        self._batch.write()
        row = self._session.one(self._sql.earliest, {"owner": self.owner, "skip": skip})
        return self._met(row) if row else None

    def tasks(self, scope: str, *, newest_first: bool, skip: int = 0) -> Iterator[Task]:
        listed = self._listed(scope)
        if listed is not None:
            yield from listed.tasks(scope, newest_first=newest_first, skip=skip)
            return
        edge, passed = self._edge(scope, Part(newest_first, skip, None))
        most = FEW
        while rows := self._rows(scope, edge, Part(newest_first, passed, most)):
            for row in rows:
                yield read(row[0])
            if len(rows) < most:
                return
            edge, passed, most = rows[-1][1], 0, min(2 * most, MANY)

    def page(self, scope: str, part: Part) -> tuple[list[Task], int]:
        listed = self._listed(scope) if part.after else self._known.listed
        if listed is not None:
            return listed.page(scope, part)
        known = self._known.pages.get((scope, part))
        if known is None:
            known = self._far(scope, part) if part.skip >= FAR and not part.after else self._near(scope, part)
            if len(known[0]) <= FEW:
                self._known.put_page(scope, part, known)
        tasks, total = known
        return [*tasks], total

    def _near(self, scope: str, part: Part) -> Page:
        """A page that a few tasks are passed for."""
        rows = self._part(scope, part)
        total = (rows[0][2] if rows else self.count(scope)) if scope else self._counts.held
        return [self._met(row) for row in rows], int(total)

    def _far(self, scope: str, part: Part) -> Page:
        """A page behind many others, which is reached from the nearer end."""
        total = self.count(scope)
        left = max(total - part.skip, 0)
        size = left if part.size is None else min(part.size, left)
        if part.skip <= left:
            rows = self._part(scope, Part(part.newest_first, part.skip, size))
        else:
            rows = self._part(scope, Part(not part.newest_first, left - size, size))[::-1]
        return [self._met(row) for row in rows], total

    def _part(self, scope: str, part: Part) -> list[Row]:
        edge, passed = self._edge(scope, part)
        return self._rows(scope, edge, Part(part.newest_first, passed, ALL if part.size is None else part.size))

    def count(self, scope: str = "") -> int:
        if not scope:
            return self._counts.held
        self._settle_blocks()
        row = self._session.one(self._sql.in_scope, {"owner": self.owner, "key": key(scope)})
        return int(row[0]) if row else 0

    def line(self, scope: str, trait: Trait) -> Line | None:
        listed = self._listed(scope)
        return None if listed is None else listed.line(scope, trait)

    def count_unfinished(self, now: float, limit: int | None = None) -> int:
        counts = self._counts
        if now >= counts.counted and limit is not None and counts.unfinished < limit:
            return counts.unfinished  # or fewer, as time passes
        if now != counts.counted:
            between = {"after": min(now, counts.counted), "until": max(now, counts.counted)}
            self._batch.write()
            row = self._session.one(self._sql.ending, {"owner": self.owner, **between})
            ended = int(row[0]) if row else 0
            counts.unfinished -= ended if now > counts.counted else -ended
            counts.counted = now
        return counts.unfinished

    def spend(self, limit: str, requests: int, seconds: float, now: float) -> float:
        return windows.spend(self._limits().setdefault(limit, calls_at()), requests, seconds, now)

    def spent(self, limit: str, seconds: float, now: float) -> int:
        return windows.spent(self._limits().get(limit, ()), seconds, now)

    def recall(self, calls: Mapping[str, Iterable[float]]) -> None:
        """Have it that these calls were counted against the rate limits."""
        self._calls = {limit: calls_at(moments) for limit, moments in calls.items()}

    def _listed(self, scope: str) -> MemoryHoldings | None:
        """All tasks as they are listed in memory, for who has to look at all of a scope; None: that is not worth it.

        They may be many more than the scope has, and somebody else may change one before the next who looks.
        """
        known, self._known.is_looked_through = self._known, True
        if known.listed is None and self._counts.held <= LISTED and (self._is_worth_listing or not scope):
            known.list_all(read(row[0]) for row in self._rows("", 0, Part(newest_first=False, skip=0, size=ALL)))
        return known.listed

    def _rows(self, scope: str, edge: int, part: Part) -> list[Row]:
        """The tasks of a part of those beyond an edge."""
        self.write()
        sql = self._sql
        oldest, newest = (sql.oldest_of_scope, sql.newest_of_scope) if scope else (sql.oldest_first, sql.newest_first)
        statement, side = (newest, "before") if part.newest_first else (oldest, "after")
        values = {"owner": self.owner, side: edge, "skip": min(part.skip, ALL), "most": part.size}
        return self._session.many(statement, {**values, "key": key(scope)} if scope else values)

    def _edge(self, scope: str, part: Part) -> tuple[int, int]:
        """Where the tasks begin that are not passed in whole blocks, and how many of them are to be passed yet."""
        edge, skip = LATEST if part.newest_first else 0, part.skip
        if part.after:  # nobody knows whether ids have always grown, as they do not after a clock was set back
            raise Unlisted(part.after)
        if skip < FAR:
            return edge, skip
        self._settle_blocks()
        values = {"owner": self.owner}
        statement, named = (self._sql.blocks_of_scope, {"key": key(scope)}) if scope else (self._sql.blocks, {})
        blocks = self._session.many(statement, values | named)
        for block, held in reversed(blocks) if part.newest_first else blocks:
            if held > skip:
                break
            skip -= int(held)
            edge = block << PLACES if part.newest_first else ((block + 1) << PLACES) - 1
        return edge, skip

    def _found(self, statement: str, text: str) -> Task | None:
        self._batch.write()
        row = self._session.one(statement, {"owner": self.owner, "key": key(text)}) if text else None
        return self._met(row) if row else None

    def _met(self, row: Row) -> Task:
        task = read(row[0])
        self._known.put_task(task, row[1])
        return task

    def _count(self, scope: str, place: int, more: int) -> None:
        block = key(scope) if scope else b"", place >> PLACES
        self._blocks[block] = self._blocks.get(block, 0) + more

    def _settle_blocks(self) -> None:
        """Write down how many tasks are in which block."""
        for (scope, block), more in self._blocks.items():
            if more:
                counted = {"owner": self.owner, "scope": scope, "block": block, "held": more}
                self._session.later(self._sql.count_in_block, counted)
        self._blocks.clear()

    def _count_seed(self, seed: str, more: int) -> None:
        if seed.startswith(LOADED):
            self._seeds[seed] = self._seeds.get(seed, 0) + more

    def _settle_seeds(self) -> None:
        """Write down how many tasks have which records."""
        for seed, more in self._seeds.items():
            whose = {"owner": self.owner, "seed": key(seed)}
            if more:
                self._session.later(self._sql.count_holders, {**whose, "held": more})
            if more < 0:
                self._session.later(self._sql.forget_holder, whose)
        self._seeds.clear()

    def _limits(self) -> dict[str, Calls]:
        if self._calls is None:
            self._calls = read_calls(self._written)
        return self._calls
