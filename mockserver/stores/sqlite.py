"""A database in a file: one connection per process, one process at a time that writes."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import RLock

from sqlalchemy.dialects import sqlite

from mockserver.store import StoreError
from mockserver.stores.session import PATIENCE, Session, explained
from mockserver.stores.statements import compile_statements
from mockserver.stores.upgrading import upgrade

CACHE = -(32 << 10)  # KiB of pages that are kept in memory, as SQLite spells it
# A commit survives the end of the process, however it ends; not that of the machine, which would cost a sync for each.
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", f"cache_size={CACHE}")
OWN = 0o600  # the mode of a new file
TABLES = "SELECT count(*) FROM sqlite_master"


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

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self._path, self._patience = path, patience
        self.statements = compile_statements(sqlite.dialect(paramstyle="named"))
        self._lock = RLock()
        self._opened: tuple[int, sqlite3.Connection] | None = None  # with the process that did
        self._inherited: list[sqlite3.Connection] = []  # of a parent, which has to close them itself
        self._session: Session | None = None  # of the transaction that is open
        self._is_kept = False  # whether somebody else kept the file for too long when it was wanted last
        try:
            self._prepare()
        finally:
            self.close()

    @property
    def is_slow(self) -> bool:
        return self._is_kept or self._session is not None

    def transaction(self, *, alone: bool = False) -> Transaction:  # noqa: ARG002 - everybody is alone here
        return Transaction(self)

    def look(self) -> Look:
        return Look(self)

    def enter(self, *, begin: bool) -> tuple[Session, bool]:
        """The session, which is this thread's until it leaves, and whether a transaction was begun for it."""
        if not self._lock.acquire(timeout=self._patience):
            raise StoreError("the file of the store was busy for too long")
        try:
            if self._session is not None:
                return self._session, False
            session = Session(self._connection(), sqlite3.Error)
            if begin:
                self._is_kept = True
                session.run("BEGIN IMMEDIATE")
                self._is_kept = False
                self._session = session
        except BaseException:
            self._lock.release()
            raise
        return session, begin

    def leave(self, begun: Session | None = None) -> None:
        """Let others in, the transaction that was begun at an end."""
        try:
            if begun is not None:
                self._session = None
                self._end(begun, self._connection())
        finally:
            self._lock.release()

    def close(self) -> None:
        with self._lock:
            if self._opened and self._opened[0] == os.getpid():
                self._opened[1].close()
            self._opened = None

    def _end(self, session: Session, connection: sqlite3.Connection) -> None:
        if not session.has_failed:
            try:
                session.run("COMMIT")
            except StoreError:
                self._roll_back(connection)
                raise
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
            self._create()
            made = sqlite3.connect(
                self._path, timeout=self._patience, isolation_level=None, check_same_thread=False, cached_statements=256
            )
        except (sqlite3.Error, OSError, ValueError) as error:  # a name that no file can have is a ValueError
            raise StoreError(explained(error)) from error
        try:
            for pragma in PRAGMAS:
                made.execute(f"PRAGMA {pragma}")
        except sqlite3.Error as error:
            made.close()
            raise StoreError(explained(error)) from error
        return made

    def _create(self) -> None:
        """Make the file, which only its owner may read: it holds secrets. What SQLite puts beside it is as the file."""
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWN))

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
