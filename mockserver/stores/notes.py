"""How are exchanges put down: in a file one after the other, at a server many with one statement?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect

from mockserver.stores.gathered import Note
from mockserver.stores.schema import exchanges
from mockserver.stores.session import Row, Session

SERVER = "postgresql"  # the dialect where several write at a time
TURN = "hashtext('mockserver exchanges')"  # the lock that writers share, and readers have alone
NAMES = tuple(each.name for each in exchanges.c if each.name != "number")
VALUES = attrgetter(*NAMES)
LAST = "SELECT last_insert_rowid()"
# The lock is shared before a number is taken, and kept until all is done.
ADD = f"""
WITH turn AS (SELECT pg_advisory_xact_lock_shared({TURN}){{more}})
INSERT INTO {exchanges.name} ({", ".join(NAMES)}) SELECT given.* FROM turn, unnest({{lists}}) AS given
ON CONFLICT DO NOTHING RETURNING key, number
"""  # noqa: S608 - of our own names alone
UNHURRIED = ", set_config('synchronous_commit', 'off', true)"  # the disk is not waited for
Numbers = dict[bytes, int]  # by key, of those that are kept
Write = Callable[[Session, Sequence[Note], bool], Numbers]  # the last: whether nothing else is done with it


def writer(dialect: Dialect) -> Write:
    """What puts exchanges down. The numbers that it answers are there once the transaction has ended."""
    if dialect.name == SERVER:
        return _at_server(dialect)
    placed = sqlite.dialect(paramstyle="qmark")  # values by their places, which takes less than by their names
    add = str(insert(exchanges).values(dict.fromkeys(NAMES)).inline().compile(dialect=placed))

    def write(session: Session, notes: Sequence[Note], is_alone: bool) -> Numbers:  # noqa: ARG001, FBT001 - as above
        session.fill(add, [VALUES(noted) for noted, _ in notes])
        ((last,),) = session.many(LAST)
        return {noted.key: last - place for place, (noted, _) in enumerate(reversed(notes))}

    return write


def _at_server(dialect: Dialect) -> Write:
    lists = ", ".join(f"%({name})b::{exchanges.c[name].type.compile(dialect)}[]" for name in NAMES)
    alone, along = (ADD.format(lists=lists, more=more) for more in (UNHURRIED, ""))

    def write(session: Session, notes: Sequence[Note], is_alone: bool) -> Numbers:  # noqa: FBT001 - as above
        found: Numbers = {}

        def told(rows: list[Row]) -> None:
            found.update((bytes(key), int(number)) for key, number in rows)

        values: dict[str, list[Any]] = {name: [getattr(noted, name) for noted, _ in notes] for name in NAMES}
        session.later(alone if is_alone else along, values, told)
        return found

    return write
