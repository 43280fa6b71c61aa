"""By what are the tasks of an account listed besides? By what filters ask for, once there are many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from mockserver.lines import PLACES
from mockserver.stores.batches import do_all
from mockserver.stores.schema import EDGES, MOMENTS
from mockserver.stores.session import Session, Values
from mockserver.stores.statements import Statements, key
from mockserver.task import Task
from mockserver.traits import OUTCOME, OWN_ID, Kind, Trait, canonical, teller

FIRST, LAST = ({name: f"{edge}_{name}" for name in MOMENTS} for edge in EDGES)
UNTOLD: Values = dict.fromkeys(MOMENTS)
UNBOUNDED: Values = dict.fromkeys((*FIRST.values(), *LAST.values()))
KEPT = 64  # lists of kinds that are remembered
TOGETHER = 1 << 12  # rows that are written at once
BEHIND = 1 << 8  # tasks that may be added before they are listed: many at once are cheaper than one by one


class Line(NamedTuple):
    """Where a task is listed."""

    key: bytes
    told: tuple[float, ...]  # its moments, if these are asked of the line

    def moments(self) -> Values:
        """These by their names."""
        return dict(zip(MOMENTS, self.told, strict=True)) if self.told else UNTOLD


class Listed:
    """Which tasks have what: what is to be written of it yet."""

    __slots__ = ("_blocks", "_owner", "_rows", "_session", "_sql", "has_changed", "kinds", "until")

    def __init__(self, session: Session, statements: Statements, owner: int, content: str) -> None:
        """`content`: as `written` has it."""
        self._session, self._sql, self._owner = session, statements, owner
        self.until, self.kinds = _read(content) if content else (0, ())  # until which place tasks are listed
        self.has_changed = False  # how far, or by what they are listed
        self._rows: dict[tuple[Line, int], int] = {}  # with a place: 1 to be added, -1 to be deleted
        self._blocks: dict[tuple[bytes, int], dict[str, Any]] = {}  # by key, and which block: more than is written down

    def written(self) -> str:
        """How far, and by which kinds, as a row has it."""
        return orjson.dumps([self.until, [[*kind] for kind in self.kinds]]).decode() if self.kinds else ""

    def begin(self, kinds: Iterable[Kind], tasks: Iterable[tuple[Task, int]], until: int) -> None:
        """List the tasks so far with their places, until a place, by some kinds more."""
        new = tuple(kind for kind in kinds if kind not in self.kinds)
        for task, place in tasks:
            self._put(_lines(new, task), place, 1)
        self.kinds, self.until, self.has_changed = (*self.kinds, *new), until, True

    def go_on(self, tasks: Iterable[tuple[Task, int]], until: int) -> None:
        """List those behind, until a place."""
        for task, place in tasks:
            self._put(_lines(self.kinds, task), place, 1)
        self.until, self.has_changed = until, True

    def remove(self, task: Task, place: int) -> None:
        """There is one less."""
        if place <= self.until:
            self._put(_lines(self.kinds, task), place, -1)

    def replace(self, old: Task, task: Task, place: int) -> None:
        """There is another in the place of an older one."""
        if place <= self.until:
            self._put(_lines(self.kinds, old), place, -1)
            self._put(_lines(self.kinds, task), place, 1)

    def write(self) -> None:
        """Write down what is not yet."""
        if not self._rows:
            return
        rows = [({**self._key(line), "place": at, **line.moments()}, more) for (line, at), more in self._rows.items()]
        gone, new = ([row for row, more in rows if more == wanted] for wanted in (-1, 1))
        do_all(self._session, self._sql.unlist_task, self._sql.unlist_all, [_unnamed(row) for row in gone])
        do_all(self._session, self._sql.list_task, self._sql.list_all, new)
        do_all(self._session, self._sql.count_in_line, self._sql.count_in_lines, [*self._blocks.values()])
        for each in self._blocks.values():
            if each["held"] <= 0:
                self._session.later(self._sql.forget_line, {name: each[name] for name in ("owner", "line", "block")})
        self._rows.clear()
        self._blocks.clear()

    def _key(self, line: Line) -> Values:
        return {"owner": self._owner, "line": line.key}

    def _put(self, lines: Iterable[Line], place: int, more: int) -> None:
        for line in lines:
            self._rows[line, place] = self._rows.get((line, place), 0) + more
            block = line.key, place >> PLACES
            known = self._blocks.setdefault(block, {**self._key(line), "block": block[1], "held": 0, **UNBOUNDED})
            known["held"] += more
            for name, moment in zip(MOMENTS, line.told, strict=False):
                first, last = FIRST[name], LAST[name]
                known[first] = moment if known[first] is None else min(known[first], moment)
                known[last] = moment if known[last] is None else max(known[last], moment)
        if len(self._rows) >= TOGETHER:
            self.write()


@lru_cache(KEPT)
def _read(content: str) -> tuple[int, tuple[Kind, ...]]:
    until, kinds = orjson.loads(content)
    return until, tuple(Kind(*each) for each in kinds)


def line_of(scope: str, trait: Trait) -> bytes:
    """The key of those tasks of a scope that have a trait; the empty scope is all of them."""
    return key(canonical([scope, trait.name, trait.default, trait.value]))


def _unnamed(row: Values) -> Values:
    """A row without what is not asked for when it is deleted."""
    return {name: row[name] for name in ("owner", "line", "place")}


def _lines(kinds: Iterable[Kind], task: Task) -> Iterator[Line]:
    """Where a task is listed. One that is shown by its own id is found by that."""
    for kind in kinds:
        if (task.scope or not kind.is_scoped) and (kind.name != OWN_ID or task.shown_id != task.id):
            trait = Trait(kind.name, kind.default, teller(kind.name, kind.default)(task))
            told = (float(task.starts), float(task.ends), float(task.expires)) if kind.name == OUTCOME else ()
            yield Line(line_of(task.scope if kind.is_scoped else "", trait), told)
