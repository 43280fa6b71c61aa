"""Are the tables of an older version migrated, and those of a newer one refused?"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from operator import attrgetter
from pathlib import Path
from struct import pack

import pytest
from sqlalchemy import Connection, create_engine, inspect, text, update
from sqlalchemy.pool import NullPool

from mockserver.lines import Part
from mockserver.store import StoreError
from mockserver.stores.address import FILE
from mockserver.stores.opening import open_store
from mockserver.stores.schema import VERSION, version
from mockserver.stores.work import CHANGED
from openapi.reasons import Reason
from tests.mockserver.cloud import assert_refused, specs, start
from tests.mockserver.stores import old_tables
from tests.mockserver.stores.conftest import LASTING
from tests.mockserver.stores.races import PATIENCE
from tests.mockserver.stores.tasks import ids, task

ID = attrgetter("id")
API, CREATE, CREATED = "baidu-bls", "CreateDownloadTask", 201
# Refuses to change a task where the server ends what takes long.
WATCHED = """
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('statement_timeout') <> '0' THEN
        RAISE EXCEPTION 'within %', current_setting('statement_timeout');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER watched BEFORE UPDATE ON mockserver_tasks FOR EACH ROW EXECUTE FUNCTION watch()
"""
# Makes tables of the version before out of those of 6, of 5, and of 4.
BEFORE = {
    5: ("DROP TABLE mockserver_calls", "UPDATE mockserver_version SET version = 5"),
    4: (
        "DROP TABLE mockserver_listed",
        "DROP TABLE mockserver_lines",
        "ALTER TABLE mockserver_holdings DROP COLUMN recent",
        "ALTER TABLE mockserver_holdings DROP COLUMN latest",
        "ALTER TABLE mockserver_holdings DROP COLUMN listed",
        "UPDATE mockserver_version SET version = 4",
    ),
    3: (
        "DROP INDEX IF EXISTS mockserver_exchanges_key",
        "ALTER TABLE mockserver_exchanges DROP COLUMN key",
        "ALTER TABLE mockserver_holdings DROP COLUMN changes",
        "UPDATE mockserver_version SET version = 3",
    ),
}
CALLS = b'{"limit":1}\n' + pack("<d", 1.0)  # one of a limit, as all versions before 6 wrote it that had bytes for it
lasting = pytest.mark.parametrize("address", LASTING, indirect=True)


@contextmanager
def tables(address: str) -> Iterator[Connection]:
    """What a store keeps, from outside."""
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


@lasting
@pytest.mark.parametrize("found", [1, 2])
def test_a_store_of_an_older_version_is_migrated_with_what_it_holds(address: str, found: int) -> None:
    with tables(address) as connection:
        old_tables.make(connection, found)
    store = open_store(address, PATIENCE)
    store.put_document("clock", b"{}")
    store.close()
    again = open_store(address, PATIENCE)
    assert sorted(again.all_tasks(), key=ID) == sorted(old_tables.TASKS, key=ID)
    assert (again.next_number("api"), again.documents()) == (old_tables.KEPT + 1, {"clock": (1, b"{}")})
    again.close()
    with tables(address) as connection:
        assert connection.execute(text("SELECT version FROM mockserver_version")).fetchall() == [(VERSION,)]


@lasting
@pytest.mark.parametrize("found", [1, 2])
def test_what_was_migrated_is_listed_counted_and_added_to(address: str, found: int) -> None:
    with tables(address) as connection:
        old_tables.make(connection, found)
    store = open_store(address, PATIENCE)
    with store.holdings("api", "1") as holdings:
        assert [holdings.count_unfinished(now) for now in (4.0, 5.0, 8.0, 1.0)] == [3, 2, 1, 3]
        holdings.add(task("d", scope="x", ends=9.0))
    with store.holdings("api", "1") as holdings:
        assert ids(holdings) == ["c", "a", "b", "d"]
        assert [each.id for each in holdings.page("x", Part(newest_first=True, skip=1, size=9))[0]] == ["b", "c"]
        assert (holdings.count(), holdings.count("x"), holdings.count("y")) == (4, 3, 1)
        assert (holdings.count_unfinished(8.0), holdings.spend("limit", 1, 10, 1.5)) == (2, 0)
        assert holdings.same("k") == old_tables.TASKS[3]
    store.close()


@lasting
def test_the_tables_of_an_older_version_become_those_of_a_new_store(address: str) -> None:
    with tables(address) as connection:
        old_tables.make(connection, 1)
    open_store(address, PATIENCE).close()
    migrated = _shape(address)
    _empty(address, migrated)
    open_store(address, PATIENCE).close()
    assert migrated == _shape(address)


@lasting
@pytest.mark.parametrize("found", [3, 4, 5])
def test_the_tables_of_a_version_before_become_those_of_a_new_store(address: str, found: int) -> None:
    store = open_store(address, PATIENCE)
    with store.holdings("api", "1") as holdings:
        holdings.add(task("a", ends=9.0))
    store.close()
    new = _shape(address)
    with tables(address) as connection:
        for version_before, statements in BEFORE.items():
            for statement in statements if version_before >= found else ():
                connection.execute(text(statement))
        connection.execute(text("UPDATE mockserver_holdings SET calls = :calls"), {"calls": CALLS})
    again = open_store(address, PATIENCE)
    assert again.dump().calls == {}
    with again.holdings("api", "1") as holdings:
        assert holdings.spend("limit", 1, 10, 1.5) == 0
        holdings.add(task("b", ends=9.0))
        assert ids(holdings) == ["a", "b"]
        holdings.remove("a")
    with again.holdings("api", "1") as holdings:
        assert ids(holdings) == ["b"]
    again.close()
    assert _shape(address) == new


@pytest.mark.parametrize("found", [1, 4])
def test_what_a_server_had_found_of_the_tasks_of_an_older_version_is_forgotten(database: str, found: int) -> None:
    if found == 1:
        with tables(database) as connection:
            old_tables.make(connection, found)
    else:
        with closing(open_store(database, PATIENCE)) as store, store.holdings("api", "1") as holdings:
            holdings.add(task("a"))
        with tables(database) as connection:
            for statement in (
                *BEFORE[5],
                *BEFORE[4],
                "ALTER TABLE mockserver_tasks ALTER COLUMN owner SET STATISTICS -1",
            ):
                connection.execute(text(statement))
    with tables(database) as connection:
        connection.execute(text("ANALYZE"))
        assert columns_known(connection)
    open_store(database, PATIENCE).close()
    with tables(database) as connection:
        connection.execute(text("ANALYZE"))
        assert columns_known(connection) == []


def columns_known(connection: Connection) -> list[str]:
    """Of which columns of tasks, and of who has them, a server has found what they hold."""
    asked = "SELECT attname FROM pg_stats WHERE tablename IN ('mockserver_tasks', 'mockserver_holdings')"
    return [name for (name,) in connection.execute(text(asked))]


def test_a_migration_may_take_longer_than_what_a_client_waits_for(database: str) -> None:
    with tables(database) as connection:
        old_tables.make(connection, 2)
        connection.exec_driver_sql(WATCHED.replace("%", "%%"))
    store = open_store(database, PATIENCE)
    assert sorted(store.all_tasks(), key=ID) == sorted(old_tables.TASKS, key=ID)
    store.close()


def _empty(address: str, names: Iterable[str]) -> None:
    if address.startswith(FILE):
        Path(address.removeprefix(FILE)).unlink()
        return
    with tables(address) as connection:
        for name in names:
            connection.execute(text(f"DROP TABLE {name}"))


def _shape(address: str) -> dict[str, tuple[set[str], dict[str | None, tuple[object, bool]]]]:
    """The tables: the names of their columns, and of their indexes, these with their columns."""
    with tables(address) as connection:
        seen = inspect(connection)
        return {
            name: (
                {column["name"] for column in seen.get_columns(name)},
                {each["name"]: (each["column_names"], bool(each["unique"])) for each in seen.get_indexes(name)},
            )
            for name in seen.get_table_names()
        }


@lasting
def test_a_store_of_a_newer_version_is_refused_and_left_as_it_is(address: str) -> None:
    open_store(address, PATIENCE).close()
    with tables(address) as connection:
        connection.execute(update(version).values(version=VERSION + 1))
    with pytest.raises(StoreError, match=f"newer version .tables {VERSION + 1}; this one knows {VERSION}"):
        open_store(address, PATIENCE)
    with tables(address) as connection:
        assert connection.execute(text("SELECT version FROM mockserver_version")).fetchall() == [(VERSION + 1,)]


@lasting
def test_what_a_store_holds_outlives_whoever_has_it(address: str) -> None:
    first = open_store(address, PATIENCE)
    with first.holdings("api", "1") as holdings:
        holdings.add(task("a", scope="x"))
        holdings.spend("limit", 1, 10, 5.0)
    first.strike("key", 7.5)
    first.close()
    second = open_store(address, PATIENCE)
    with second.holdings("api", "1") as holdings:
        assert (holdings.get("a"), holdings.count("x")) == (task("a", scope="x"), 1)
        assert holdings.spend("limit", 1, 10, 6.0) == 9.0
    assert second.strikes("key") == (1, 7.5)
    second.close()


@lasting
def test_who_is_at_work_while_a_newer_version_changes_the_tables_changes_nothing_more_and_says_so(address: str) -> None:
    with closing(open_store(address, PATIENCE)) as store:
        cloud = start({API: specs()[API]}, any_resource=True, store=store)
        said = list[str]()
        cloud.engine.worry = said.append
        assert cloud.example(API, CREATE).status == CREATED
        with tables(address) as connection:
            before = rows(connection)
            connection.execute(update(version).values(version=VERSION + 1))
        assert_refused(cloud.example(API, CREATE), API, CREATE, Reason.INTERNAL_ERROR)
        with pytest.raises(StoreError, match="another version has changed its tables"), store.holdings(API, "1"):
            raise AssertionError
        with tables(address) as connection:
            assert rows(connection) == before
            connection.execute(update(version).values(version=VERSION))
        assert {*said} == {f"the store cannot be used: {CHANGED.format(VERSION + 1, VERSION)}"}
        assert cloud.example(API, CREATE).status == CREATED  # again, as the cause is gone
        assert sorted(each.response["status"] for each in cloud.journal.find()) == [CREATED, CREATED, 500]


def rows(connection: Connection) -> list[int]:
    """How many there are of tasks, exchanges and accounts, and how often those have changed."""
    asked = "SELECT count(*) FROM mockserver_tasks", "SELECT count(*) FROM mockserver_exchanges"
    held = "SELECT count(*) + sum(changes) FROM mockserver_holdings"
    return [int(connection.execute(text(each)).scalar_one()) for each in (*asked, held)]
