"""Bringing the tables of a database to the version that this program writes."""

from __future__ import annotations

from mockserver.store import StoreError
from mockserver.stores.schema import VERSION, upgrades
from mockserver.stores.session import Session
from mockserver.stores.statements import Statements


def upgrade(session: Session, statements: Statements, found: int) -> None:
    """Make the tables, or what those of an older version lack; `found` is theirs, 0 where there are none.

    Raises StoreError where they are of a newer version.
    """
    if found > VERSION:
        raise StoreError(f"it was written by a newer version (tables {found}; this one knows {VERSION})")
    if found == VERSION:
        return
    for statement in upgrades(statements.dialect, found):
        session.run(statement)
    session.run(statements.clear_version)
    session.run(statements.set_version, {"version": VERSION})
