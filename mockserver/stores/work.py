"""What threads do to a database: one thing at a time, or several together in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from mockserver.store import Apart, InDoubt, Outdated, StoreError
from mockserver.stores.counts import nothing
from mockserver.stores.exchanges import SqlExchanges
from mockserver.stores.gathered import Gathered, Note, Own, Owner
from mockserver.stores.holdings import SqlHoldings
from mockserver.stores.known import Acquaintance
from mockserver.stores.schema import VERSION
from mockserver.stores.session import Database, Row, Session
from mockserver.stores.statements import TABLES
from mockserver.traits import Kind

DOCUMENTS, STRIKES = SHARED = ("documents", "strikes")  # whose revisions are counted
CHANGED = "another version has changed its tables (they are {} now; this one knows {}): start again with that version"
Revisions = Mapping[str, int]
# The row that a group of requests begins with is waited for a moment, as those wait, too, that ask for others.
HURRIED, UNHURRIED = "SET LOCAL lock_timeout = 100", "SET LOCAL lock_timeout TO DEFAULT"


class Work:
    """Of all threads of one process."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._sql = database.statements
        self._own = Own()
        self.exchanges = SqlExchanges(database, self._own)
        self._acquaintance = Acquaintance()
        self.kinds: dict[str, frozenset[Kind]] = {}  # what clients may filter by, by API
        self._latest: Revisions | None = None  # that were kept when they were read last

    def holdings(self, owner: Owner) -> AbstractContextManager[SqlHoldings]:
        """What an account holds, for this thread alone. Raises Apart as a store does."""
        gathered = self._own.gathered
        return Opened(self, owner) if gathered is None else nullcontext(self._held(gathered, owner))

    @contextmanager
    def together(self, number: int) -> Iterator[Session]:
        """As a store has it."""
        notes: Sequence[Note] = ()
        try:
            with self.database.transaction() as session, self._gathering(session, number) as gathered:
                notes = gathered.notes
                yield session
                if session.has_failed:
                    raise StoreError("what was done could not be kept")
                if gathered.taken is not None:
                    self._verify(gathered)
                for held in gathered.holdings.values():
                    held.settle()
                self._settle_numbers(gathered)
                written = self.exchanges.write(session, notes)
        except InDoubt:
            self.exchanges.doubt(notes)
            raise
        for held in gathered.holdings.values():
            held.keep()
        self.exchanges.tell(written)

    def revisions(self) -> Revisions:
        """How often what is shared has changed; of several things the first may take it to be as it was last.

        Whether it is, is looked at before anything is kept, or done that cannot wait.
        """
        gathered = self._own.gathered
        if gathered is None:
            with self.database.look() as session:
                return self._read(session)
        if gathered.revisions is None:
            if self.database.is_divided:
                gathered.taken = self._latest
            gathered.revisions = gathered.taken or self._read(gathered.session)
        return gathered.revisions

    def is_changing(self, otherwise: type[Apart | Outdated] = Outdated) -> None:
        """A revision is going to be another. Among other things raises `otherwise` where somebody may wait for them.

        Whoever changes one has its row until all is done, and would then wait for accounts that others have.
        """
        gathered, self._latest = self._own.gathered, None
        if gathered is not None:
            if self.database.is_divided:
                raise otherwise("what all share changes by itself")
            gathered.revisions = None

    def write(self) -> None:
        """Write down what this thread did to tasks among other things, for who looks at those of all."""
        for held in self._own.gathered.holdings.values() if self._own.gathered else ():
            held.write()

    def next_number(self, api: str) -> int:
        """As a store has it. Raises Outdated, as who has the numbers of one API must not wait for another's."""
        gathered = self._own.gathered
        if gathered is None:
            with self.database.transaction() as session:
                return self._next_number(session, api)
        if self.database.is_divided and gathered.numbers.keys() - {api}:
            raise Outdated("numbers of several APIs are taken")
        taken = gathered.numbers.setdefault(api, [])
        taken.append(taken[-1] + 1 if taken else self._next_number(gathered.session, api))
        return taken[-1]

    def opened(self, session: Session, owner: Owner) -> SqlHoldings:
        """What an account holds, whose row nobody else has until the transaction ends."""
        whose = _named(owner)
        while (row := session.one(self._sql.open, whose)) is None:
            session.run(self._sql.make, {**whose, **nothing()})
        return self._made(session, owner, row)

    @contextmanager
    def _gathering(self, session: Session, number: int) -> Iterator[Gathered]:
        gathered = self._own.gathered = Gathered(session, number)
        try:
            yield gathered
        except BaseException:
            session.has_failed = True  # so that all of it is undone
            raise
        finally:
            self._own.gathered = None

    def _next_number(self, session: Session, api: str) -> int:
        row = session.one(self._sql.next_number, {"api": api})
        return int(row[0]) if row else 0

    def _settle_numbers(self, gathered: Gathered) -> None:
        """Write down the numbers that were taken, of which only the first is."""
        for api, taken in gathered.numbers.items():
            if len(taken) > 1:
                gathered.session.later(self._sql.keep_number, {"api": api, "last": taken[-1]})

    def _held(self, gathered: Gathered, owner: Owner) -> SqlHoldings:
        """What an account holds, among other things."""
        held = gathered.holdings.get(owner)
        if held is None:
            held = self._divided(gathered, owner) if self.database.is_divided else None
            gathered.holdings[owner] = held = held or self.opened(gathered.session, owner)
        return held

    def _divided(self, gathered: Gathered, owner: Owner) -> SqlHoldings | None:
        """What an account holds, read together with what others have changed until then; None: it has no row yet.

        Whoever has the row of one account, or a number, must not wait for another's: two would wait for each other.
        """
        if gathered.holdings or gathered.numbers:
            rows = self._asked(gathered, owner, self._sql.open_if_free)
            if not rows:
                raise Apart("/".join(owner))
        elif gathered.number == 1:
            rows = self._asked(gathered, owner, self._sql.open)
        else:
            try:
                rows = self._asked(gathered, owner, self._sql.open, HURRIED, UNHURRIED)
            except StoreError as error:  # so that it is waited for by those alone who ask for it
                raise Outdated(str(error)) from error
        return self._made(gathered.session, owner, rows[0]) if rows else None

    def _made(self, session: Session, owner: Owner, row: Row) -> SqlHoldings:
        """What an account holds, of its row."""
        return SqlHoldings(session, self._sql, row, self._acquaintance, self.kinds.get(owner[0], ()))

    def _asked(self, gathered: Gathered, owner: Owner, statement: str, *around: str) -> list[Row]:
        """The row of an account, asked for between two other statements, and what others have changed until then."""
        rows = list[Row]()
        for before in around[:1]:
            gathered.session.later(before)
        gathered.session.later(statement, _named(owner), rows.extend)
        for after in around[1:]:
            gathered.session.later(after)
        self._verify(gathered)
        return rows

    def _verify(self, gathered: Gathered) -> None:
        """Look whether the revisions are as they were taken to be. Raises Outdated."""
        found = self._read(gathered.session)
        if gathered.taken not in (None, found):
            self._latest = None
            raise Outdated("somebody else has changed what all share")
        self._latest = gathered.revisions = found
        gathered.taken = None

    def _read(self, session: Session) -> Revisions:
        found = {what: int(last) for what, last in session.many(self._sql.revisions)}
        tables = found.get(TABLES, 0)
        self.exchanges.outdated = CHANGED.format(tables, VERSION) if tables != VERSION else ""
        if tables != VERSION:
            session.has_failed = True
            raise StoreError(self.exchanges.outdated)
        return {what: found.get(what, 0) for what in SHARED}


class Opened:
    """What one account holds at one API, in a transaction while the context lasts."""

    __slots__ = ("_held", "_owner", "_session", "_transaction", "_work")

    def __init__(self, work: Work, owner: Owner) -> None:
        self._work, self._owner, self._transaction = work, owner, work.database.transaction()

    def __enter__(self) -> SqlHoldings:
        self._session = self._transaction.__enter__()
        try:
            self._held = self._work.opened(self._session, self._owner)
            self._work.revisions()  # where the row is held: so no newer version changes the tables meanwhile
        except BaseException as error:
            self._transaction.__exit__(type(error), error, error.__traceback__)
            raise
        return self._held

    def __exit__(self, *error: Any) -> None:  # noqa: PYI036 - handed on as they are
        try:
            if not self._session.has_failed:
                self._held.settle()
        finally:
            self._transaction.__exit__(*error)
        if not self._session.has_failed:
            self._held.keep()


def _named(owner: Owner) -> dict[str, str]:
    return dict(zip(("api", "account"), owner, strict=True))
