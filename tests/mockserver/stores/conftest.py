"""A store of each kind, empty, for each test; that of PostgreSQL at a server of the tests' own."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from mockserver.store import Store
from mockserver.stores.opening import open_store
from tests.mockserver.stores import postgresql
from tests.mockserver.stores.machines import Machines
from tests.mockserver.stores.races import PATIENCE

LASTING = ("sqlite", "postgresql")
KINDS = ("memory", *LASTING)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a PostgreSQL server that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    with ExitStack() as leaving:
        try:
            found = postgresql.shared(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
            folder = leaving.enter_context(found)
        except postgresql.NoServer as error:
            pytest.skip(str(error))
        yield folder


@pytest.fixture
def own_server() -> Iterator[Path]:
    """The folder of a PostgreSQL server that a test may end."""
    try:
        folder = postgresql.begin()
    except postgresql.NoServer as error:
        pytest.skip(str(error))
    yield folder
    postgresql.stop(folder)


@pytest.fixture(scope="session")
def own_database(server: Path) -> str:
    """The URL of a database of this worker's own."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with psycopg.connect(postgresql.url_of(server, "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgresql.url_of(server, name)


@pytest.fixture
def database(own_database: str) -> str:
    """The URL of an empty database, which is this worker's."""
    with psycopg.connect(own_database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return own_database


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store of each kind is kept."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'mock.db'}"
    return str(request.getfixturevalue("database")) if request.param == "postgresql" else "memory"


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """An empty store of each kind."""
    made = open_store(address, PATIENCE)
    yield made
    made.close()


@pytest.fixture(params=LASTING)
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store of each kind that lasts is kept."""
    return (
        f"sqlite:///{tmp_path / 'mock.db'}" if request.param == "sqlite" else str(request.getfixturevalue("database"))
    )


@pytest.fixture
def machines(lasting: str) -> Iterator[Machines]:
    """Mocks with one store that lasts."""
    made = Machines(lasting, [])
    yield made
    for each in made.opened:
        each.close()
