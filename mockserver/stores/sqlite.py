"""A database in a file: one connection per process, one process at a time that writes."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat
from pathlib import Path
from threading import RLock, local
from typing import Any

from sqlalchemy.dialects import sqlite

from mockserver.store import Busy, StoreError
from mockserver.stores.bell import Bell, Told
from mockserver.stores.checkpoints import MOST, Checkpoints
from mockserver.stores.session import PATIENCE, Session, explained
from mockserver.stores.statements import compile_statements
from mockserver.stores.upgrading import upgrade

CACHE = -(32 << 10)  # KiB of pages that are kept in memory, as SQLite spells it
# A commit survives the end of the process, however it ends; not that of the machine, which would cost a sync for each.
# What is deleted is blanked in pages that are written anyhow: some builds of SQLite write all others for that, too.
PRAGMAS = (
    *("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=FAST"),
    *(f"cache_size={CACHE}", f"wal_autocheckpoint={MOST}"),
)
OWN = 0o600  # the mode of a new file
TABLES = "SELECT count(*) FROM sqlite_master"
# Seconds between two attempts, the last one again and again: who pauses longer is seldom the first.
PAUSES = (0.001, 0.002, 0.005)
DELETED = "its file was deleted while it was in use: put it back, or start again with an empty store"
REPLACED = "another file was put in the place of the one that is in use: start again to use that one"
PRIMARY = 0xFF  # of SQLite's codes: the kind of error, without its details


class Reading:
    """A connection outside of a transaction. Others are in its way only while they mend what one that died left."""

    __slots__ = ("_connection", "_waits", "cursor")

    def __init__(self, connection: sqlite3.Connection, waits: Callable[[], Iterator[bool]]) -> None:
        self._connection, self._waits, self.cursor = connection, waits, connection.cursor

    def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
        for is_last in self._waits():
            try:
                return self._connection.execute(statement, values)
            except sqlite3.OperationalError as error:
                if is_last or not _is_busy(error):
                    raise
        raise AssertionError("there is a last attempt")


class Own(local):
    """What a thread may do."""

    is_hurried = False  # whether it must not wait for anybody


class Look:
    """Entered to read."""

    __slots__ = ("_database",)

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def __enter__(self) -> Session:
        return self._database.enter(begin=False)[0]

    def __exit__(self, *_: object) -> None:
        self._database.leave()


class Transaction:
    """Entered for a transaction, or for a part of the one that is open."""

    __slots__ = ("_begun", "_database")

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self._begun: Session | None = None

    def __enter__(self) -> Session:
        session, is_begun = self._database.enter(begin=True)
        self._begun = session if is_begun else None
        return session

    def __exit__(self, *_: object) -> None:
        self._database.leave(self._begun)


class SqliteDatabase:
    """The file at `path`. Raises StoreError where it cannot be used, or is of a newer version."""

    is_divided = False

    def __init__(self, path: Path, patience: float = PATIENCE, sleep: Callable[[float], object] = time.sleep) -> None:
        self._path, self._patience, self._sleep = path.absolute(), patience, sleep
        self._file: tuple[int, int] | None = None  # that was opened first: its device, and its number there
        self.statements = compile_statements(sqlite.dialect(paramstyle="named"))
        self._lock = RLock()
        self._opened: tuple[int, sqlite3.Connection] | None = None  # with the process that did
        self._inherited: list[sqlite3.Connection] = []  # of a parent, which has to close them itself
        self._session: Session | None = None  # of the transaction that is open
        self._own = Own()
        self._checkpoints, self._bell = Checkpoints(self._path), Bell(self._path)
        try:
            self._prepare()
        finally:
            self.close()

    @property
    def is_slow(self) -> bool:
        return False

    @contextmanager
    def at_once(self) -> Iterator[None]:
        before, self._own.is_hurried = self._own.is_hurried, True
        try:
            yield
        finally:
            self._own.is_hurried = before

    def when_free(self, told: Told) -> None:
        self._bell.when_free(told)

    def transaction(self, *, alone: bool = False) -> Transaction:  # noqa: ARG002 - everybody is alone here
        return Transaction(self)

    def look(self) -> Look:
        return Look(self)

    def enter(self, *, begin: bool) -> tuple[Session, bool]:
        """The session, which is this thread's until it leaves, and whether a transaction was begun for it.

        While another process writes, other threads of this one may still read.
        """
        entered = self._enter(begin=begin, is_last=False)
        if entered is None:
            if self._own.is_hurried:
                raise Busy("another process has the file of the store")
            tries = (self._enter(begin=begin, is_last=is_last) for is_last in self._waits())
            entered = next(each for each in tries if each is not None)
        return entered

    def _enter(self, *, begin: bool, is_last: bool) -> tuple[Session, bool] | None:
        """Try to enter: None where another process has the file, for which the last attempt raises StoreError."""
        if not self._lock.acquire(timeout=0 if self._own.is_hurried else self._patience):
            raise (Busy if self._own.is_hurried else StoreError)("the file of the store was busy for too long")
        try:
            if self._session is not None:
                return self._session, False
            connection = self._connection()
            self._require_file()
            if not begin:
                return Session(Reading(connection, self._waits), sqlite3.Error), False
            if self._begin(connection, is_last=is_last):
                self._session = Session(connection, sqlite3.Error)
                return self._session, True
        except BaseException:
            self._lock.release()
            raise
        self._lock.release()
        return None

    def _begin(self, connection: sqlite3.Connection, *, is_last: bool) -> bool:
        """Whether a transaction was begun."""
        if not self._bell.hold() and not is_last:
            return False
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            self._bell.release()
            if is_last or not _is_busy(error):
                raise StoreError(explained(error)) from error
            return False
        return True

    def _waits(self) -> Iterator[bool]:
        """Try again after each; whether that is the last time."""
        left = self._patience
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            self._sleep(min(pause, left))
            left -= pause
            yield left <= 0

    def leave(self, begun: Session | None = None) -> None:
        """Let others in, the transaction that was begun at an end."""
        try:
            if begun is not None:
                self._session = None
                try:
                    self._end(begun, self._connection())
                finally:
                    self._bell.release()
        finally:
            self._lock.release()

    def close(self) -> None:
        with self._lock:
            if self._opened and self._opened[0] == os.getpid():
                self._checkpoints.end()
                self._opened[1].close()
            self._opened = None
            self._bell.close()

    def _end(self, session: Session, connection: sqlite3.Connection) -> None:
        if not session.has_failed:
            try:
                session.run("COMMIT")
            except StoreError:
                self._roll_back(connection)
                raise
            self._checkpoints.count()
        else:
            self._roll_back(connection)

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        """End a transaction that failed; some failures have ended it already."""
        if connection.in_transaction:
            connection.execute("ROLLBACK")

    def _connection(self) -> sqlite3.Connection:
        process = os.getpid()
        if self._opened is not None:
            if self._opened[0] == process:
                return self._opened[1]
            self._inherited.append(self._opened[1])
        made = self._connect()
        self._opened = process, made
        return made

    def _connect(self) -> sqlite3.Connection:
        try:
            if self._file is None:
                self._create()
                self._file = self._found_file()
            self._require_file()
            made = sqlite3.connect(
                self._path, timeout=self._patience, isolation_level=None, check_same_thread=False, cached_statements=256
            )
        except (sqlite3.Error, OSError, ValueError) as error:  # a name that no file can have is a ValueError
            raise StoreError(explained(error)) from error
        try:
            for pragma in (*PRAGMAS, "busy_timeout=0"):  # from here on, whoever waits does so without the lock
                made.execute(f"PRAGMA {pragma}")
        except sqlite3.Error as error:
            made.close()
            raise StoreError(explained(error)) from error
        return made

    def _create(self) -> None:
        """Make the file, which only its owner may read: it holds secrets. What SQLite puts beside it is as the file."""
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWN))

    def _found_file(self) -> tuple[int, int]:
        found = self._path.stat()
        return found.st_dev, found.st_ino

    def _require_file(self) -> None:
        """Raises StoreError where the file is not there any more: nobody would find what is written to it now."""
        try:
            found = self._found_file()
        except FileNotFoundError as error:
            raise StoreError(DELETED) from error
        except OSError as error:
            raise StoreError(explained(error)) from error
        if found != self._file:
            raise StoreError(REPLACED)

    def _prepare(self) -> None:
        """Make the tables, or those that an older version has not."""
        with self.transaction() as session:
            upgrade(session, self.statements, self._found_version(session))

    def _found_version(self, session: Session) -> int:
        tables = session.one(TABLES)
        if not tables or not tables[0]:
            return 0
        if session.one(f"{TABLES} WHERE name = 'mockserver_version'") == (0,):
            raise StoreError("it is a database of something else")
        row = session.one(self.statements.found_version)
        return int(row[0]) if row else 0


def _is_busy(error: sqlite3.Error) -> bool:
    """Whether another process has what is wanted."""
    return getattr(error, "sqlite_errorcode", 0) & PRIMARY == sqlite3.SQLITE_BUSY
