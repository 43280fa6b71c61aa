"""One transaction of a database, and a database as far as a store sees it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from mockserver.store import StoreError
from mockserver.stores.statements import Statements

PATIENCE = 5.0  # seconds that a database may take for anything, and others may keep it busy
Row = tuple[Any, ...]
Values = Mapping[str, Any]
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


class Session:
    """Asks a database. Everything raises StoreError where it cannot answer; then nothing more can be asked."""

    __slots__ = ("_connection", "_errors", "has_failed")

    def __init__(self, connection: Connection, errors: type[Exception]) -> None:
        self._connection = connection
        self._errors = errors  # that the driver raises
        self.has_failed = False

    def one(self, statement: str, values: Values = NONE) -> Row | None:
        """The first row."""
        try:
            row: Row | None = self._connection.execute(statement, values).fetchone()
        except self._errors as error:
            raise self._failed(error) from error
        return row

    def many(self, statement: str, values: Values = NONE) -> list[Row]:
        """All rows."""
        try:
            return self._connection.execute(statement, values).fetchall()
        except self._errors as error:
            raise self._failed(error) from error

    def run(self, statement: str, values: Values = NONE) -> int:
        """How many rows were changed."""
        try:
            return self._connection.execute(statement, values).rowcount
        except self._errors as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> StoreError:
        self.has_failed = True
        return StoreError(explained(error))


class Database(Protocol):
    """Where a store keeps its tables. Safe to share between threads, and with processes forked before its first use."""

    statements: Statements

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
    """What a driver says, in one line."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
