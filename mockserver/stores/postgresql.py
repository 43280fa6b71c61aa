"""A database at a PostgreSQL server: a few connections per process, a row that is locked for each account."""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock, local
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import Pipeline
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import DuplicatePreparedStatement, InvalidSqlStatementName
from sqlalchemy.dialects.postgresql import psycopg as dialects
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from mockserver.store import InDoubt, StoreError
from mockserver.stores.schema import VERSION, holdings
from mockserver.stores.schema import version as version_table
from mockserver.stores.session import PATIENCE, Asked, Cursor, Session, Values, explained
from mockserver.stores.statements import compile_statements
from mockserver.stores.upgrading import upgrade

CONNECTIONS = 8  # of one process
COPIED = 1 << 10  # rows of one statement, which the server gives no more time than any other
STOPPED = 6  # times the patience, after which the server ends the transaction of a client that has stopped
ALONE = f"LOCK TABLE {holdings.name} IN EXCLUSIVE MODE"  # waits until nobody has a row of it locked
UPGRADING = "SELECT pg_advisory_xact_lock(hashtext('mockserver'))"  # one server at a time makes the tables
UNHURRIED = "SET LOCAL statement_timeout = 0"  # as what many rows need is not known, and nobody is answered yet
PATIENTLY = (  # six times as long as else, in milliseconds, for what is about all that is held; 0 stays that
    "SELECT set_config('statement_timeout', (6000 * extract(epoch FROM"
    " current_setting('statement_timeout')::interval))::bigint::text, true)"
)
# Whatever is asked of some tasks has an index to walk along, whichever tasks these are. Where a server takes them for
# few, it may rather look at all of an account, and sort or join them: so it is not left the choice, and need not choose
# each time. It is to compile nothing where there is no other way.
NEVER = ("enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "jit")
PLANNED = {"plan_cache_mode": "force_generic_plan", **dict.fromkeys(NEVER, "off")}
# Told by a statement, as poolers refuse or pass over what a connection begins with, and only where a URL says nothing.
SET = (
    "SELECT set_config(name, value, false) FROM unnest(%s::text[], %s::text[]) AS own (name, value)"
    " JOIN pg_settings USING (name) WHERE source <> 'client'"
)
NO_URL = "it is no URL that PostgreSQL takes; what is special in a password is written %XX"
PORTS = frozenset("0123456789,")  # characters of a port, or of several
BACKEND = "SELECT pg_backend_pid()"
MIXED_UP = (DuplicatePreparedStatement, InvalidSqlStatementName)
SHARED = (
    "a pooler has several clients share a connection, and with it the names of their prepared statements:"
    " it has to pool sessions, or to keep statements apart (max_prepared_statements of PgBouncer 1.22 or newer)"
)
IS_THERE = f"SELECT to_regclass('{version_table.name}') IS NOT NULL"


class PostgresqlDatabase:
    """The database at `url`. Raises StoreError where it cannot be used, or is of a newer version."""

    is_divided = True

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self._given, self._settings = _parameters(url, patience), _settings(patience)
        self._patience = patience
        self._secret = str(self._given.get("password") or unquote(urlsplit(url).password or ""))
        self.statements = compile_statements(dialects.dialect())  # type: ignore[no-untyped-call]
        self._own = local()  # the session of each thread
        self._lock = Lock()
        self._opened: tuple[int, QueuePool] | None = None  # with the process that did
        self._inherited: list[QueuePool] = []  # of a parent, which has to close them itself
        try:
            self._verify_pooling()
            self._prepare()
        except StoreError as error:
            raise StoreError(self._without_secret(str(error))) from None
        finally:
            self.close()

    @property
    def is_slow(self) -> bool:
        return True

    def at_once(self) -> AbstractContextManager[object]:
        return nullcontext()

    def when_free(self, told: Callable[[], object]) -> None:
        """Nobody asks, as nobody is told that others would have to be waited for."""

    @contextmanager
    def transaction(self, *, alone: bool = False) -> Iterator[Session]:
        session: Session | None = getattr(self._own, "session", None)
        if session is not None:
            yield session
            return
        with self._borrowed() as session:
            session.later("BEGIN")
            self._own.session = session
            try:
                if alone:
                    session.run(ALONE)
                    session.later(PATIENTLY)
                yield session
            finally:
                self._own.session = None
                _end(session)

    @contextmanager
    def look(self) -> Iterator[Session]:
        session: Session | None = getattr(self._own, "session", None)
        if session is not None:
            yield session
            return
        with self._borrowed() as session:
            yield session

    def close(self) -> None:
        with self._lock:
            if self._opened and self._opened[0] == os.getpid():
                self._opened[1].dispose()
            self._opened = None

    @contextmanager
    def _borrowed(self) -> Iterator[Session]:
        """A connection for as long as it is needed; one on which something failed is not used again."""
        borrowed = self._borrow()
        connection: Any = borrowed.dbapi_connection
        session = Session(connection, psycopg.Error, TOGETHER, _copy)
        try:
            yield session
        finally:
            if session.has_failed and not session.is_undone:
                borrowed.invalidate()
            else:
                borrowed.close()

    def _borrow(self) -> PoolProxiedConnection:
        try:
            while True:
                borrowed = self._pool().connect()
                if not _is_left(borrowed.dbapi_connection):
                    return borrowed
                borrowed.invalidate()
        except NoneFree:
            raise StoreError("the connections to the store were busy for too long") from None
        except psycopg.Error as error:
            raise StoreError(self._without_secret(explained(error))) from None

    def _pool(self) -> QueuePool:
        with self._lock:
            process = os.getpid()
            if self._opened is not None:
                if self._opened[0] == process:
                    return self._opened[1]
                self._inherited.append(self._opened[1])
            made = QueuePool(
                self._connect, pool_size=CONNECTIONS, max_overflow=0, timeout=self._patience, reset_on_return=None
            )
            self._opened = process, made
            return made

    def _connect(self) -> Any:
        made = psycopg.connect(**self._given, autocommit=True, prepare_threshold=1)
        try:
            made.execute(SET, [[*self._settings], [*self._settings.values()]], prepare=False)
        except BaseException:
            made.close()
            raise
        return made

    def _without_secret(self, text: str) -> str:
        return text.replace(self._secret, "***") if self._secret else text

    def _verify_pooling(self) -> None:
        """Raises StoreError where clients share a connection without having statements of their own on it."""
        if not self._is_pooled():
            return
        try:
            with self._borrowed() as one, self._borrowed() as other:
                for each in (one, other, one, other):
                    each.one(BACKEND)  # which is prepared the second time
        except StoreError as error:
            if isinstance(error.__cause__, MIXED_UP):
                raise StoreError(SHARED) from None
            raise

    def _is_pooled(self) -> bool:
        """Whether another process answers than the one that told of itself when the connection began."""
        borrowed = self._borrow()
        connection: Any = borrowed.dbapi_connection
        try:
            is_another = connection.execute(BACKEND, prepare=False).fetchone() != (connection.info.backend_pid,)
        except psycopg.Error as error:
            raise StoreError(explained(error)) from None
        finally:
            borrowed.close()
        return bool(is_another)

    def _prepare(self) -> None:
        """Make the tables, or those that an older version has not."""
        with self.transaction() as session:
            session.run(UPGRADING)
            found = 0
            if session.one(IS_THERE) == (True,):
                row = session.one(self.statements.found_version)
                found = int(row[0]) if row else 0
            session.run(UNHURRIED)
            if 0 < found < VERSION:
                session.run(ALONE)  # so that those who are at work see the new version before they change anything more
            upgrade(session, self.statements, found)


def _parameters(url: str, patience: float) -> dict[str, Any]:
    """What to connect with. Raises StoreError for a URL that cannot be read."""
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:  # whose words may hold the password
        raise StoreError(NO_URL) from None
    if not PORTS.issuperset(str(given.get("port") or "")):  # a part of the password, after which a slash stands
        raise StoreError(NO_URL)
    own = {"application_name": "mockserver", "connect_timeout": max(round(patience), 2)}
    return {**own, "tcp_user_timeout": round(patience * 1000), **given}


def _settings(patience: float) -> dict[str, str]:
    """Of each connection, by name."""
    limits = {"statement_timeout": patience, "idle_in_transaction_session_timeout": STOPPED * patience}
    return {**{name: f"{round(seconds * 1000)}" for name, seconds in limits.items()}, **PLANNED}


def _end(session: Session) -> None:
    """End a transaction. Raises StoreError where nothing of it is kept, InDoubt where that is not known."""
    if session.has_failed:
        session.undo(psycopg.Connection.rollback)  # which forgets what was to be prepared, and perhaps never was
        return
    try:
        session.run("COMMIT")
    except StoreError as error:
        if session.is_lost:
            raise InDoubt(str(error)) from error
        raise


def _together(connection: Any, asked: Sequence[Asked]) -> Cursor:
    """What the last is answered of several statements that are sent without waiting for each other."""
    with connection.pipeline():
        cursors = [connection.execute(statement, values) for statement, values, _ in asked]
    for cursor, (_, _, told) in zip(cursors, asked, strict=True):
        if told is not None:
            told(cursor.fetchall())
    return cursors[-1]  # type: ignore[no-any-return]  # as psycopg makes them


def _copy(connection: Any, statement: str, rows: Sequence[Values]) -> None:
    """Rows, by the names of their columns in the order of these, as PostgreSQL takes them in the quickest way."""
    for start in range(0, len(rows), COPIED):
        with connection.cursor().copy(statement) as copy:
            for row in rows[start : start + COPIED]:
                copy.write_row(tuple(row.values()))


TOGETHER = _together if Pipeline.is_supported() else None  # by the library that psycopg has


def _is_left(connection: Any) -> bool:
    """Whether the server has closed an idle connection: then, and only then, there is something to be read from it."""
    if connection.closed:
        return True
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
