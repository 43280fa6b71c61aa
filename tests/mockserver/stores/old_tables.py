"""The tables of the first two versions, as their programs made them, with what these would have written there."""

import json
from collections.abc import Iterator
from math import inf

from sqlalchemy import Connection, text

from mockserver.state.tasks import written
from mockserver.stores.statements import key
from mockserver.task import Task
from tests.mockserver.stores.tasks import task

FIRST = """
CREATE TABLE mockserver_version (version INTEGER NOT NULL, PRIMARY KEY (version));
CREATE TABLE mockserver_holdings (
    owner {counted} NOT NULL, api VARCHAR NOT NULL, account VARCHAR NOT NULL, held INTEGER NOT NULL,
    calls TEXT NOT NULL, PRIMARY KEY (owner));
CREATE UNIQUE INDEX mockserver_holdings_account ON mockserver_holdings (account, api);
CREATE TABLE mockserver_tasks (
    number {counted} NOT NULL, owner {integer} NOT NULL, id {bytes} NOT NULL, scope {bytes}, same {bytes},
    file_name {bytes} NOT NULL, ends {double} NOT NULL, task TEXT NOT NULL, PRIMARY KEY (number));
CREATE INDEX mockserver_tasks_ends ON mockserver_tasks (owner, ends);
CREATE INDEX mockserver_tasks_file_name ON mockserver_tasks (file_name, owner);
CREATE UNIQUE INDEX mockserver_tasks_id ON mockserver_tasks (id, owner);
CREATE INDEX mockserver_tasks_owner ON mockserver_tasks (owner, number);
CREATE INDEX mockserver_tasks_same ON mockserver_tasks (owner, same, number) WHERE same IS NOT NULL;
CREATE INDEX mockserver_tasks_scope ON mockserver_tasks (owner, scope, number) WHERE scope IS NOT NULL;
CREATE TABLE mockserver_scopes (
    owner {integer} NOT NULL, scope {bytes} NOT NULL, held INTEGER NOT NULL, PRIMARY KEY (owner, scope));
CREATE TABLE mockserver_numbers (api VARCHAR NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (api));
CREATE TABLE mockserver_strikes (
    access_key VARCHAR NOT NULL, failures INTEGER NOT NULL, last {double} NOT NULL, PRIMARY KEY (access_key))
"""
SECOND = """
CREATE TABLE mockserver_documents (
    name VARCHAR NOT NULL, revision BIGINT NOT NULL, content {bytes} NOT NULL, PRIMARY KEY (name));
CREATE TABLE mockserver_revisions (what VARCHAR NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (what))
"""
HOLD = "INSERT INTO mockserver_holdings (api, account, held, calls) VALUES ('api', :account, :held, :calls)"
ADD = """
INSERT INTO mockserver_tasks (owner, id, scope, same, file_name, ends, task)
    VALUES (:owner, :id, :scope, :same, :file_name, :ends, :task)
"""
COUNT = """
INSERT INTO mockserver_scopes
    SELECT owner, scope, count(*) FROM mockserver_tasks WHERE scope IS NOT NULL GROUP BY owner, scope
"""
TYPES = {
    "sqlite": {"counted": "INTEGER", "integer": "INTEGER", "bytes": "BLOB", "double": "DOUBLE"},
    "postgresql": {"counted": "BIGSERIAL", "integer": "BIGINT", "bytes": "BYTEA", "double": "DOUBLE PRECISION"},
}
TASKS = [
    task("c", scope="x", ends=5.0),
    task("o", account="2", ends=9.0, arguments={"half": "\ud800"}),
    task("a", scope="y", ends=inf, expires=inf, arguments={"large": 2**80}),
    task("b", scope="x", ends=7.0, same="k"),
]
KEPT = 41  # the last number that was given


def make(connection: Connection, version: int) -> None:
    """The tables of version 1 or 2, with the tasks in them."""
    words = TYPES[connection.dialect.name]
    for statement in _statements(version):
        connection.execute(text(statement.format(**words)))
    connection.execute(text("INSERT INTO mockserver_version (version) VALUES (:version)"), {"version": version})
    connection.execute(text("INSERT INTO mockserver_numbers (api, last) VALUES ('api', :last)"), {"last": KEPT})
    for account in "12":
        held = sum(each.account == account for each in TASKS)
        connection.execute(text(HOLD), {"account": account, "held": held, "calls": '{"limit":[1.0]}'})
    for each in TASKS:
        connection.execute(text(ADD), _row(each))
    connection.execute(text(COUNT))


def _statements(version: int) -> Iterator[str]:
    for part in (FIRST, SECOND)[:version]:
        yield from part.split(";")


def _row(each: Task) -> dict[str, object]:
    return {
        "owner": int(each.account),
        "id": key(each.id),
        "scope": key(each.scope) if each.scope else None,
        "same": key(each.same) if each.same else None,
        "file_name": key(each.file_name),
        "ends": each.ends,
        "task": json.dumps(written(each), separators=(",", ":")),
    }
