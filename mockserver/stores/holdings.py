"""What one account holds at one API, in tables."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from mockserver import windows
from mockserver.state import tasks as forms
from mockserver.state.encoding import from_bytes, to_bytes
from mockserver.stores.session import Row, Session
from mockserver.stores.statements import Statements, key
from mockserver.task import Task

FEW = 32  # tasks that are read at once at first; then ever more
MANY = 1 << 10
LATEST = (1 << 63) - 1  # above the number of any task
Calls = dict[str, deque[float]]


class SqlHoldings:
    """What one account holds, in a transaction that holds its row of `mockserver_holdings`."""

    __slots__ = ("_calls", "_count", "_session", "_settled", "_sql", "_written", "owner")

    def __init__(self, session: Session, statements: Statements, row: Row) -> None:
        self._session, self._sql = session, statements
        self.owner, self._count, self._written = row
        self._settled = self._count
        self._calls: Calls | None = None  # read when a limit is looked at

    def settle(self) -> None:
        """Write down what was counted."""
        written = self._written if self._calls is None else written_calls(self._calls)
        if self._count != self._settled or written != self._written:
            self._session.run(self._sql.settle, {"row": self.owner, "held": self._count, "calls": written})

    def add(self, task: Task) -> None:
        self._session.run(self._sql.add, columns(self.owner, task))
        self._count_up(key(task.scope) if task.scope else None, 1)

    def get(self, task_id: str) -> Task | None:
        return self._found(self._sql.get, task_id)

    def named(self, file_name: str) -> Task | None:
        return self._found(self._sql.named, file_name)

    def same(self, key: str) -> Task | None:
        return self._found(self._sql.same, key)

    def replace(self, task: Task) -> None:
        changed = {"key": key(task.id), "new_ends": task.ends, "new_task": written(task), "owner": self.owner}
        if not self._session.run(self._sql.replace, changed):
            raise KeyError(task.id)

    def remove(self, task_id: str) -> None:
        row = self._session.one(self._sql.remove, {"owner": self.owner, "key": key(task_id)})
        if row is not None:
            self._count_up(row[0], -1)

    def earliest(self) -> Task | None:
        row = self._session.one(self._sql.earliest, {"owner": self.owner})
        return read(row[0]) if row else None

    def tasks(self, scope: str, *, newest_first: bool, skip: int = 0) -> Iterator[Task]:
        if newest_first:
            statement, edge, end = self._sql.newest_first, "before", LATEST
            statement = self._sql.newest_of_scope if scope else statement
        else:
            statement, edge, end = self._sql.oldest_first, "after", 0
            statement = self._sql.oldest_of_scope if scope else statement
        values = {"owner": self.owner, "key": key(scope), edge: end, "skip": skip, "most": FEW}
        while rows := self._session.many(statement, values):
            for row in rows:
                yield read(row[1])
            if len(rows) < values["most"]:
                return
            values |= {edge: rows[-1][0], "skip": 0, "most": min(2 * len(rows), MANY)}

    def count(self, scope: str = "") -> int:
        if not scope:
            return int(self._count)
        row = self._session.one(self._sql.in_scope, {"owner": self.owner, "key": key(scope)})
        return int(row[0]) if row else 0

    def count_unfinished(self, now: float) -> int:
        row = self._session.one(self._sql.unfinished, {"owner": self.owner, "now": now})
        return int(row[0]) if row else 0

    def spend(self, limit: str, requests: int, seconds: float, now: float) -> float:
        limits = self._limits()
        calls = limits[limit] = deque(limits.get(limit, ()), maxlen=requests)
        return windows.spend(calls, seconds, now)

    def spent(self, limit: str, seconds: float, now: float) -> int:
        return windows.spent(self._limits().get(limit, ()), seconds, now)

    def recall(self, calls: Mapping[str, Iterable[float]]) -> None:
        """Have it that these calls were counted against the rate limits."""
        self._calls = {limit: deque(moments) for limit, moments in calls.items()}

    def _found(self, statement: str, text: str) -> Task | None:
        row = self._session.one(statement, {"owner": self.owner, "key": key(text)}) if text else None
        return read(row[0]) if row else None

    def _count_up(self, scope: bytes | None, more: int) -> None:
        self._count += more
        if scope is not None:
            self._session.run(self._sql.count_in_scope, {"owner": self.owner, "scope": scope, "held": more})

    def _limits(self) -> Calls:
        if self._calls is None:
            self._calls = read_calls(self._written)
        return self._calls


def columns(owner: int, task: Task) -> dict[str, object]:
    """A task as its row has it."""
    return {
        "owner": owner,
        "id": key(task.id),
        "scope": key(task.scope) if task.scope else None,
        "same": key(task.same) if task.same else None,
        "file_name": key(task.file_name),
        "ends": task.ends,
        "task": written(task),
    }


def written(task: Task) -> str:
    """A task as JSON."""
    return to_bytes(forms.written(task)).decode()


def read(text: str) -> Task:
    """The task that `written` wrote."""
    return forms.read(from_bytes(text.encode()))


def written_calls(calls: Calls) -> str:
    """The moments of the calls that were counted, as JSON."""
    return to_bytes({limit: [*moments] for limit, moments in calls.items()}).decode()


def read_calls(text: str) -> Calls:
    """The calls that `written_calls` wrote."""
    return {limit: deque(moments) for limit, moments in from_bytes(text.encode()).items()}
