"""Does whoever has to wait for the file of a store that another process has let others go on meanwhile?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from mockserver.store import StoreError
from mockserver.stores.sql import SqlStore
from mockserver.stores.sqlite import Reading, SqliteDatabase
from tests.mockserver.stores.races import PATIENCE

FILE = "mock.db"


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
