"""While a store cannot be used, is that answered in the provider's words, and all well again once the cause is gone?"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from mockserver.accounts import FIRST
from mockserver.control.plane import Plane
from mockserver.store import Store, StoreError
from mockserver.stores.postgresql import PostgresqlDatabase
from mockserver.stores.sql import SqlStore
from mockserver.stores.sqlite import DELETED, SqliteDatabase
from openapi.model import Action
from openapi.reasons import Reason
from tests.mockserver.cloud import Cloud, assert_refused, operations, specs, start
from tests.mockserver.stores import postgresql
from tests.mockserver.stores.races import PATIENCE
from tests.mockserver.stores.tasks import task

API, CREATE = "tencent-cls", "CreateExport"
SOON = 0.1  # seconds after which a store gives up that cannot be used
FILE = "mock.db"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteDatabase]:
    made = SqliteDatabase(tmp_path / FILE, SOON)
    yield made
    made.close()


@pytest.fixture
def server_database(database: str) -> Iterator[PostgresqlDatabase]:
    made = PostgresqlDatabase(database, PATIENCE)
    yield made
    made.close()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """While somebody else writes the file."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def full(database: SqliteDatabase) -> Iterator[None]:
    """While the file cannot grow."""
    connection = database._connection()
    connection.execute("PRAGMA max_page_count = 1")  # the least there can be: the pages that there are
    yield
    connection.execute("PRAGMA max_page_count = 1000000")


@contextmanager
def closed(url: str) -> Iterator[None]:
    """While the server has ended all connections to a database and takes no more."""
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    with psycopg.connect(url.replace(f"/{name}?", "/postgres?"), autocommit=True) as other:
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        yield
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@contextmanager
def slow(database: PostgresqlDatabase, url: str) -> Iterator[None]:
    """While somebody else keeps the tables to themselves, for longer than is waited."""
    patient = database._given
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE mockserver_holdings, mockserver_strikes")
        database.close()
        database._given = {**patient, "options": f"-c statement_timeout={round(SOON * 1000)}"}
        yield
    database.close()
    database._given = patient


def serve(store: Store) -> Cloud:
    return start({API: specs()[API]}, store=store)


def assert_out_of_order(cloud: Cloud) -> None:
    """That a call is refused as one that the server itself failed."""
    assert_refused(cloud.example(API, CREATE), API, CREATE, Reason.INTERNAL_ERROR)


def create_another(cloud: Cloud) -> str:
    """The code that a task was refused with, for which there is room; empty: it was not."""
    cloud.wait(60)
    return str(cloud.example(API, CREATE).json["Response"].get("Error", {}).get("Code", ""))


def assert_well(cloud: Cloud, tasks: int, *said: str) -> None:
    """That a call is answered, and that the journal has why those before were not."""
    assert create_another(cloud) == ""
    assert_holds(cloud, tasks)
    refused = [each.message for each in cloud.journal.find() if each.reason == Reason.INTERNAL_ERROR]
    assert [each in message for each, message in zip(said, refused, strict=True)] == [True] * len(said)


def assert_holds(cloud: Cloud, tasks: int) -> None:
    """That there are so many tasks, by every count."""
    with cloud.engine.store.holdings(API, FIRST.number) as holdings:
        assert holdings.count() == len(list(holdings.tasks("", newest_first=False))) == tasks


def test_a_locked_file_is_waited_for_then_told_then_written_again(file: SqliteDatabase, tmp_path: Path) -> None:
    cloud = serve(SqlStore(file))
    with locked(tmp_path):
        assert_out_of_order(cloud)
        assert_out_of_order(cloud)
    assert_well(cloud, 1, *["database is locked"] * 2)


def test_a_file_that_was_deleted_is_told_of_until_it_is_back(file: SqliteDatabase, tmp_path: Path) -> None:
    cloud = serve(SqlStore(file))
    said = list[str]()
    cloud.engine.worry = said.append
    assert_well(cloud, 1)
    for name in ("", "-wal", "-shm"):
        (tmp_path / f"{FILE}{name}").rename(tmp_path / f"elsewhere{name}")
    assert_out_of_order(cloud)
    assert said == [f"the store cannot be used: {DELETED}"]
    assert not (tmp_path / FILE).exists()
    for name in ("", "-wal", "-shm"):
        (tmp_path / f"elsewhere{name}").rename(tmp_path / f"{FILE}{name}")
    assert_well(cloud, 2, "was deleted while it was in use")


def test_a_file_that_was_replaced_is_told_of_and_used_after_a_restart(file: SqliteDatabase, tmp_path: Path) -> None:
    cloud = serve(SqlStore(file))
    with closing(SqliteDatabase(tmp_path / "other.db", SOON)) as made:
        assert_well(serve(SqlStore(made)), 1)
    file.close()
    (tmp_path / "other.db").replace(tmp_path / FILE)
    for _ in range(2):
        assert_out_of_order(cloud)
    with closing(SqliteDatabase(tmp_path / FILE, SOON)) as again:
        assert_well(serve(SqlStore(again)), 2)


def test_a_full_disk_loses_the_call_that_it_refuses_and_no_other(file: SqliteDatabase) -> None:
    cloud = serve(SqlStore(file))
    with full(file):
        made = 0
        while not create_another(cloud):
            made += 1
    assert_holds(cloud, made)
    assert_well(cloud, made + 1, "database or disk is full")


def test_a_database_that_was_lost_is_found_again(server_database: PostgresqlDatabase, database: str) -> None:
    cloud = serve(SqlStore(server_database))
    assert_well(cloud, 1)
    with closed(database):
        assert_out_of_order(cloud)
    assert_well(cloud, 2, "not currently accepting connections")


def test_a_server_that_crashed_is_found_again(own_server: Path) -> None:
    database = PostgresqlDatabase(postgresql.url_of(own_server, "postgres"), PATIENCE)
    cloud = serve(SqlStore(database))
    assert_well(cloud, 1)
    postgresql.halt(own_server)
    assert_out_of_order(cloud)
    postgresql.start(own_server)
    assert_well(cloud, 2, "connection")
    database.close()


def test_a_slow_database_is_waited_for_then_told(server_database: PostgresqlDatabase, database: str) -> None:
    cloud = serve(SqlStore(server_database))
    with slow(server_database, database):
        assert_out_of_order(cloud)
    assert_well(cloud, 1, "statement timeout")


@pytest.mark.parametrize(("given", "usual", "whole"), [("", "500ms", "3s"), ("1min", "1min", "6min"), ("0", "0", "0")])
def test_what_is_about_all_that_is_held_may_take_longer(database: str, given: str, usual: str, whole: str) -> None:
    options = f"{'&' if '?' in database else '?'}options=-c%20statement_timeout%3D{given}" if given else ""
    with closing(PostgresqlDatabase(database + options, 0.5)) as found:
        assert (_told(found), _told(found, alone=True), _told(found)) == (usual, whole, usual)


def _told(database: PostgresqlDatabase, *, alone: bool = False) -> str:
    """How long a statement of a transaction may take."""
    with database.transaction(alone=alone) as session:
        row = session.one("SHOW statement_timeout")
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize(("api", "operation"), operations(Action.CREATE, Action.LIST, Action.SHOW, Action.DELETE))
def test_every_api_has_its_own_words_for_it(api: str, operation: str, file: SqliteDatabase, tmp_path: Path) -> None:
    cloud = start({api: specs()[api]}, store=SqlStore(file))
    with locked(tmp_path):
        answer = cloud.example(api, operation)
    assert_refused(answer, api, operation, Reason.INTERNAL_ERROR)


def test_the_control_plane_tells_that_the_store_cannot_be_used(file: SqliteDatabase, tmp_path: Path) -> None:
    plane = Plane(serve(SqlStore(file)).app.extensions["mock"])
    with locked(tmp_path):
        said = plane.answer("POST", "/reset")
    assert (said.status, said.value["error"]["message"]) == (503, "the store cannot be used: database is locked")
    assert plane.answer("POST", "/reset").status == 200


def test_what_needs_no_store_is_answered_without_one(file: SqliteDatabase) -> None:
    plane = Plane(serve(SqlStore(file)).app.extensions["mock"])
    file.close()
    file._path.write_bytes(b"no database")
    told = {path: plane.answer("GET", path).status for path in ("/ui", "/ui/main.js", "/routes", "/openapi.json")}
    assert told == dict.fromkeys(told, 200)
    assert plane.answer("GET", "/health").status == 503


def test_whoever_runs_the_mock_is_told_that_the_store_cannot_be_used(file: SqliteDatabase, tmp_path: Path) -> None:
    cloud = serve(SqlStore(file))
    said = list[str]()
    cloud.engine.worry = said.append
    with locked(tmp_path):
        assert_out_of_order(cloud)
        Plane(cloud.app.extensions["mock"]).answer("POST", "/reset")
    assert said == ["the store cannot be used: database is locked"] * 2


def test_what_fails_half_way_leaves_nothing_behind(file: SqliteDatabase) -> None:
    store, made = SqlStore(file), 0

    def add() -> None:
        with store.holdings("api", "1") as holdings:
            holdings.spend("limit", 2000, 10, made)
            holdings.add(task(f"a{made}", scope="x", arguments={"long": "x" * 500}))

    def add_many() -> None:
        nonlocal made
        while True:
            add()
            made += 1

    with full(file), pytest.raises(StoreError, match="full"):
        add_many()
    with store.holdings("api", "1") as holdings:
        held = list(holdings.tasks("", newest_first=False))
        assert holdings.count() == holdings.count("x") == len(held) == made
        assert holdings.spent("limit", 10**6, made) == made
