"""Tasks that are added and removed: written with one statement for all of them, once somebody looks, or all is done."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.stores.rows import written
from mockserver.stores.session import Session, Values
from mockserver.stores.statements import Statements, key
from mockserver.task import Task


class Batch:
    """Those of one account that are not written yet."""

    __slots__ = ("_added", "_owner", "_removed", "_session", "_sql")

    def __init__(self, session: Session, statements: Statements, owner: int) -> None:
        self._session, self._sql, self._owner = session, statements, owner
        self._added: dict[str, Values] = {}  # by id
        self._removed: list[bytes] = []  # keys

    def add(self, task: Task, place: int) -> None:
        """Have one more written; one that is there already is refused when it is."""
        if task.id in self._added:
            self.write()
        self._added[task.id] = columns(self._owner, place, task)

    def remove(self, task_id: str) -> None:
        """Have one less written."""
        if task_id in self._added:
            self.write()
        self._removed.append(key(task_id))

    def write(self) -> None:
        """Write them: first those that have to go, whose ids others may have now."""
        if self._removed:
            removed, self._removed = self._removed, []
            rows = [{"owner": self._owner, "key": each} for each in removed]
            do_all(self._session, self._sql.remove, self._sql.remove_all, rows)
        if self._added:
            added, self._added = [*self._added.values()], {}
            do_all(self._session, self._sql.add, self._sql.add_all, added)


def do_all(session: Session, once: str, for_all: str, rows: Sequence[Values]) -> None:
    """Have a statement done with each of the values, in one go where there is a statement `for_all`."""
    if len(rows) <= 1:
        for row in rows:
            session.later(once, row)
    elif for_all:
        session.later(for_all, {name: [row[name] for row in rows] for name in rows[0]})
    else:
        session.fill(once, rows)


def columns(owner: int, place: int, task: Task) -> Values:
    """A task as its row has it."""
    return {
        "owner": owner,
        "place": place,
        "id": key(task.id),
        "scope": key(task.scope) if task.scope else None,
        "same": key(task.same) if task.same else None,
        "file_name": key(task.file_name),
        "ends": float(task.ends),
        "task": written(task),
    }
