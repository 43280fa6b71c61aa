"""What is asked of lists: a part of one, how many tasks it has, and which are in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, Double, Integer, Table, bindparam, case, delete, func, insert, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement

from mockserver.stores.schema import EDGES, MOMENTS, blocks, lines, listed, tasks
from mockserver.stores.terms import MINE, NONE, ONE, STATES, arrays

MOST, SKIP = bindparam("most", type_=Integer), bindparam("skip", type_=Integer)
BOUNDS = [(f"{edge}_{each}", how) for each in MOMENTS for edge, how in zip(EDGES, ("least", "greatest"), strict=True)]
CHOOSING: dict[str, Any] = {"sqlite": {"least": func.min, "greatest": func.max}}  # of two; elsewhere by these names
# Rows of several tasks, and of several lines, at once.
LIST_ALL = f"INSERT INTO {listed.name} SELECT given.* FROM unnest({{lists}}) AS given"  # noqa: S608 - of our own names alone
UNLIST_ALL = f"""
DELETE FROM {listed.name} AS old USING unnest({{lists}}) AS gone (owner, line, place)
    WHERE old.owner = gone.owner AND old.line = gone.line AND old.place = gone.place
"""  # noqa: S608
WIDER = ", ".join(f"{name} = {how}(old.{name}, excluded.{name})" for name, how in BOUNDS)
COUNT_IN_LINES = f"""
INSERT INTO {lines.name} AS old SELECT given.* FROM unnest({{lists}}) AS given
    ON CONFLICT (owner, line, block) DO UPDATE SET held = old.held + excluded.held, {WIDER}
"""  # noqa: S608


def of_lists() -> dict[str, ClauseElement]:
    """Of all tasks of an account, and of those of a scope."""
    of_scope = MINE & (tasks.c.scope == bindparam("key"))
    after, before = _beyond(tasks)
    mine, mine_of_scope, total = _counted(blocks, blocks.c.scope)

    def part(which: Any, order: Any, *more: Any) -> ClauseElement:
        return select(tasks.c.task, tasks.c.place, *more).where(which).order_by(order).limit(MOST).offset(SKIP)

    return {
        "oldest_first": part(MINE & after, tasks.c.place),
        "newest_first": part(MINE & before, tasks.c.place.desc()),
        "oldest_of_scope": part(of_scope & after, tasks.c.place, total.scalar_subquery()),
        "newest_of_scope": part(of_scope & before, tasks.c.place.desc(), total.scalar_subquery()),
        "in_scope": total,
        "blocks": _by_block(blocks, mine),
        "blocks_of_scope": _by_block(blocks, mine_of_scope),
        "forget_blocks": delete(blocks).where(mine, blocks.c.held == NONE),
    }


def of_lines(upsert: Callable[..., Any], kind: str) -> dict[str, ClauseElement]:
    """Of the tasks of an account that have something in common."""
    _, mine_of_line, total = _counted(lines, lines.c.line)
    after, before = _beyond(listed)
    found = select(tasks.c.task, listed.c.place, total.scalar_subquery()).join_from(
        listed, tasks, (tasks.c.owner == listed.c.owner) & (tasks.c.place == listed.c.place)
    )
    found = found.where(listed.c.owner == bindparam("owner"), listed.c.line == bindparam("key"))
    found = found.limit(MOST).offset(SKIP)
    this = (listed.c.owner == bindparam("owner")) & (listed.c.line == bindparam("line"))
    block = (lines.c.owner == bindparam("owner")) & (lines.c.line == bindparam("line"))
    count = upsert(lines)
    choose = CHOOSING.get(kind, {"least": func.least, "greatest": func.greatest})
    more = {name: choose[how](lines.c[name], count.excluded[name]) for name, how in BOUNDS}
    more["held"] = lines.c.held + count.excluded.held
    return {
        **_of_phases(),
        "oldest_of_line": found.where(after).order_by(listed.c.place),
        "newest_of_line": found.where(before).order_by(listed.c.place.desc()),
        "in_line": total,
        "blocks_of_line": _by_block(lines, mine_of_line),
        "list_task": insert(listed),
        "unlist_task": delete(listed).where(this, listed.c.place == bindparam("place")),
        "count_in_line": count.on_conflict_do_update(index_elements=[*lines.primary_key], set_=more),
        "forget_line": delete(lines).where(block, lines.c.block == bindparam("block"), lines.c.held == NONE),
    }


def _of_phases() -> dict[str, ClauseElement]:
    """Of those that are in some phases, which is asked of the rows of a block where time is on its way through it."""
    after, before = _beyond(listed)
    now = bindparam("now", type_=Double)
    state = case(
        *((now < listed.c[moment], _flag(name)) for moment, name in zip(MOMENTS, STATES, strict=False)),
        else_=_flag(STATES[-1]),
    )
    which = (listed.c.owner == bindparam("owner")) & (listed.c.line == bindparam("key")) & after & before
    joined = (tasks.c.owner == listed.c.owner) & (tasks.c.place == listed.c.place)
    found = select(tasks.c.task, listed.c.place).join_from(listed, tasks, joined).where(which, state == ONE)
    bounds = [lines.c[name] for name, _ in BOUNDS]
    _, mine_of_line, _ = _counted(lines, lines.c.line)
    return {
        "oldest_in_phases": found.order_by(listed.c.place).limit(MOST).offset(NONE),
        "newest_in_phases": found.order_by(listed.c.place.desc()).limit(MOST).offset(NONE),
        "count_in_phases": select(func.count()).select_from(listed).where(which, state == ONE),
        "moments_of_line": select(lines.c.block, lines.c.held, *bounds).where(mine_of_line).order_by(lines.c.block),
    }


def _flag(name: str) -> Any:
    """Whether (1) a state is wanted."""
    return bindparam(name, type_=Integer)


def of_many_lines(dialect: Dialect) -> dict[str, str]:
    """Statements that list many tasks at once, or no longer, as a server takes them."""
    places = arrays(listed.primary_key, dialect)
    return {
        "list_all": LIST_ALL.format(lists=arrays(listed.c, dialect)),
        "unlist_all": UNLIST_ALL.format(lists=places),
        "count_in_lines": COUNT_IN_LINES.format(lists=arrays(lines.c, dialect)),
    }


def _beyond(table: Table) -> tuple[Any, Any]:
    """That a place is after one, or before one."""
    return (
        table.c.place > bindparam("after", type_=BigInteger),
        table.c.place < bindparam("before", type_=BigInteger),
    )


def _counted(table: Table, column: Any) -> tuple[Any, Any, Any]:
    """What is counted of an account, what of that is of a key, and how many tasks these are."""
    mine = table.c.owner == bindparam("owner")
    of_key = mine & (column == bindparam("key"))
    return mine, of_key, select(func.coalesce(func.sum(table.c.held), NONE)).where(of_key)


def _by_block(table: Table, which: Any) -> ClauseElement:
    return select(table.c.block, func.sum(table.c.held)).where(which).group_by(table.c.block).order_by(table.c.block)
