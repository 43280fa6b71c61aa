"""Does whoever has to wait for the file of a store that another process has let others go on meanwhile?"""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from mockserver.front import groups
from mockserver.front.listening import opened
from mockserver.gathering import Gathering
from mockserver.noted import Noted
from mockserver.state.journal import SharedJournal
from mockserver.store import Busy, StoreError
from mockserver.stores.bell import Bell
from mockserver.stores.sql import SqlStore
from mockserver.stores.sqlite import Reading, SqliteDatabase
from openapi.messages import Request, Response
from tests.mockserver.cloud import Cloud, gather, specs, start
from tests.mockserver.stores.races import PATIENCE

FILE = "mock.db"
API, CREATE = "baidu-bls", "CreateDownloadTask"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another process, as far as SQLite can tell."""
    SqliteDatabase(tmp_path / FILE)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None, check_same_thread=False)) as made:
        yield made


@contextmanager
def store_of(folder: Path, patience: float, sleep: Any) -> Iterator[SqlStore]:
    made = SqlStore(SqliteDatabase(folder / FILE, patience, sleep))
    yield made
    made.close()


def test_what_is_read_is_read_while_another_thread_waits_to_write(tmp_path: Path, other: sqlite3.Connection) -> None:
    waits, may_go_on = Event(), Event()

    def sleep(_: float) -> None:
        waits.set()
        assert may_go_on.wait(PATIENCE)

    with store_of(tmp_path, 1, sleep) as store, ThreadPoolExecutor(1) as threads:
        other.execute("BEGIN IMMEDIATE")
        number = threads.submit(store.next_number, "api")
        assert waits.wait(PATIENCE)
        assert store.find("nothing") is None  # at once: nobody lets the writer go on
        other.execute("ROLLBACK")
        may_go_on.set()
        assert number.result(PATIENCE) == 1


def test_a_file_is_asked_for_again_until_it_is_free(tmp_path: Path, other: sqlite3.Connection) -> None:
    slept = list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            other.execute("ROLLBACK")

    with store_of(tmp_path, 1, sleep) as store:
        other.execute("BEGIN IMMEDIATE")
        assert store.next_number("api") == 1
    assert slept == sorted(slept)
    assert len(slept) == 3


def test_a_file_is_asked_for_no_longer_than_the_patience_lasts(tmp_path: Path, other: sqlite3.Connection) -> None:
    slept = list[float]()
    with store_of(tmp_path, 1, slept.append) as store:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="database is locked"):
            store.next_number("api")
    assert sum(slept) == pytest.approx(1)


class Mended:
    """A connection that is told so often that somebody mends the file."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.cursor = None

    def execute(self, *_: Any) -> str:
        if self.times:
            self.times -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY_RECOVERY
            raise error
        return "answer"


def read(connection: Any) -> Any:
    return Reading(connection, lambda: iter((False, False, True))).execute("SELECT 1")


def test_what_is_mended_is_read_again_until_it_is() -> None:
    assert read(Mended(3)) == "answer"
    with pytest.raises(sqlite3.OperationalError):
        read(Mended(4))


def test_who_must_not_wait_does_nothing_while_another_process_has_the_file(
    tmp_path: Path, other: sqlite3.Connection
) -> None:
    with store_of(tmp_path, PATIENCE, time.sleep) as store:
        cloud = start({API: specs()[API]}, store=store)
        gathering = Gathering(cloud.engine)
        asked = gathering.foresee(signed(cloud))
        other.execute("BEGIN IMMEDIATE")
        assert gathering.begin_at_once([asked]) is None
        assert len(cloud.journal) == 0
        other.execute("ROLLBACK")
        answers = gathering.begin_at_once([asked])
        assert answers
        assert isinstance(answers[0], Response)
        assert len(cloud.journal) == 1


def test_an_exchange_is_kept_once_the_file_is_free(tmp_path: Path, other: sqlite3.Connection) -> None:
    def free(_: float) -> None:
        other.execute("ROLLBACK")

    with store_of(tmp_path, PATIENCE, free) as store:
        cloud = start({API: specs()[API]}, store=store)
        other.execute("BEGIN IMMEDIATE")
        cloud.engine.refuse(signed(cloud), StoreError("it is lost"))
        assert store.exchanges.marks() == (1, 0)


def test_a_client_waits_once_for_a_file_that_stays_locked(tmp_path: Path, other: sqlite3.Connection) -> None:
    slept = list[float]()
    with store_of(tmp_path, 1, slept.append) as store:
        cloud = start({API: specs()[API]}, store=store)
        gathering = Gathering(cloud.engine)
        other.execute("BEGIN IMMEDIATE")
        cloud.engine.handle(signed(cloud))
        slept.clear()
        assert gathering.begin_at_once([gathering.foresee(signed(cloud))]) is None
        assert slept == []
        (refuse,) = gathering.begin([gathering.foresee(signed(cloud))])
        assert not isinstance(refuse, Response)
        assert refuse().status == 500
        assert sum(slept) == pytest.approx(1)


class Unkept:
    """Exchanges of which the store can never take the first."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._first = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def add(self, noted: Noted, told: Callable[[int], None]) -> None:
        self._first = self._first or noted.key
        if noted.key == self._first:
            raise StoreError("it is too large")
        self._inner.add(noted, told)


def test_nobody_is_refused_for_an_exchange_that_the_store_cannot_take(
    tmp_path: Path, other: sqlite3.Connection
) -> None:
    assert not other.in_transaction
    with store_of(tmp_path, PATIENCE, time.sleep) as store:
        cloud = start({API: specs()[API]}, store=store)
        assert isinstance(cloud.journal, SharedJournal)
        cloud.journal._exchanges = Unkept(store.exchanges)
        assert cloud.engine.handle(signed(cloud)).status == 201
        (answer,) = gather(cloud.engine, signed(cloud))
        assert isinstance(answer, Response)
        assert answer.status == 201
        assert store.exchanges.marks() == (1, 0)


def test_who_must_not_wait_does_nothing_while_another_thread_has_the_file(
    tmp_path: Path, other: sqlite3.Connection
) -> None:
    assert not other.in_transaction
    with store_of(tmp_path, PATIENCE, time.sleep) as store, ThreadPoolExecutor(1) as threads:

        def ask() -> None:
            with store.at_once():
                store.next_number("api")

        with store.holdings("api", "1"):
            asked = threads.submit(ask)
            with pytest.raises(Busy):
                asked.result(PATIENCE)
        threads.submit(ask).result(PATIENCE)


def test_others_are_answered_while_another_process_has_the_file(tmp_path: Path, other: sqlite3.Connection) -> None:
    is_waited = Event()

    def sleep(seconds: float) -> None:
        is_waited.set()
        time.sleep(seconds)

    async def served(cloud: Cloud, bound: socket.socket) -> list[str]:
        said = list[str]()
        async with asyncio.timeout(PATIENCE), opened(bound, cloud.app.extensions["gateway"], None):
            other.execute("BEGIN IMMEDIATE")
            creation = asyncio.create_task(asked(bound, as_bytes(signed(cloud))))
            assert await asyncio.to_thread(is_waited.wait, PATIENCE)
            said.append(await asked(bound, b"GET /_mock/health HTTP/1.1\r\nhost: localhost\r\n\r\n"))
            assert not creation.done()
            other.execute("ROLLBACK")
            return [*said, await creation]

    with store_of(tmp_path, PATIENCE, sleep) as store, socket.create_server(("127.0.0.1", 0)) as bound:
        assert asyncio.run(served(start({API: specs()[API]}, store=store), bound)) == ["200", "201"]


def test_who_waits_is_answered_once_the_other_process_has_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "PAUSE", PATIENCE)
    monkeypatch.setattr(groups, "SHORT", 2 * PATIENCE)
    waits, when_free = Event(), SqliteDatabase.when_free

    def tell(database: SqliteDatabase, told: Callable[[], object]) -> None:
        when_free(database, told)
        waits.set()

    async def served(cloud: Cloud, bound: socket.socket, other: Bell) -> str:
        async with asyncio.timeout(PATIENCE), opened(bound, cloud.app.extensions["gateway"], None):
            assert other.hold()
            creation = asyncio.create_task(asked(bound, as_bytes(signed(cloud))))
            assert await asyncio.to_thread(waits.wait, PATIENCE)
            assert not creation.done()
            other.release()
            return await creation

    monkeypatch.setattr(SqliteDatabase, "when_free", tell)
    other = Bell(tmp_path / FILE)
    with store_of(tmp_path, PATIENCE, time.sleep) as store, socket.create_server(("127.0.0.1", 0)) as bound:
        assert asyncio.run(served(start({API: specs()[API]}, store=store), bound, other)) == "201"
    other.close()


async def asked(bound: socket.socket, request: bytes) -> str:
    """The status that is answered."""
    reader, writer = await asyncio.open_connection(*bound.getsockname())
    try:
        writer.write(request)
        return (await reader.readline()).decode().split()[1]
    finally:
        writer.close()
        await writer.wait_closed()


def signed(cloud: Cloud) -> Request:
    """A call that makes a task."""
    return cloud.sign(cloud.make(API, CREATE, **cloud.operation(API, CREATE).example), API, CREATE)


def as_bytes(request: Request) -> bytes:
    """What is sent."""
    headers = {**request.headers, "content-length": str(len(request.body))}
    lines = [f"{request.method} {request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + request.body
