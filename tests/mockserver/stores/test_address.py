"""Is a store that cannot be used refused in one line that says why, and never tells a password?"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from mockserver.store import StoreError
from mockserver.stores.address import check, placed, shown
from mockserver.stores.opening import open_store
from tests.mockserver.stores import postgresql
from tests.mockserver.stores.races import PATIENCE

NOBODY = 65534  # a user without rights


def refusal(address: str) -> str:
    with pytest.raises(StoreError) as refused:
        open_store(address, PATIENCE)
    said = str(refused.value)
    assert "\n" not in said
    return said


def allow(database: str, what: str) -> str:
    """Let the user with a password use a database, of which the name is answered."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"GRANT {what} ON SCHEMA public TO {postgresql.LOCKED}")
        return connection.info.dbname


@pytest.mark.parametrize("address", ["memory", "sqlite:///a.db", "sqlite:////a.db", "postgresql://h/d", "postgres://h"])
def test_an_address_is_memory_a_file_or_a_server(address: str) -> None:
    assert check(address) == address


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("disk", "memory, sqlite:///FILE or postgresql://"),
        ("mysql://me:swordfish@host/mock", "'mysql://me:***@host/mock' is no store"),
        ("sqlite://", "three slashes"),
        ("sqlite:///", "three slashes"),
        ("sqlite://mock.db", "three slashes"),
        ("sqlite:///:memory:", "a store in memory is called 'memory'"),
    ],
)
def test_what_is_no_address_is_told_what_would_be_one(address: str, said: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words are looked at below
        check(address)
    assert said in str(refused.value)
    assert "swordfish" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "without"),
    [
        ("postgresql://me:swordfish@host:1/mock", "postgresql://me:***@host:1/mock"),
        ("postgresql://:swordfish@/mock?host=/tmp", "postgresql://:***@/mock?host=/tmp"),
        ("postgresql://host/mock?user=me&password=swordfish", "postgresql://host/mock?user=me&password=***"),
        ("postgresql://[me:swordfish@host", "postgresql://[me:***@host"),
        ("postgresql://me@host/mock", "postgresql://me@host/mock"),
        ("sqlite:////tmp/a:b@c.db", "sqlite:////tmp/a:b@c.db"),
        ("memory", "memory"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, without: str) -> None:
    assert shown(address) == without


def test_a_file_is_placed_in_a_folder_unless_it_starts_from_the_root() -> None:
    named = [placed(each, Path("/etc")) for each in ("sqlite:///a.db", "sqlite:////b.db", "memory")]
    assert named == ["sqlite:////etc/a.db", "sqlite:////b.db", "memory"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert refusal(f"sqlite:///{tmp_path}/none/mock.db").endswith(f"there is no folder {tmp_path}/none")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refusal(f"sqlite:///{tmp_path}").endswith("it is a folder")


@pytest.mark.parametrize("name", ["a" * 300, f"{'a' * 300}/mock.db"], ids=["file", "folder"])
def test_a_name_that_is_too_long_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(f"sqlite:///{tmp_path}/{name}").endswith("cannot be used: File name too long")


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    assert "null" in refusal(f"sqlite:///{tmp_path}/mock\0.db")


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database at all, but long enough to look at " * 20)
    before = file.read_bytes()
    assert "file is not a database" in refusal(f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_a_database_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "bookmarks.db"
    made = sqlite3.connect(file)
    made.execute("CREATE TABLE bookmarks (url TEXT)")
    made.close()
    assert "a database of something else" in refusal(f"sqlite:///{file}")
    made = sqlite3.connect(file)
    assert made.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]
    made.close()


@contextmanager
def unprivileged() -> Iterator[None]:
    """Without the rights of root, who may write what is read-only."""
    own = os.geteuid()
    if own == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(own)


def test_a_file_that_may_only_be_read_is_refused() -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "mock.db"
        open_store(f"sqlite:///{file}").close()
        Path(folder).chmod(0o755)
        file.chmod(0o444)
        with unprivileged():
            assert "readonly" in refusal(f"sqlite:///{file}")


def test_a_file_that_somebody_else_writes_all_the_time_is_refused(tmp_path: Path) -> None:
    from mockserver.stores.sqlite import SqliteDatabase

    other = sqlite3.connect(tmp_path / "mock.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="database is locked"):
        SqliteDatabase(tmp_path / "mock.db", patience=0.01)
    other.close()


def test_a_server_that_is_not_there_is_refused() -> None:
    said = refusal("postgresql://me:swordfish@/mock?host=/nowhere/at/all")
    assert said.startswith("postgresql://me:***@/mock?host=/nowhere/at/all cannot be used: ")
    assert "/nowhere/at/all" in said.partition("cannot be used: ")[2]


def test_a_url_that_postgresql_cannot_read_is_refused_without_its_password() -> None:
    said = refusal("postgresql://me:sword%zzfish@host/mock")
    assert "%XX" in said
    assert "fish" not in said


def test_a_wrong_password_is_refused_and_not_told(database: str, server: Path) -> None:
    name = allow(database, "ALL")
    open_store(postgresql.url_of(server, name, postgresql.LOCKED, postgresql.PASSWORD), PATIENCE).close()
    said = refusal(postgresql.url_of(server, name, postgresql.LOCKED, "sardine"))
    assert "password authentication failed" in said
    assert "sardine" not in said


def test_a_database_that_is_not_there_is_refused(server: Path) -> None:
    assert '"nothing" does not exist' in refusal(postgresql.url_of(server, "nothing"))


def test_a_user_who_may_make_no_tables_is_refused(database: str, server: Path) -> None:
    name = allow(database, "USAGE")
    said = refusal(postgresql.url_of(server, name, postgresql.LOCKED, postgresql.PASSWORD))
    assert "permission denied" in said
