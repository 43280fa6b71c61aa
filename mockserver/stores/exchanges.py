"""The last exchanges of all who have the same database, numbered in the order in which they came there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, func, literal_column, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement, Select

from mockserver.noted import Counts, Noted, Notes
from mockserver.store import StoreError
from mockserver.stores.gathered import Note, Own
from mockserver.stores.notes import SERVER, TURN, Numbers, writer
from mockserver.stores.schema import counts, exchanges, revisions
from mockserver.stores.session import Database, Row, Session
from mockserver.stores.statements import UPSERTS

CLEARED, FORGOTTEN = "exchanges cleared", "exchanges forgotten"  # numbers that mockserver_revisions holds


@dataclass(frozen=True, slots=True)
class Statements:
    """SQL with named parameters, as a driver takes it."""

    take_back: str  # key
    order: str  # nobody adds one until the transaction ends; empty where nobody could
    newest: str
    since: str  # number
    weights: str
    forget: str  # number
    count: str  # kind, bucket, exchanges, seconds
    counted: str
    mark: str  # what, last


@dataclass(frozen=True, slots=True)
class Written:
    """What is kept when a transaction has ended."""

    notes: Sequence[Note]
    numbers: Numbers
    taken_back: Sequence[bytes]  # keys of those that are not


class SqlExchanges:
    """Rows of `mockserver_exchanges`; those that are kept no more are counted in `mockserver_counts`.

    At a server several are added at a time, and may be there in another order than that of their numbers. Whoever
    reads on from a number waits until those are there that are on their way.
    """

    def __init__(self, database: Database, own: Own) -> None:
        self._database = database
        self._own = own
        self._sql = _compiled(database.statements.dialect)
        self._write = writer(database.statements.dialect)
        self.outdated = ""  # why none can be added any more; empty: they can
        self._doubtful: list[bytes] = []  # keys of those that may be kept, of requests that were answered otherwise

    def add(self, noted: Noted, told: Callable[[int], None]) -> None:
        notes, gathered = [(noted, told)], self._own.gathered
        if gathered is not None:
            gathered.notes += notes
            return
        if self.outdated:
            raise StoreError(self.outdated)
        is_divided = self._database.is_divided  # else others may have all of it, and whoever begins waits for them
        with self._database.look() if is_divided else self._database.transaction() as session:
            written = self.write(session, notes, is_alone=True)
            session.flush()
        self.tell(written)

    def write(self, session: Session, notes: Sequence[Note], *, is_alone: bool = False) -> Written:
        """Have exchanges kept with what a transaction does besides, or alone; `tell` is for when it has ended."""
        numbers = self._write(session, notes, is_alone) if notes else {}
        taken_back = (*self._doubtful,)
        for key in taken_back:
            session.later(self._sql.take_back, {"key": key})
        return Written(notes, numbers, taken_back)

    def tell(self, written: Written) -> None:
        """Call those who wait for the numbers of exchanges, as these are kept now."""
        for key in written.taken_back:
            with suppress(ValueError):  # another thread has done so, too
                self._doubtful.remove(key)
        for noted, told in written.notes:
            told(written.numbers.get(noted.key, 0))

    def doubt(self, notes: Iterable[Note]) -> None:
        """These may be kept, but clients were told something else: they have to go."""
        self._doubtful += [noted.key for noted, _ in notes]

    def marks(self) -> tuple[int, int]:
        with self._database.look() as session:
            marks = _marks(session, self._sql)
        return max(marks[""], marks[CLEARED]), marks[CLEARED]

    def since(self, number: int) -> Notes:
        if not self._sql.order:
            with self._database.look() as session:
                return self._read(session, number)
        with self._database.transaction() as session:
            session.many(self._sql.order)
            return self._read(session, number)

    def trim(self, most: int, room: int) -> None:
        with self._database.transaction() as session:
            edge = _edge(session.many(self._sql.weights), most, room)
            if edge:
                self._forget(session, edge)
                session.run(self._sql.mark, {"what": FORGOTTEN, "last": edge})

    def clear(self) -> None:
        with self._database.transaction() as session:
            if self._sql.order:
                session.many(self._sql.order)
            last = _marks(session, self._sql)[""]
            if last:
                self._forget(session, last)
                session.run(self._sql.mark, {"what": CLEARED, "last": last})

    def counts(self) -> Counts:
        with self._database.look() as session:
            found = session.many(self._sql.counted)
        return {(kind, bucket): (int(number), float(seconds)) for kind, bucket, number, seconds in found}

    def _read(self, session: Session, number: int) -> Notes:
        """The entries, then what was forgotten: what goes in between is told of once too often, not once too little."""
        found = session.many(self._sql.since, {"since": number})
        marks = _marks(session, self._sql)
        forgotten = marks[FORGOTTEN] if marks[FORGOTTEN] > marks[CLEARED] else 0
        return Notes([(each, weight, bytes(content)) for each, weight, content in found], marks[CLEARED], forgotten)

    def _forget(self, session: Session, edge: int) -> None:
        for (kind, bucket), (number, seconds) in _added(session.many(self._sql.forget, {"edge": edge})):
            session.run(self._sql.count, {"kind": kind, "bucket": bucket, "exchanges": number, "seconds": seconds})


def _marks(session: Session, sql: Statements) -> dict[str, int]:
    """The numbers up to which exchanges went, and, without a name, that of the newest that is kept."""
    return {CLEARED: 0, FORGOTTEN: 0} | {what: int(last) for what, last in session.many(sql.newest)}


def _edge(weights: Iterable[Row], most: int, room: int) -> int:
    """The number of the newest that has to go; 0: none has to. The newest of all stays, however large."""
    for index, (number, weight) in enumerate(weights):
        room -= weight
        if index and (index >= most or room < 0):
            return int(number)
    return 0


def _added(gone: Iterable[Row]) -> list[tuple[tuple[str, int], tuple[int, float]]]:
    """How many are of each kind, in one order for all: so nobody waits in a circle."""
    found: defaultdict[tuple[str, int], tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for kind, bucket, seconds in gone:
        number, total = found[kind, bucket]
        found[kind, bucket] = number + 1, total + seconds
    return sorted(found.items())


def _compiled(dialect: Dialect) -> Statements:
    upsert, number = UPSERTS[dialect.name], exchanges.c.number
    turn = select(func.pg_advisory_xact_lock(literal_column(TURN))) if dialect.name == SERVER else None
    edge = number <= bindparam("edge", type_=BigInteger)
    later = number > bindparam("since", type_=BigInteger)
    made: dict[str, ClauseElement | None] = {
        "take_back": delete(exchanges).where(exchanges.c.key == bindparam("key")),
        "order": turn,
        "newest": _newest(),
        "since": select(number, exchanges.c.weight, exchanges.c.content).where(later).order_by(number),
        "weights": select(number, exchanges.c.weight).order_by(number.desc()),
        "forget": delete(exchanges).where(edge).returning(*_counted(exchanges)),
        "count": _counting(upsert),
        "counted": _everything(),
        "mark": _marking(upsert),
    }
    return Statements(
        **{name: "" if each is None else str(each.compile(dialect=dialect)) for name, each in made.items()}
    )


def _newest() -> Select[Any]:
    marked = select(revisions.c.what, revisions.c.last).where(revisions.c.what.in_(_words(CLEARED, FORGOTTEN)))
    newest = select(literal_column("''"), func.coalesce(func.max(exchanges.c.number), literal_column("0")))
    return marked.union_all(newest)  # type: ignore[return-value]


def _words(*words: str) -> list[Any]:
    return [literal_column(f"'{each}'") for each in words]


def _counted(table: Any) -> tuple[Any, ...]:
    return table.c.kind, table.c.bucket, table.c.seconds


def _counting(upsert: Callable[..., Any]) -> ClauseElement:
    put = upsert(counts)
    more = {
        "exchanges": counts.c.exchanges + put.excluded.exchanges,
        "seconds": counts.c.seconds + put.excluded.seconds,
    }
    statement: ClauseElement = put.on_conflict_do_update(index_elements=[*counts.primary_key], set_=more)
    return statement


def _everything() -> ClauseElement:
    """What is counted, kept or not, in one statement: so none is counted twice while it goes."""
    kept = select(*_counted(exchanges), literal_column("1").label("exchanges"))
    gone = select(*_counted(counts), counts.c.exchanges)
    both = kept.union_all(gone).subquery()
    sums = func.sum(both.c.exchanges), func.sum(both.c.seconds)
    return select(both.c.kind, both.c.bucket, *sums).group_by(both.c.kind, both.c.bucket)


def _marking(upsert: Callable[..., Any]) -> ClauseElement:
    """A number up to which exchanges went; it never falls."""
    put = upsert(revisions)
    statement: ClauseElement = put.on_conflict_do_update(
        index_elements=[revisions.c.what], set_={"last": put.excluded.last}, where=revisions.c.last < put.excluded.last
    )
    return statement
