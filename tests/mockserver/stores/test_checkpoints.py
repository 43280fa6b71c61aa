"""When does what is committed get into the file of SQLite itself?"""

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Thread
from unittest.mock import patch

import pytest

from mockserver.stores.checkpoints import OFTEN, Checkpoints
from mockserver.stores.sql import SqlStore
from mockserver.stores.sqlite import SqliteDatabase

WORD = "a-key-that-stands-nowhere-else"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a file with a log in which something stands that is not in the file."""
    return tmp_path / "a name? with #signs%.db"


def commit(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS words (word)")
    connection.execute("INSERT INTO words VALUES (?)", (WORD,))


def logged(path: Path) -> sqlite3.Connection:
    """A connection to a file that has a log."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    return connection


def is_in_the_file(path: Path) -> bool:
    return WORD.encode() in path.read_bytes()


def test_the_log_gets_into_the_file_after_some_commits_beside_them(path: Path) -> None:
    checkpoints = Checkpoints(path)
    with closing(logged(path)) as connection:
        commit(connection)
        for _ in range(OFTEN - 1):
            checkpoints.count()
        checkpoints.end()
        assert not is_in_the_file(path)
        checkpoints.count()
        checkpoints.end()
        assert is_in_the_file(path)


def test_nobody_who_writes_meanwhile_is_waited_for(path: Path) -> None:
    checkpoints = Checkpoints(path)
    with closing(logged(path)) as connection:
        commit(connection)
        connection.execute("BEGIN IMMEDIATE")
        for _ in range(OFTEN):
            checkpoints.count()
        checkpoints.end()
        connection.execute("COMMIT")
        assert is_in_the_file(path)


def test_a_file_that_was_deleted_is_not_made_anew(path: Path) -> None:
    checkpoints = Checkpoints(path)
    for _ in range(OFTEN):
        checkpoints.count()
    checkpoints.end()
    assert not path.exists()


def test_without_a_thread_to_be_had_the_log_stays_until_there_is_one(path: Path) -> None:
    checkpoints = Checkpoints(path)
    with closing(logged(path)) as connection:
        commit(connection)
        with patch.object(Thread, "start", side_effect=RuntimeError("can't start new thread")):
            for _ in range(OFTEN):
                checkpoints.count()
        checkpoints.end()
        assert not is_in_the_file(path)
        for _ in range(OFTEN):
            checkpoints.count()
        checkpoints.end()
        assert is_in_the_file(path)


def test_what_is_deleted_is_blanked_where_that_costs_no_writing(tmp_path: Path) -> None:
    with closing(SqliteDatabase(tmp_path / "mock.db")) as database:
        assert database._connection().execute("PRAGMA secure_delete").fetchone() == (2,)  # which is FAST
        store = SqlStore(database)
        for word in ("other", WORD):
            store.strike(word, 1.0)
        store.forgive(WORD)
        database._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert not is_in_the_file(tmp_path / "mock.db")


def test_a_store_has_its_log_written_into_its_file(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "mock.db")
    with closing(SqlStore(database)) as store:
        for _ in range(OFTEN):
            store.strike(WORD, 1.0)
        database._checkpoints.end()
        assert is_in_the_file(tmp_path / "mock.db")
