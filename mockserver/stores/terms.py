"""What many statements have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, Integer, bindparam, literal_column
from sqlalchemy.engine import Dialect

from mockserver.stores.schema import tasks

NONE: Any = literal_column("0", Integer)
STATES = ("queued", "running", "ended", "expired")  # what is wanted of a task before each of its moments, and after
ONE: Any = literal_column("1", Integer)
MINE = tasks.c.owner == bindparam("owner")


def arrays(columns: Iterable[Column[Any]], dialect: Dialect) -> str:
    """A list of values for each column, by its name, as a server takes it."""
    return ", ".join(f"%({each.name})b::{each.type.compile(dialect)}[]" for each in columns)
