"""Does a statement look at more rows because there are more? Asked of the databases themselves, without a clock.

100,000 tasks are held, most of them by one account: SQLite tells its plan, PostgreSQL how many rows it looked at,
whatever it believes of how many there are.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from mockserver.lines import PLACES
from mockserver.store import Kept, Store
from mockserver.stores.list_statements import BOUNDS
from mockserver.stores.postgresql import PostgresqlDatabase
from mockserver.stores.session import Session
from mockserver.stores.sql import SqlStore
from mockserver.stores.sqlite import SqliteDatabase
from mockserver.stores.statements import Statements, key
from mockserver.task import Task
from tests.mockserver.stores.tasks import task

TASKS = 100_000
MIDDLE = TASKS // 2 + 1  # where the pages begin that are looked at
FEW = 80  # rows that a statement may look at
NAMED = re.compile(r"%\((\w+)\)[sb]")  # what a statement asks with, as a driver takes it
GROWING = {f"mockserver_{each}" for each in ("tasks", "listed", "holdings", "calls", "numbers", "strikes")}  # tables
# What is asked by whoever wants all there is, or nobody while requests are answered.
WHOLE = {
    "dialect",
    "fill",
    "sized",
    "all_tasks",
    "every_call",
    "every_call_before",
    "every_number",
    "every_strike",
    "forget",
    "reset",
    "clear_version",
}
ONE = [each.name for each in fields(Statements) if each.name not in WHOLE]
FIRST = "earliest"  # the first of all that an account has, in their order, and no other
ID, SCOPE, LINE = b"0000000000000007", b"scope", b"line"
VALUES: dict[str, Any] = {
    "api": "api",
    "account": "1",
    "owner": 1,
    "row": 1,
    "scope": SCOPE,
    "id": b"new",
    "key": ID,
    "same": None,
    "file_name": b"new",
    "ends": 1.0,
    "place": TASKS + 1,
    "task": "{}",
    "new_ends": 2.0,
    "new_task": "{}",
    "after": MIDDLE,
    "before": MIDDLE,
    "until": MIDDLE + 20.0,
    "skip": 0,
    "most": 10,
    "block": 0,
    "line": LINE,
    "recent": b"",
    "listed": "",
    "latest": b"",
    "now": 500.0,
    "queued": 1,
    "running": 0,
    "ended": 0,
    "expired": 0,
    **dict.fromkeys(("starts", "expires", *(name for name, _ in BOUNDS)), 1.0),
    "held": 1,
    "made": 1,
    "unfinished": 1,
    "counted": 0.0,
    "changes": 1,
    "calls": b"",
    "of": LINE,
    "moments": b"",
    "access_key": "key",
    "failures": 1,
    "last": 1,
    "what": "documents",
    "seed": b"seed",
    "number": 0,
    "rows": 1,
    "at": 0.0,
    "since": 0,
    "name": "clock",
    "revision": 1,
    "content": b"",
    "version": 9,
}
OF_MANY = {"add_all", "remove_all", "list_all", "unlist_all", "count_in_lines"}  # which a file has not
OF_SCOPE = {"oldest_of_scope", "newest_of_scope", "in_scope", "blocks_of_scope"}
OF_LINE = {"oldest_of_line", "newest_of_line", "in_line", "blocks_of_line"}
# Tasks that end one a second; those of every tenth belong to other accounts.
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)",
    "postgresql": "WITH n(n) AS (SELECT generate_series(1, 100000))",
}
DIGEST = {"sqlite": "CAST(printf('%016d', n) AS BLOB)", "postgresql": "convert_to(lpad(n::text, 16, '0'), 'UTF8')"}
BYTES = {"sqlite": "CAST('{}' AS BLOB)", "postgresql": "convert_to('{}', 'UTF8')"}
FILL = """
INSERT INTO mockserver_tasks (owner, place, id, scope, same, file_name, ends, task) NUMBERS
    SELECT CASE WHEN n % 10 = 0 THEN 1 + n ELSE 1 END, n, DIGEST, SCOPE, DIGEST, DIGEST, n, '{}' FROM n
"""
OTHERS = """
INSERT INTO mockserver_tasks (owner, place, id, scope, same, file_name, ends, task) NUMBERS
    SELECT 1000000 + n, n % 7, DIGEST, SCOPE, DIGEST, DIGEST, n, '{}' FROM n WHERE n < 3000
"""
HOLD = """
INSERT INTO mockserver_holdings
    (api, account, held, made, unfinished, counted, changes, calls, recent, latest, listed) NUMBERS
    SELECT 'api', '' || n, 0, 0, 0, 0, 0, DIGEST, DIGEST, DIGEST, '' FROM n WHERE n < 20000
"""
BLOCKS = (
    "INSERT INTO mockserver_blocks SELECT owner, scope, place >> 12, count(*) FROM mockserver_tasks GROUP BY 1, 2, 3"
)
LISTED = "INSERT INTO mockserver_listed (owner, line, place) SELECT owner, LINE, place FROM mockserver_tasks"
LINES = """
INSERT INTO mockserver_lines SELECT owner, line, place >> 12, count(*), 1, 1, 1, 1, 1, 1 FROM mockserver_listed
    GROUP BY 1, 2, 3
"""
CALLS = """
INSERT INTO mockserver_calls NUMBERS
    SELECT 1 + n % 3000, CASE WHEN n < 30000 THEN LINE ELSE DIGEST END, n, DIGEST FROM n
"""
NUMBERED = "INSERT INTO mockserver_numbers (api, last) NUMBERS SELECT '' || n, n FROM n WHERE n < 5000"
STRUCK = (
    "INSERT INTO mockserver_strikes (access_key, failures, last) NUMBERS SELECT '' || n, 1, n FROM n WHERE n < 5000"
)


def filling(kind: str) -> Iterator[str]:
    """The statements that fill the tables of a store."""
    for statement in (FILL, HOLD, BLOCKS, LISTED, LINES, CALLS, NUMBERED, STRUCK):
        yield worded(statement, kind)


def worded(statement: str, kind: str) -> str:
    """A statement in the words of a kind of store."""
    numbered = statement.replace("NUMBERS", NUMBERS[kind]).replace("DIGEST", DIGEST[kind])
    return numbered.replace("SCOPE", BYTES[kind].format("scope")).replace("LINE", BYTES[kind].format("line"))


def values_of(name: str) -> dict[str, Any]:
    if name in OF_MANY:
        return {name: [value] for name, value in VALUES.items()}
    return VALUES | ({"key": SCOPE} if name in OF_SCOPE else {"key": LINE} if name in OF_LINE else {})


@pytest.fixture
def grown_file(tmp_path: Path) -> Iterator[tuple[sqlite3.Connection, Statements]]:
    """A file that holds much."""
    statements = SqliteDatabase(tmp_path / "mock.db").statements
    with closing(sqlite3.connect(tmp_path / "mock.db")) as connection:
        for statement in filling("sqlite"):
            connection.execute(statement)
        yield connection, statements


@pytest.fixture(params=["all", "others", "nothing"])
def grown_database(request: pytest.FixtureRequest, database: str) -> Iterator[PostgresqlDatabase]:
    """A database that holds much, whose server has looked at all of it, at what others held before, or at nothing."""
    made = PostgresqlDatabase(database)
    with psycopg.connect(database, autocommit=True) as connection:
        if request.param == "others":
            connection.execute(worded(OTHERS, "postgresql"))
            connection.execute("ANALYZE")
        for statement in filling("postgresql"):
            connection.execute(statement)
        if request.param == "all":
            connection.execute("ANALYZE")
    yield made
    made.close()


def test_no_statement_scans_a_table_of_a_file(grown_file: tuple[sqlite3.Connection, Statements]) -> None:
    connection, statements = grown_file
    plans = {
        name: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {getattr(statements, name)}", values_of(name))]
        for name in ONE
        if name not in OF_MANY
    }
    assert {name: plan for name, plan in plans.items() if not is_narrow(plan, name)} == {}
    whole = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statements.all_tasks}")]
    assert not is_narrow(whole, "all_tasks")  # so the check sees what it is there for
    blocks = connection.execute(statements.blocks_of_scope, values_of("blocks_of_scope")).fetchall()
    assert len(blocks) <= TASKS / 2**PLACES + 1


def is_narrow(plan: list[str], name: str) -> bool:
    """Whether a plan finds what it wants in indexes, and no more than that."""
    scans = [line for line in plan if line.startswith("SCAN") and line.split()[1] in GROWING]
    searches = [line for line in plan if line.startswith("SEARCH mockserver_tasks")]
    sorts = [line for line in plan if "TEMP B-TREE" in line]
    of_all = [line for line in searches if line.endswith("(owner=?)")]
    return not scans and not (searches and sorts) and (not of_all or name == FIRST)


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
def test_no_statement_at_a_server_looks_at_many_rows(grown_database: PostgresqlDatabase, mode: str) -> None:
    statements = grown_database.statements
    with grown_database.look() as session:
        session.run(f"SET plan_cache_mode = {mode}")
        plans = {name: nodes_of(session, getattr(statements, name), values_of(name)) for name in ONE}
        scans = {
            name: [each["Relation Name"] for each in nodes if each["Node Type"] == "Seq Scan"]
            for name, nodes in plans.items()
        }
        assert {name: found for name, found in scans.items() if {*found} & GROWING} == {}
        rows = {name: sum(map(looked_at, nodes)) for name, nodes in plans.items()}
        assert {name: number for name, number in rows.items() if number > FEW} == {}
        assert not [name for name, nodes in plans.items() if any("JIT" in each for each in nodes)]
        whole = sum(map(looked_at, nodes_of(session, statements.all_tasks, {})))
        assert whole >= TASKS  # it sees what it is there for


def load(store: Store, held: list[Task]) -> None:
    store.load(Kept(tuple(held)))


def add(store: Store, held: list[Task]) -> None:
    with store.holdings("api", "1") as holdings:
        for each in held:
            holdings.add(each)


@pytest.mark.parametrize("fill", [load, add])
@pytest.mark.parametrize("name", ["get", "ending"])
def test_who_asked_when_nothing_was_held_looks_at_few_rows_of_many(
    database: str, name: str, fill: Callable[[Store, list[Task]], None]
) -> None:
    values = {**values_of(name), "key": key("7"), "after": 2500, "until": 2520.0}
    with psycopg.connect(database, autocommit=True) as connection:
        store = SqlStore(PostgresqlDatabase(database))
        connection.execute("VACUUM ANALYZE")
    with closing(store), closing(PostgresqlDatabase(database)) as made, made.look() as session:
        session.run("SET plan_cache_mode = force_generic_plan")
        assert sum(map(looked_at, prepared(session, getattr(made.statements, name), values))) == 0
        fill(store, [task(f"{number}", ends=number) for number in range(5000)])
        assert sum(map(looked_at, asked(session, getattr(made.statements, name), values))) in range(1, FEW)


def nodes_of(session: Session, statement: str, values: Any) -> list[Any]:
    """The steps of a plan, as it was prepared, carried out and undone."""
    found = prepared(session, statement, values)
    session.run("DEALLOCATE asked")
    return found


def prepared(session: Session, statement: str, values: Any) -> list[Any]:
    """The steps of a plan that stays."""
    session.run(f"PREPARE asked AS {NAMED.sub(lambda found: f'${names_in(statement).index(found[1]) + 1}', statement)}")
    return asked(session, statement, values)


def asked(session: Session, statement: str, values: Any) -> list[Any]:
    """The steps of a plan that was made before, carried out and undone."""
    given = ", ".join(sql.Literal(values[name]).as_string(None) for name in names_in(statement))
    session.run("BEGIN")
    ((found,),) = session.many(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked {f'({given})' * bool(given)}")
    session.run("ROLLBACK")
    return list(walk(found[0]["Plan"]))


def names_in(statement: str) -> list[str]:
    """What is asked with."""
    return list(dict.fromkeys(NAMED.findall(statement)))


def walk(plan: Any) -> Iterator[Any]:
    """Every step of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from walk(part)


def looked_at(node: Any) -> float:
    """How many rows of a table a step has looked at."""
    rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float(node["Actual Loops"] * rows) if "Scan" in node["Node Type"] else 0.0
