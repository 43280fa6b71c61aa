"""What is asked of a database, compiled once: at run time the driver gets plain text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import BigInteger, Integer, bindparam, delete, func, insert, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement

from mockserver.stores.limit_statements import of_limits
from mockserver.stores.list_statements import of_lines, of_lists, of_many_lines
from mockserver.stores.schema import (
    blocks,
    calls,
    documents,
    holders,
    holdings,
    lines,
    listed,
    numbers,
    pieces,
    revisions,
    strikes,
    tasks,
    version,
)
from mockserver.stores.terms import MINE, NONE, ONE, arrays

KEY_BYTES = 16
TABLES = "tables"  # of which version they are is told among the revisions
UPSERTS: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
Columns = dict[Any, Any]
ADDED = [each for each in tasks.c if each is not tasks.c.number]
ADD_ALL = f"""
INSERT INTO {tasks.name} ({", ".join(each.name for each in ADDED)}) SELECT given.* FROM unnest({{lists}}) AS given
"""  # noqa: S608 - of our own names alone
REMOVE_ALL = f"DELETE FROM {tasks.name} WHERE owner = ANY(%(owner)b::bigint[]) AND id = ANY(%(key)b::bytea[])"  # noqa: S608
COPY = f"COPY {tasks.name} ({', '.join(each.name for each in ADDED)}) FROM STDIN"
OWNED = (tasks, blocks, listed, lines, calls, holders)
SIZED = f"ANALYZE (SKIP_LOCKED) {', '.join(each.name for each in (*OWNED, holdings))}"  # waits for nobody
TOLD = ("recent", "latest", "listed")  # changes with the tasks alone
COUNTED = tuple(each for each in holdings.c if each.name not in ("owner", "api", "account"))


def key(text: str) -> bytes:
    """What a text is found by. Equal texts have the same key, however long, and whatever characters they hold."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


@dataclass(frozen=True, slots=True)
class Statements:
    """SQL with named parameters, as a driver takes it."""

    dialect: Dialect
    # of the tables
    found_version: str
    set_version: str  # version
    clear_version: str
    # what an account holds
    open: str  # api, account
    open_if_free: str  # the same, if nobody else has it
    make: str  # api, account, and the counts of nothing
    settle: str  # row, and what was counted
    settle_changed: str  # the same, and what is told of the tasks besides
    # its tasks, all by their owner
    add: str  # and every column
    add_all: str  # a list of each; empty: rows are added one by one
    fill: str  # the same, for many tasks at once
    get: str  # key
    named: str  # key
    same: str  # key
    replace: str  # key, new_ends, new_task
    remove: str  # key
    remove_all: str  # a list of each, as above
    at: str  # place
    earliest: str  # skip
    ending: str  # after, until
    oldest_first: str  # after, skip, most
    newest_first: str  # before, skip, most
    oldest_of_scope: str  # key, after, skip, most
    newest_of_scope: str  # key, before, skip, most
    in_scope: str  # key
    blocks: str
    blocks_of_scope: str  # key
    count_in_block: str  # scope, block, held: how many more
    forget_blocks: str  # that hold nothing
    # what its tasks are listed by besides
    oldest_of_line: str  # key, after, skip, most
    newest_of_line: str  # key, before, skip, most
    in_line: str  # key
    blocks_of_line: str  # key
    oldest_in_phases: str  # key, after, before, most, now, and 1 for each state that is wanted
    newest_in_phases: str  # the same
    count_in_phases: str  # the same, but for most
    moments_of_line: str  # key
    list_task: str  # and every column
    unlist_task: str  # line, place
    count_in_line: str  # and every column; held: how many more
    forget_line: str  # line, block; if it holds nothing
    list_all: str  # a list of each, as above, and so the others
    unlist_all: str
    count_in_lines: str
    # the calls that its limits count, each limit by its digest
    put_calls: str  # of, number, moments
    calls_of_row: str  # of, number
    calls_before: str  # of
    forget_calls: str  # of, before: a number
    # the store as a whole
    find: str  # key
    all_tasks: str
    next_number: str  # api
    keep_number: str  # api, last: of those that were taken since
    strike: str  # access_key, last
    forgive: str  # access_key
    # documents
    revisions: str  # and the version of the tables
    next_revision: str  # what
    same_revision: str  # what, after the next one was taken
    hold_revision: str  # what
    documents: str  # since
    document: str  # name
    document_revision: str  # name
    put_document: str  # name, revision, content
    forget_document: str  # name
    # loaded records
    count_holders: str  # owner, seed, held: how many more
    forget_holder: str  # owner, seed; where no task has them any more
    has_holder: str  # seed
    put_piece: str  # name, number, rows, at, content
    piece: str  # name, number
    pieces: str
    forget_pieces: str  # name, most
    # all at once
    every_call: str  # by its owner
    every_call_before: str
    every_number: str
    every_strike: str
    put_number: str  # api, last
    put_strikes: str  # access_key, failures, last
    sized: str  # once there is much, so that a server plans anew; empty: a file has no plans that stay
    forget: tuple[str, ...]  # account
    reset: tuple[str, ...]


def compile_statements(dialect: Dialect) -> Statements:
    """The statements in the words of a database."""
    found = {**_of_versions(), **_of_holdings(), **_of_tasks(), **of_lists(), **of_limits()}
    found |= {**_of_all(UPSERTS[dialect.name]), **of_lines(UPSERTS[dialect.name], dialect.name)}
    found |= {**_of_documents(UPSERTS[dialect.name]), **_of_records(UPSERTS[dialect.name]), **_of_everything()}
    owners = select(holdings.c.owner).where(holdings.c.account == bindparam("account"))
    owned = [delete(each).where(each.c.owner.in_(owners)) for each in (*OWNED, holdings)]
    return Statements(
        dialect,
        **{name: _text(each, dialect) for name, each in found.items()},
        **_of_many(dialect),
        fill=COPY if dialect.name == "postgresql" else _text(found["add"], dialect),
        sized=SIZED if dialect.name == "postgresql" else "",
        forget=tuple(_text(each, dialect) for each in owned),
        reset=tuple(_text(delete(each), dialect) for each in (*OWNED, holdings, numbers, strikes)),
    )


def _of_many(dialect: Dialect) -> dict[str, str]:
    """What a server does with lists; a file gains nothing by them."""
    if dialect.name != "postgresql":
        return {"add_all": "", "remove_all": "", **dict.fromkeys(of_many_lines(dialect), "")}
    return {"add_all": ADD_ALL.format(lists=arrays(ADDED, dialect)), "remove_all": REMOVE_ALL, **of_many_lines(dialect)}


def _text(statement: ClauseElement, dialect: Dialect) -> str:
    return str(statement.compile(dialect=dialect))


def _of_versions() -> dict[str, ClauseElement]:
    return {
        "found_version": select(version.c.version),
        "set_version": insert(version),
        "clear_version": delete(version),
    }


def _of_holdings() -> dict[str, ClauseElement]:
    named = (holdings.c.api == bindparam("api")) & (holdings.c.account == bindparam("account"))
    changed: Columns = {each.name: bindparam(each.name) for each in COUNTED}
    counted = {name: value for name, value in changed.items() if name not in TOLD}
    return {
        "open": select(holdings.c.owner, *COUNTED).where(named).with_for_update(),
        "open_if_free": select(holdings.c.owner, *COUNTED).where(named).with_for_update(skip_locked=True),
        "settle": update(holdings).where(holdings.c.owner == bindparam("row")).values(counted),
        "settle_changed": update(holdings).where(holdings.c.owner == bindparam("row")).values(changed),
    }


def _of_tasks() -> dict[str, ClauseElement]:
    one, latest = MINE & (tasks.c.id == bindparam("key")), tasks.c.place.desc()
    found = select(tasks.c.task, tasks.c.place)
    given: Columns = {column: bindparam(column.name) for column in ADDED}
    return {
        "add": insert(tasks).values(given).inline(),
        "get": found.where(one),
        "named": found.where(MINE, tasks.c.file_name == bindparam("key")).order_by(latest).limit(ONE).offset(NONE),
        "same": found.where(MINE, tasks.c.same == bindparam("key")).order_by(latest).limit(ONE).offset(NONE),
        "replace": update(tasks).where(one).values(ends=bindparam("new_ends"), task=bindparam("new_task")),
        "remove": delete(tasks).where(one),
        "at": found.where(MINE, tasks.c.place == bindparam("place")),
        "earliest": found.where(MINE).order_by(tasks.c.place).limit(ONE).offset(bindparam("skip", type_=Integer)),
        "ending": select(func.count())
        .select_from(tasks)
        .where(MINE, tasks.c.ends > bindparam("after"), tasks.c.ends <= bindparam("until")),
        "find": found.where(tasks.c.id == bindparam("key")).limit(ONE).offset(NONE),
        "all_tasks": found.order_by(tasks.c.owner, tasks.c.place),
    }


def _of_all(upsert: Callable[..., Any]) -> dict[str, ClauseElement]:
    struck = strikes.c.access_key == bindparam("access_key")
    block = upsert(blocks)
    number = upsert(numbers).values(api=bindparam("api"), last=ONE)
    strike = upsert(strikes).values(access_key=bindparam("access_key"), failures=ONE, last=bindparam("last"))
    more = {"held": blocks.c.held + block.excluded.held}
    again = {"failures": strikes.c.failures + ONE, "last": strike.excluded.last}
    whose: Columns = {each: bindparam(each) for each in ("api", "account")}
    unless = upsert(holdings).values(whose | {each.name: bindparam(each.name) for each in COUNTED})
    return {
        "make": unless.on_conflict_do_nothing().inline(),
        "count_in_block": block.on_conflict_do_update(index_elements=[*blocks.primary_key], set_=more),
        "next_number": number.on_conflict_do_update(
            index_elements=[numbers.c.api], set_={"last": numbers.c.last + ONE}
        ).returning(numbers.c.last),
        "keep_number": update(numbers).where(numbers.c.api == bindparam("api")).values(last=bindparam("last")),
        "strike": strike.on_conflict_do_update(index_elements=[strikes.c.access_key], set_=again),
        "forgive": delete(strikes).where(struck),
    }


def _of_documents(upsert: Callable[..., Any]) -> dict[str, ClauseElement]:
    this = documents.c.name == bindparam("name")
    what: Any = bindparam("what")
    put, revision = upsert(documents), upsert(revisions).values(what=what, last=ONE)
    held = upsert(revisions).values(what=what, last=NONE)
    new = {"revision": put.excluded.revision, "content": put.excluded.content}
    return {
        "revisions": select(revisions.c.what, revisions.c.last).union_all(
            select(literal_column(f"'{TABLES}'"), version.c.version)
        ),
        "next_revision": revision.on_conflict_do_update(
            index_elements=[revisions.c.what], set_={"last": revisions.c.last + ONE}
        ).returning(revisions.c.last),
        "same_revision": update(revisions).where(revisions.c.what == what).values(last=revisions.c.last - ONE),
        "hold_revision": held.on_conflict_do_update(
            index_elements=[revisions.c.what], set_={"last": revisions.c.last + NONE}
        ),
        "documents": select(documents.c.name, documents.c.revision, documents.c.content).where(
            documents.c.revision > bindparam("since", type_=BigInteger)
        ),
        "document": select(documents.c.revision, documents.c.content).where(this),
        "document_revision": select(documents.c.revision).where(this),
        "put_document": put.on_conflict_do_update(index_elements=[documents.c.name], set_=new),
        "forget_document": delete(documents).where(this),
    }


def _of_records(upsert: Callable[..., Any]) -> dict[str, ClauseElement]:
    of = pieces.c.name == bindparam("name")
    holder, piece = upsert(holders), upsert(pieces)
    more = {"held": holders.c.held + holder.excluded.held}
    seed = holders.c.seed == bindparam("seed")
    most = bindparam("most", type_=Integer)
    last = select(pieces.c.number).where(of).order_by(pieces.c.number.desc())
    return {
        "count_holders": holder.on_conflict_do_update(index_elements=[*holders.primary_key], set_=more),
        "forget_holder": delete(holders).where(holders.c.owner == bindparam("owner"), seed, holders.c.held == NONE),
        "has_holder": select(holders.c.owner).where(seed, holders.c.held > NONE).limit(ONE).offset(NONE),
        "put_piece": piece.on_conflict_do_nothing(),
        "piece": select(pieces.c.rows, pieces.c.content).where(of, pieces.c.number == bindparam("number")),
        "pieces": select(pieces.c.name, func.sum(pieces.c.rows), func.max(pieces.c.at)).group_by(pieces.c.name),
        "forget_pieces": delete(pieces).where(of, pieces.c.number.in_(last.limit(most).offset(NONE))),
    }


def _of_everything() -> dict[str, ClauseElement]:
    return {
        "every_number": select(numbers.c.api, numbers.c.last),
        "every_strike": select(strikes.c.access_key, strikes.c.failures, strikes.c.last),
        "put_number": insert(numbers),
        "put_strikes": insert(strikes),
    }
