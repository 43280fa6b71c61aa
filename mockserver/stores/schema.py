"""Which tables does a store have?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import BigInteger, Column, Double, Index, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

VERSION = 6  # of the tables; an older store is migrated, a newer one refused
COUNTED = BigInteger().with_variant(Integer, "sqlite")  # where only an INTEGER counts up by itself
KEY = LargeBinary(16)  # digest of a text, as statements.key makes it: texts may be long, and hold what no column takes

MOMENTS = ("starts", "ends", "expires")  # of a task; infinity: never
EDGES = ("first", "last")
AT_SERVERS = {"dialect": "postgresql"}  # where a commit may be lost on its way
metadata = MetaData()

version = Table("mockserver_version", metadata, Column("version", Integer, primary_key=True, autoincrement=False))
holdings = Table(
    "mockserver_holdings",
    metadata,
    Column("owner", COUNTED, primary_key=True, autoincrement=True),
    Column("api", String, nullable=False),
    Column("account", String, nullable=False),
    Column("held", Integer, nullable=False),  # tasks
    Column("made", BigInteger, nullable=False),  # tasks ever: the place of the last
    Column("unfinished", Integer, nullable=False),  # tasks that end later than `counted`
    Column("counted", Double, nullable=False),  # epoch seconds
    Column("changes", BigInteger, nullable=False),  # of its tasks: what is known of them holds until the next one
    Column("calls", LargeBinary, nullable=False),  # the latest that limits count, as stores.limits writes them
    Column("recent", LargeBinary, nullable=False),  # changes of its tasks, as stores.recent writes them
    Column("latest", LargeBinary, nullable=False),  # id, as long as each was greater, as stores.counts has it
    Column("listed", String, nullable=False),  # by what its tasks are listed besides, as stores.listed writes it
)
Index("mockserver_holdings_account", holdings.c.account, holdings.c.api, unique=True)
calls = Table(  # that limits count, before those that holdings have
    "mockserver_calls",
    metadata,
    Column("owner", COUNTED, primary_key=True, autoincrement=False),
    Column("of", KEY, primary_key=True),  # a limit
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("moments", LargeBinary, nullable=False),  # stores.limits.TOGETHER of them
)
tasks = Table(
    "mockserver_tasks",
    metadata,
    Column("number", COUNTED, primary_key=True, autoincrement=True),
    Column("owner", COUNTED, nullable=False),
    Column("place", BigInteger, nullable=False),  # among the owner's, in the order of creation
    Column("id", KEY, nullable=False),
    Column("scope", KEY),  # null: none
    Column("same", KEY),  # null: none
    Column("file_name", KEY, nullable=False),
    Column("ends", Double, nullable=False),  # infinity: never
    Column("task", Text, nullable=False),  # JSON, as stores.rows writes it
)
Index("mockserver_tasks_id", tasks.c.id, tasks.c.owner, unique=True)
Index("mockserver_tasks_place", tasks.c.owner, tasks.c.place, unique=True)
Index("mockserver_tasks_ends", tasks.c.owner, tasks.c.ends)
Index("mockserver_tasks_file_name", tasks.c.file_name, tasks.c.owner, tasks.c.place)
for _column in (tasks.c.scope, tasks.c.same):
    _given = _column.is_not(None)
    Index(
        f"mockserver_tasks_{_column.name}",
        tasks.c.owner,
        _column,
        tasks.c.place,
        sqlite_where=_given,
        postgresql_where=_given,
    )
blocks = Table(
    "mockserver_blocks",
    metadata,
    Column("owner", COUNTED, primary_key=True, autoincrement=False),
    Column("scope", KEY, primary_key=True),  # empty: of the tasks that have none
    Column("block", BigInteger, primary_key=True, autoincrement=False),  # of places, as stores.statements has it
    Column("held", Integer, nullable=False),  # tasks
)
listed = Table(  # tasks by what they have in common, of accounts that hold many
    "mockserver_listed",
    metadata,
    Column("owner", COUNTED, primary_key=True, autoincrement=False),
    Column("line", KEY, primary_key=True),  # as stores.listed has it
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    *(Column(each, Double) for each in MOMENTS),  # of the task; null: this is not asked of the line
    sqlite_with_rowid=False,
)
lines = Table(
    "mockserver_lines",
    metadata,
    Column("owner", COUNTED, primary_key=True, autoincrement=False),
    Column("line", KEY, primary_key=True),
    Column("block", BigInteger, primary_key=True, autoincrement=False),  # of places
    Column("held", Integer, nullable=False),  # tasks
    *(Column(f"{edge}_{each}", Double) for each in MOMENTS for edge in EDGES),  # or wider, as tasks may be gone
    sqlite_with_rowid=False,
)
numbers = Table(
    "mockserver_numbers",
    metadata,
    Column("api", String, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
strikes = Table(
    "mockserver_strikes",
    metadata,
    Column("access_key", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last", Double, nullable=False),  # epoch seconds
)
documents = Table(
    "mockserver_documents",
    metadata,
    Column("name", String, primary_key=True),
    Column("revision", BigInteger, nullable=False),  # at which it last changed
    Column("content", LargeBinary, nullable=False),
)
revisions = Table(
    "mockserver_revisions",
    metadata,
    Column("what", String, primary_key=True),  # has changed
    Column("last", BigInteger, nullable=False),
)
holders = Table(
    "mockserver_holders",
    metadata,
    Column("owner", COUNTED, primary_key=True, autoincrement=False),
    Column("seed", KEY, primary_key=True),  # of loaded records
    Column("held", Integer, nullable=False),  # tasks that have them
)
Index("mockserver_holders_seed", holders.c.seed)
pieces = Table(
    "mockserver_pieces",
    metadata,
    Column("name", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 0
    Column("rows", Integer, nullable=False),
    Column("at", Double, nullable=False),  # epoch seconds
    Column("content", LargeBinary, nullable=False),
)
exchanges = Table(
    "mockserver_exchanges",
    metadata,
    Column("number", COUNTED, primary_key=True, autoincrement=True),  # never given twice
    Column("kind", String, nullable=False),  # what it is counted with
    Column("bucket", Integer, nullable=False),  # of the time that it took
    Column("seconds", Double, nullable=False),
    Column("weight", Integer, nullable=False),  # bytes in memory, about
    Column("content", LargeBinary, nullable=False),  # JSON, as mockserver.state.exchanges writes it
    Column("key", KEY),  # by which it is known again; null: an older version wrote it
    sqlite_autoincrement=True,
)
Index("mockserver_exchanges_key", exchanges.c.key, unique=True, info=AT_SERVERS)
counts = Table(  # of exchanges that are kept no more
    "mockserver_counts",
    metadata,
    Column("kind", String, primary_key=True),
    Column("bucket", Integer, primary_key=True, autoincrement=False),
    Column("exchanges", BigInteger, nullable=False),
    Column("seconds", Double, nullable=False),
)


def made(tables: Iterable[Table], dialect: Dialect) -> Iterator[str]:
    """The statements that make tables and their indexes."""
    for table in tables:
        yield str(CreateTable(table).compile(dialect=dialect))
        if dialect.name == "postgresql":
            yield unsampled(table, dialect)
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if index.info.get("dialect", dialect.name) == dialect.name:
                yield str(CreateIndex(index).compile(dialect=dialect))


def unsampled(table: Table, dialect: Dialect) -> str:
    """The statement that has a server collect nothing about what columns hold, and forget what it has collected.

    What it found of some accounts says nothing of the next: it would take a million tasks for one.
    """
    changes = (
        f"ALTER COLUMN {each.name} TYPE {each.type.compile(dialect)}, ALTER COLUMN {each.name} SET STATISTICS 0"
        for each in table.c  # a type is given anew to forget
    )
    return f"ALTER TABLE {table.name} {', '.join(changes)}"
