"""What one account holds at one API, in tables."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from mockserver.lines import Line, Ordered, Part
from mockserver.memory import MemoryHoldings
from mockserver.stores.batches import Batch, columns
from mockserver.stores.counts import COUNTS, UNSORTED, Counts, latest
from mockserver.stores.known import LISTED, Acquaintance
from mockserver.stores.limits import Limits
from mockserver.stores.listed import BEHIND, TOGETHER, Listed, line_of
from mockserver.stores.lists import FAR, FEW, SqlLine, of_all, of_line, of_scope
from mockserver.stores.news import News
from mockserver.stores.phases import SqlPhases
from mockserver.stores.recent import Recent
from mockserver.stores.rows import read, written
from mockserver.stores.session import Row, Session, Values
from mockserver.stores.statements import Statements, key
from mockserver.stores.tallies import Tallies
from mockserver.task import Task
from mockserver.traits import NOTHING, OUTCOME, OWN_ID, Kind, Trait
from openapi.model import Phase


class SqlHoldings:
    """What one account holds, in a transaction that holds its row of `mockserver_holdings`."""

    __slots__ = (
        "_acquaintance",
        "_batch",
        "_counts",
        "_is_worth_listing",
        "_kinds",
        "_known",
        "_latest",
        "_limits",
        "_lists",
        "_news",
        "_recent",
        "_session",
        "_settled",
        "_sql",
        "_tallies",
        "_written",
        "owner",
    )

    def __init__(
        self, session: Session, statements: Statements, row: Row, acquaintance: Acquaintance, kinds: Collection[Kind]
    ) -> None:
        """`kinds`: what clients may filter by."""
        self._session, self._sql, self._acquaintance, self._kinds = session, statements, acquaintance, kinds
        self.owner, *counts, self._written, recent, self._latest, listed = row
        self._counts, self._recent = Counts(*counts), Recent(recent)
        whose = session, statements, self.owner
        self._batch, self._tallies, self._news = Batch(*whose), Tallies(*whose), News(*whose)
        self._lists, self._limits = Listed(*whose, listed), Limits(*whose, self._written)
        self._news.begin(acquaintance.take(self.owner), self._counts, self._recent)
        self._known = self._news.known
        self._is_worth_listing = self._known.is_looked_through
        self._settled = tuple(counts)

    def settle(self) -> None:
        """Write down what was done, and counted."""
        self.write()
        self._tallies.write_seeds()
        calls, counts = self._limits.content(), self._counts.values()
        values: Values = {"row": self.owner, "calls": calls, **dict(zip(COUNTS, counts, strict=True))}
        if counts[-1] != self._settled[-1] or self._lists.has_changed:
            told = {"recent": self._recent.written(), "latest": self._latest, "listed": self._lists.written()}
            self._session.later(self._sql.settle_changed, {**values, **told})
        elif counts != self._settled or calls != self._written:
            self._session.later(self._sql.settle, values)

    def write(self) -> None:
        """Write down what others look at in between."""
        self._batch.write()
        self._lists.write()
        self._tallies.write_blocks()

    def keep(self) -> None:
        """Remember what is known, as all is kept that was done."""
        self._acquaintance.put_back(self.owner, self._news.keep(self._counts))

    def add(self, task: Task) -> None:
        self._batch.add(task, self._make(task))
        if not self._counts.made % FAR:
            self._session.later(self._sql.forget_blocks, {"owner": self.owner})
        if self._counts.held == LISTED + 1:
            is_first = not self._lists.kinds  # an account may come to hold so many time and again
            self._list_by(self._kinds)
            if is_first and self._sql.sized:
                self._session.later(self._sql.sized)
        elif self._lists.kinds and self._counts.made >= self._lists.until + BEHIND:
            self._list_by(())

    def load(self, tasks: Sequence[Task]) -> None:
        """Have many tasks at once, of one who never had any. They are listed as they come, and not read again."""
        for start in range(0, len(tasks), TOGETHER):
            some = tasks[start : start + TOGETHER]
            self._session.fill(self._sql.fill, [columns(self.owner, self._make(task), task) for task in some])
        made = self._counts.made
        if made > LISTED:
            self._lists.begin(self._kinds, zip(tasks, range(1, made + 1), strict=True), made)

    def _make(self, task: Task) -> int:
        """Count and know one task more. Answers its place."""
        self._counts.add(task.ends)
        self._latest = latest(self._latest, task.id)
        self._tallies.count(task, self._counts.made, 1)
        self._news.add(task, self._counts.made)
        return self._counts.made

    def get(self, task_id: str) -> Task | None:
        known = self._known.tasks.get(task_id) if self._news.are_told() else None
        return known[0] if known else self._found(self._sql.get, task_id)

    def named(self, file_name: str) -> Task | None:
        return self._found(self._sql.named, file_name)

    def same(self, key: str) -> Task | None:
        known = self._known.latest(key) if self._news.are_told() else None
        if known is None and (known := self._found(self._sql.same, key)):
            self._known.same[key] = known.id
        return known

    def replace(self, task: Task) -> None:
        if self.get(task.id) is None:
            raise KeyError(task.id)
        old, place = self._known.tasks[task.id]
        self._counts.move(old.ends, task.ends)
        self._known.replace(task, place)
        self._recent.replaced(place)
        self._lists.replace(old, task, place)
        self._batch.write()
        changed = {"key": key(task.id), "new_ends": float(task.ends), "new_task": written(task), "owner": self.owner}
        self._session.later(self._sql.replace, changed)

    def remove(self, task_id: str) -> None:
        if self.get(task_id) is None:
            return
        task, place = self._known.tasks[task_id]
        self._known.remove(task_id, place)
        self._recent.removed(place)
        self._lists.remove(task, place)
        self._batch.remove(task_id)
        self._counts.remove(task.ends)
        self._tallies.count(task, place, -1)

    def earliest(self, skip: int = 0) -> Task | None:
        self._batch.write()
        row = self._session.one(self._sql.earliest, {"owner": self.owner, "skip": skip})
        return self._met(row) if row else None

    def tasks(self, scope: str, *, newest_first: bool, skip: int = 0) -> Iterator[Task]:
        listed: MemoryHoldings | None = self._listed(scope)
        if listed is not None:
            return listed.tasks(scope, newest_first=newest_first, skip=skip)
        return self._line(scope).walk(newest_first=newest_first, skip=skip)

    def page(self, scope: str, part: Part) -> tuple[list[Task], int]:
        listed = self._listed(scope) if part.after else self._known_list()
        if listed is not None:
            return listed.page(scope, part)
        known = self._known.pages.get((scope, part))
        if known is None:
            known = self._line(scope).page(part)
            if len(known[0]) <= FEW:
                self._known.put_page(scope, part, known)
        tasks, total = known
        return [*tasks], total

    def count(self, scope: str = "") -> int:
        if not scope:
            return self._counts.held
        self._tallies.write_blocks()
        row = self._session.one(self._sql.in_scope, {"owner": self.owner, "key": key(scope)})
        return int(row[0]) if row else 0

    def line(self, scope: str, trait: Trait) -> Ordered | None:
        listed = self._listed(scope)
        if listed is not None:
            return listed.line(scope, trait)
        if self._counts.held <= LISTED:
            return None
        self._list_by([Kind(trait.name, trait.default, bool(scope))])
        named = {"owner": self.owner, "key": line_of(scope, trait)}
        line = SqlLine(self._session, of_line(self._sql), named, 0, self._met, self._place)
        return self._with_own(line, scope, trait) if trait.name == OWN_ID else line

    def in_phases(self, scope: str, phases: Collection[Phase], now: float) -> Ordered | None:
        if self._counts.held <= LISTED:
            return None
        self._list_by([Kind(OUTCOME, NOTHING, bool(scope))])
        lines = {line_of(scope, Trait(OUTCOME, NOTHING, f'"{each}"')): each for each in (Phase.SUCCEEDED, Phase.FAILED)}
        return SqlPhases(self._session, self._sql, self.owner, lines, phases, now)

    def _with_own(self, line: SqlLine, scope: str, trait: Trait) -> Line:
        """The tasks that are shown by an id: besides those that are given another's, the one that it belongs to."""
        wanted = json.loads(trait.value)
        own = self.get(wanted) if isinstance(wanted, str) else None
        found = {row[1]: read(row[0]) for row in line.rows(newest_first=False)}
        if own is not None and own.shown_id == own.id and scope in ("", own.scope):
            found[self._known.tasks[own.id][1]] = own
        made = Line()
        for place in sorted(found):
            made.add(place, found[place])
        return made

    def _list_by(self, kinds: Collection[Kind]) -> None:
        """Have all tasks listed by some kinds of traits, too: if by any new one, by all expected, to read them once."""
        lists, made = self._lists, self._counts.made
        if lists.kinds and lists.until < made:
            lists.go_on(self._placed(self._line("").behind(lists.until)), made)
        if not {*kinds} <= {*lists.kinds}:
            lists.begin({*kinds, *self._kinds}, self._placed(self._line("").behind(0)), made)
        self.write()

    def _placed(self, rows: Iterable[Row]) -> Iterator[tuple[Task, int]]:
        return ((read(row[0]), row[1]) for row in rows)

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
        return self._limits.spend(limit, requests, seconds, now)

    def spent(self, limit: str, seconds: float, now: float) -> int:
        return self._limits.spent(limit, seconds, now)

    def recall(self, calls: Mapping[str, Iterable[float]]) -> None:
        """Have it that these calls were counted against the rate limits."""
        self._limits.recall(calls)

    def _listed(self, scope: str) -> MemoryHoldings | None:
        """All tasks as they are listed in memory, for who has to look at all of a scope; None: that is not worth it.

        They may be many more than the scope has, and somebody else may change too many before the next who looks.
        """
        known, self._known.is_looked_through = self._known, True
        listed = self._known_list()
        if listed is None and self._counts.held <= LISTED and (self._is_worth_listing or not scope):
            self._news.wait()
            known.list_all(self._placed(self._line("").behind(0)))
        return known.listed

    def _known_list(self) -> MemoryHoldings | None:
        """All tasks as they are listed in memory, if they are known."""
        if self._known.listed is not None:
            self._news.wait()
        return self._known.listed

    def _line(self, scope: str) -> SqlLine:
        """The tasks of a scope, as they stand in the tables."""
        self.write()
        named = {"owner": self.owner, "key": key(scope)} if scope else {"owner": self.owner}
        asked = of_scope(self._sql) if scope else of_all(self._sql)
        return SqlLine(self._session, asked, named, self._counts.held, self._met, self._place)

    def _place(self, task_id: str) -> int | None:
        """Where the task of an id stands, if all stand in the order of their ids, so that those behind are behind it.

        A list may be of others alone.
        """
        is_there = self._latest != UNSORTED and self.get(task_id) is not None
        return self._known.tasks[task_id][1] if is_there else None

    def _found(self, statement: str, text: str) -> Task | None:
        self._batch.write()
        row = self._session.one(statement, {"owner": self.owner, "key": key(text)}) if text else None
        return self._met(row) if row else None

    def _met(self, row: Row) -> Task:
        task = read(row[0])
        self._known.put_task(task, row[1])
        return task
