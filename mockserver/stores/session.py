"""One transaction of a database, and a database as far as a store sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from mockserver.store import StoreError
from mockserver.stores.statements import Statements

PATIENCE = 5.0  # seconds that a database may take for anything, and others may keep it busy
Row = tuple[Any, ...]
Values = Mapping[str, Any]
Told = Callable[[list[Row]], None]  # called with all rows
Asked = tuple[str, Values, Told | None]
NONE: Values = {}


class Cursor(Protocol):
    """What a driver answers."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """What the connections of the drivers have in common."""

    def execute(self, statement: Any, values: Any = ..., /) -> Cursor: ...

    def cursor(self) -> Any: ...


Together = Callable[[Any, Sequence[Asked]], Cursor]  # what the last of them is answered
Filling = Values | tuple[Any, ...]  # by name, or by place where a driver takes that
Fill = Callable[[Any, str, Sequence[Any]], None]


def many_times(connection: Connection, statement: str, rows: Sequence[Filling]) -> None:
    """Have a statement done once with each of the values."""
    connection.cursor().executemany(statement, rows)


class Session:
    """Asks a database. Everything raises StoreError where it cannot answer; then nothing more can be asked."""

    __slots__ = ("_ask", "_connection", "_errors", "_fill", "_together", "_waiting", "has_failed", "is_undone")

    def __init__(
        self, connection: Connection, errors: type[Exception], together: Together | None = None, fill: Fill = many_times
    ) -> None:
        """`together` asks several things of the connection in one go; None: there is nothing to be gained by that."""
        self._connection = connection
        self._errors = errors  # that the driver raises
        self._together = together
        self._fill = fill
        self._waiting: list[Asked] = []
        self._ask = connection.execute if together is None else self._with_waiting
        self.has_failed = False
        self.is_undone = False  # after a failure, so that its connection can be used again

    def one(self, statement: str, values: Values = NONE) -> Row | None:
        """The first row."""
        try:
            row: Row | None = self._ask(statement, values).fetchone()
        except self._errors as error:
            raise self._failed(error) from error
        return row

    def many(self, statement: str, values: Values = NONE) -> list[Row]:
        """All rows."""
        try:
            return self._ask(statement, values).fetchall()
        except self._errors as error:
            raise self._failed(error) from error

    def run(self, statement: str, values: Values = NONE) -> int:
        """How many rows were changed."""
        try:
            return self._ask(statement, values).rowcount
        except self._errors as error:
            raise self._failed(error) from error

    def later(self, statement: str, values: Values = NONE, told: Told | None = None) -> None:
        """Have it done before whatever is asked next; then its rows are told."""
        if self._together is not None:
            self._waiting.append((statement, values, told))
        elif told is not None:
            told(self.many(statement, values))
        else:
            self.run(statement, values)

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone, and with it what was to be answered."""
        return bool(getattr(self._connection, "closed", False))

    def undo(self, roll_back: Callable[[Any], object]) -> None:
        """Undo all that was done, as the driver does, and forget what waits; its connection can be used again."""
        self._waiting = []
        try:
            roll_back(self._connection)
        except self._errors as error:
            raise self._failed(error) from error
        self.is_undone = True

    def flush(self) -> None:
        """Have done what waits."""
        if self._waiting and self._together is not None:
            waiting, self._waiting = self._waiting, []
            try:
                self._together(self._connection, waiting)
            except self._errors as error:
                raise self._failed(error) from error

    def fill(self, statement: str, rows: Sequence[Filling]) -> None:
        """Put many rows into a table at once, with the statement that the dialect has for that."""
        self.flush()
        try:
            self._fill(self._connection, statement, rows)
        except self._errors as error:
            raise self._failed(error) from error

    def _with_waiting(self, statement: str, values: Values) -> Cursor:
        if self._together is None or not self._waiting:
            return self._connection.execute(statement, values)
        asked, self._waiting = [*self._waiting, (statement, values, None)], []
        return self._together(self._connection, asked)

    def _failed(self, error: Exception) -> StoreError:
        self.has_failed = True
        self._waiting = []
        return StoreError(explained(error))


class Database(Protocol):
    """Where a store keeps its tables. Safe to share between threads, and with processes forked before its first use."""

    statements: Statements
    is_divided: bool  # whether others may change one thing while a transaction changes another

    @property
    def is_slow(self) -> bool:
        """Whether every call has to wait, as for a network."""
        ...

    def at_once(self) -> AbstractContextManager[object]:
        """Where this thread would have to wait meanwhile for others, Busy is raised, unless the database is slow."""
        ...

    def when_free(self, told: Callable[[], object]) -> None:
        """Call `told`, in any thread, once it is worth trying again what raised Busy; perhaps never."""
        ...

    def transaction(self, *, alone: bool = False) -> AbstractContextManager[Session]:
        """All or nothing; within one of the same thread, a part of that. `alone`: nothing is held meanwhile.

        What was done stays when something else than StoreError is raised. Raises StoreError.
        """
        ...

    def look(self) -> AbstractContextManager[Session]:
        """To read what is there now, in or out of a transaction."""
        ...

    def close(self) -> None:
        """Leave the database. It is opened again when it is used again."""
        ...


def explained(error: Exception) -> str:
    """What a driver, or the system, says, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
