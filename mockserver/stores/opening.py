"""How is the store at an address opened?"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.memory import MemoryStore
from mockserver.store import StoreError
from mockserver.stores.address import FILE, MEMORY, shown

if TYPE_CHECKING:
    from mockserver.store import Store


def open_store(address: str, patience: float | None = None) -> Store:
    """The store at an address that `check` has let pass. Raises StoreError: one line, without the password.

    `patience` is for how many seconds it may be busy before a call fails.
    """
    if address == MEMORY:
        return MemoryStore()
    try:
        if address.startswith(FILE):
            return _in_file(Path(address.removeprefix(FILE)), patience)
        return _at_server(address, patience)
    except StoreError as error:
        raise StoreError(f"{shown(address)} cannot be used: {error}") from error


def _in_file(path: Path, patience: float | None) -> Store:
    try:
        is_placed, is_folder = path.parent.is_dir(), path.is_dir()
    except OSError as error:  # a name that is too long, or a folder that may not be looked into
        raise StoreError(error.strerror or str(error)) from error
    if not is_placed:
        raise StoreError(f"there is no folder {path.parent}")
    if is_folder:
        raise StoreError("it is a folder")
    from mockserver.stores.session import PATIENCE
    from mockserver.stores.sql import SqlStore
    from mockserver.stores.sqlite import SqliteDatabase

    return SqlStore(SqliteDatabase(path, PATIENCE if patience is None else patience))


def _at_server(url: str, patience: float | None) -> Store:
    if find_spec("psycopg") is None:
        raise StoreError("it needs the package psycopg: pip install 'psycopg[binary]'")
    from mockserver.stores.postgresql import PostgresqlDatabase
    from mockserver.stores.session import PATIENCE
    from mockserver.stores.sql import SqlStore

    return SqlStore(PostgresqlDatabase(url, PATIENCE if patience is None else patience))
