"""The stores that benchmarks compare; PostgreSQL as it comes, so that what it acknowledges is on disk."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from benchmarks.servers import Unavailable
from tests.mockserver.stores import postgresql

SETTINGS = ("listen_addresses=", "max_connections=300")  # a socket in its folder alone


MEMORY, SQLITE, POSTGRESQL = STORES = ("memory", "SQLite", "PostgreSQL")
Make = Callable[[str], str]  # the address of an empty store of a name


def add_stores(made: argparse.ArgumentParser) -> None:
    """What benchmarks take that measure several stores."""
    told = f"these alone, of {', '.join(STORES)}"
    made.add_argument("--stores", nargs="+", choices=STORES, default=STORES, metavar="STORE", help=told)


@contextmanager
def lasting(folder: Path, names: Collection[str], absent: dict[str, str]) -> Iterator[dict[str, Make]]:
    """What makes stores that last, by kind; why there are none of a kind comes into `absent`."""
    found: dict[str, Make] = {}
    with ExitStack() as stack:
        if SQLITE in names:
            found[SQLITE] = lambda name: f"sqlite:///{folder}/{name}.db"
        if POSTGRESQL in names:
            try:
                found[POSTGRESQL] = stack.enter_context(server())
            except Unavailable as error:
                absent[POSTGRESQL] = str(error)
        yield found


@contextmanager
def server() -> Iterator[Make]:
    """What makes empty databases. Raises Unavailable."""
    try:
        folder = postgresql.begin(SETTINGS)
    except postgresql.NoServer as error:
        raise Unavailable(str(error)) from error

    def make(name: str) -> str:
        with psycopg.connect(postgresql.url_of(folder, "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return postgresql.url_of(folder, name)

    try:
        yield make
    finally:
        postgresql.stop(folder)


def size(address: str) -> float:
    """Bytes of a store that lasts; of a file with the log beside it, which is not yet in it."""
    if not address.startswith("sqlite:"):
        with psycopg.connect(address, autocommit=True) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            return float(row[0]) if row else 0.0
    file = Path(address.removeprefix("sqlite:///"))
    return float(sum(each.stat().st_size for each in (file, file.with_name(f"{file.name}-wal")) if each.exists()))
