"""Are the tables of an older version migrated, and those of a newer one refused?"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, create_engine, text, update
from sqlalchemy.pool import NullPool

from mockserver.store import StoreError
from mockserver.stores.opening import open_store
from mockserver.stores.schema import VERSION, upgrades, version
from tests.mockserver.stores.conftest import LASTING
from tests.mockserver.stores.races import PATIENCE
from tests.mockserver.stores.tasks import ids, task

lasting = pytest.mark.parametrize("address", LASTING, indirect=True)


@contextmanager
def tables(address: str) -> Iterator[Connection]:
    """What a store keeps, from outside."""
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


@lasting
def test_a_store_of_the_first_version_is_migrated_with_what_it_holds(address: str) -> None:
    with tables(address) as connection:
        for statement in upgrades(connection.dialect, 0, 1):
            connection.execute(text(statement))
        connection.execute(text("INSERT INTO mockserver_version (version) VALUES (1)"))
        connection.execute(text("INSERT INTO mockserver_numbers (api, last) VALUES ('api', 41)"))
    store = open_store(address, PATIENCE)
    with store.holdings("api", "1") as holdings:
        holdings.add(task("a"))
    store.put_document("clock", b"{}")
    store.close()
    again = open_store(address, PATIENCE)
    with again.holdings("api", "1") as holdings:
        assert ids(holdings) == ["a"]
    assert (again.next_number("api"), again.documents()) == (42, {"clock": (1, b"{}")})
    again.close()
    with tables(address) as connection:
        assert connection.execute(text("SELECT version FROM mockserver_version")).fetchall() == [(VERSION,)]


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
