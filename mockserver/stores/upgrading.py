"""Bringing the tables of a database to the version that this program writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Double, LargeBinary, String
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex
from sqlalchemy.sql.type_api import TypeEngine

from mockserver.store import StoreError
from mockserver.stores.schema import (
    VERSION,
    blocks,
    calls,
    counts,
    documents,
    exchanges,
    holders,
    holdings,
    lines,
    listed,
    made,
    metadata,
    pieces,
    revisions,
    tasks,
    unsampled,
)
from mockserver.stores.session import Session
from mockserver.stores.statements import Statements

Step = Callable[[Dialect], Iterator[str]]
# A space in front of a task says that it may hold what the quick decoder gets wrong.
RANKED = """
UPDATE mockserver_tasks SET place = rank, task = ' ' || task FROM (
    SELECT number AS was, row_number() OVER (PARTITION BY owner ORDER BY number) AS rank FROM mockserver_tasks
) AS ranks WHERE number = was
"""
BLOCKS = """
INSERT INTO mockserver_blocks (owner, scope, block, held)
    SELECT owner, coalesce(scope, NONE), place >> 12, count(*) FROM mockserver_tasks GROUP BY 1, 2, 3
"""
FORGOTTEN = "UPDATE mockserver_holdings SET calls = NONE"
UNKEYED = 3  # the one version whose exchanges have no keys; older ones have no exchanges
UNSORTED = {"sqlite": "x'ff'", "postgresql": "'\\xff'"}  # as stores.counts has it
EMPTY = {"sqlite": "x''", "postgresql": "''"}  # no bytes


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


def upgrades(dialect: Dialect, found: int) -> Iterator[str]:
    """The statements that make the tables of version `found` those of this one; 0: there are none yet."""
    if not found:
        yield from made(metadata.sorted_tables, dialect)
    for step in STEPS[found - 1 :] if found else ():
        yield from step(dialect)
    if found == UNKEYED:
        yield from _keys(dialect)


def _shared(dialect: Dialect) -> Iterator[str]:
    yield from made((documents, revisions), dialect)


def _places(dialect: Dialect) -> Iterator[str]:
    """Tasks have places, which are counted in blocks; what is unfinished is counted; calls are bytes."""
    yield "ALTER TABLE mockserver_tasks ADD COLUMN place BIGINT NOT NULL DEFAULT 0"
    yield RANKED
    for index in sorted(tasks.indexes, key=lambda index: str(index.name)):
        if "place" in index.columns:
            yield f"DROP INDEX IF EXISTS {index.name}"
            yield str(CreateIndex(index).compile(dialect=dialect))
    yield "DROP INDEX mockserver_tasks_owner"
    yield from made((blocks, exchanges, counts, holders, pieces), dialect)
    yield BLOCKS.replace("NONE", EMPTY[dialect.name])
    yield "DROP TABLE mockserver_scopes"
    yield from _counts(dialect)


def _counts(dialect: Dialect) -> Iterator[str]:
    held = "ALTER TABLE mockserver_holdings"
    for name, kind in (("made", "BIGINT"), ("unfinished", "INTEGER"), ("counted", _type(Double(), dialect))):
        yield f"{held} ADD COLUMN {name} {kind} NOT NULL DEFAULT 0"
    yield "UPDATE mockserver_holdings SET made = held, unfinished = held"
    yield f"{held} DROP COLUMN calls"  # which limits count for seconds
    yield f"{held} ADD COLUMN calls {_type(LargeBinary(), dialect)} NOT NULL DEFAULT {EMPTY[dialect.name]}"


def _changes(dialect: Dialect) -> Iterator[str]:  # noqa: ARG001 - the same for all
    yield "ALTER TABLE mockserver_holdings ADD COLUMN changes BIGINT NOT NULL DEFAULT 0"


def _lines(dialect: Dialect) -> Iterator[str]:
    """Tasks are listed by what they have in common; accounts tell what was changed last."""
    yield from made((lines, listed), dialect)
    held = "ALTER TABLE mockserver_holdings ADD COLUMN"
    yield f"{held} recent {_type(LargeBinary(), dialect)} NOT NULL DEFAULT {EMPTY[dialect.name]}"
    yield f"{held} latest {_type(LargeBinary(), dialect)} NOT NULL DEFAULT {UNSORTED[dialect.name]}"
    yield f"{held} listed {_type(String(), dialect)} NOT NULL DEFAULT ''"
    if dialect.name == "postgresql":
        yield from (unsampled(table, dialect) for table in (holdings, tasks, blocks))


def _calls(dialect: Dialect) -> Iterator[str]:
    """Calls have rows of their own; those that there are count for seconds."""
    yield from made((calls,), dialect)
    yield FORGOTTEN.replace("NONE", EMPTY[dialect.name])


def _keys(dialect: Dialect) -> Iterator[str]:
    yield f"ALTER TABLE mockserver_exchanges ADD COLUMN key {_type(LargeBinary(), dialect)}"
    if dialect.name == "postgresql":
        yield "CREATE UNIQUE INDEX mockserver_exchanges_key ON mockserver_exchanges (key)"


def _type(kind: TypeEngine[Any], dialect: Dialect) -> str:
    return kind.compile(dialect=dialect)


# What makes of the tables of each version those of the next, from the first one on.
STEPS: Sequence[Step] = (_shared, _places, _changes, _lines, _calls)
