"""A store in the tables of a database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from threading import local

from mockserver.store import Apart, Busy, Conflict, Kept, Piece, StoreError, Strikes
from mockserver.stores import limits, work
from mockserver.stores.gathered import Owner
from mockserver.stores.holdings import SqlHoldings
from mockserver.stores.rows import read
from mockserver.stores.session import Database, Row, Session
from mockserver.stores.statements import key
from mockserver.stores.work import Work
from mockserver.task import Task
from mockserver.traits import Kind

DOCUMENTS, STRIKES = {"what": work.DOCUMENTS}, {"what": work.STRIKES}
UNREAD: tuple[int, Mapping[str, Strikes]] = (-1, {})  # strikes, and the revision at which they are known


class SqlStore:
    """Everything that is remembered, shared by all who have the same database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sql = database.statements
        self._work = Work(database)
        self.exchanges = self._work.exchanges
        self._looked = local()  # at the revision of strikes, by this thread
        self._struck: tuple[int, Mapping[str, Strikes]] = UNREAD

    @property
    def is_shared(self) -> bool:
        return True

    @property
    def is_slow(self) -> bool:
        return self._database.is_slow

    def at_once(self) -> AbstractContextManager[object]:
        return self._database.at_once()

    def when_free(self, told: Callable[[], object]) -> None:
        self._database.when_free(told)

    def list_by(self, api: str, kinds: Collection[Kind]) -> None:
        self._work.kinds[api] = frozenset(kinds)

    def holdings(self, api: str, account: str) -> AbstractContextManager[SqlHoldings]:
        return self._work.holdings((api, account))

    @contextmanager
    def together(self, number: int) -> Iterator[Session]:
        try:
            with self._work.together(number) as session:
                yield session
        except Busy:  # nothing was done
            raise
        except BaseException:
            self._struck = UNREAD  # perhaps by what was undone
            raise

    def next_number(self, api: str) -> int:
        return self._work.next_number(api)

    def find(self, task_id: str) -> Task | None:
        self._work.write()
        with self._database.look() as session:
            row = session.one(self._sql.find, {"key": key(task_id)})
        return read(row[0]) if row else None

    def all_tasks(self) -> list[Task]:
        self._work.write()
        with self._database.look() as session:
            return [read(text) for text, _ in session.many(self._sql.all_tasks)]

    def strike(self, key: str, now: float) -> None:
        self._work.is_changing(Apart)
        with self._database.transaction() as session:
            session.run(self._sql.strike, {"access_key": key, "last": now})
            session.run(self._sql.next_revision, STRIKES)

    def strikes(self, key: str) -> Strikes:
        revision = getattr(self._looked, "revision", None)
        self._looked.revision = None
        if revision is None or revision != self._struck[0]:
            with self._database.look() as session:
                known: dict[str, int] = dict(session.many(self._sql.revisions))
                self._struck = known.get(work.STRIKES, 0), _strikes(session.many(self._sql.every_strike))
        return self._struck[1].get(key, (0, 0.0))

    def forgive(self, key: str) -> None:
        self._work.is_changing(Apart)
        with self._database.transaction() as session:
            session.run(self._sql.forgive, {"access_key": key})
            session.run(self._sql.next_revision, STRIKES)

    def forget(self, account: str) -> None:
        with self._database.transaction(alone=True) as session:
            for statement in self._sql.forget:
                session.run(statement, {"account": account})

    def reset(self) -> None:
        with self._database.transaction(alone=True) as session:
            self._empty(session)

    def dump(self) -> Kept:
        with self._database.transaction(alone=True) as session:
            return Kept(
                tuple(read(text) for text, _ in session.many(self._sql.all_tasks)),
                limits.every(session, self._sql),
                dict(session.many(self._sql.every_number)),
                _strikes(session.many(self._sql.every_strike)),
            )

    def load(self, kept: Kept) -> None:
        with self._database.transaction(alone=True) as session:
            self._empty(session)
            for (api, account), (tasks, calls) in _by_owner(kept).items():
                held = self._work.opened(session, (api, account))
                held.load(tasks)
                held.recall(calls)
                held.settle()
            for api, last in kept.numbers.items():
                session.run(self._sql.put_number, {"api": api, "last": last})
            for access_key, (failures, moment) in kept.strikes.items():
                struck = {"access_key": access_key, "failures": failures, "last": moment}
                session.run(self._sql.put_strikes, struck)
            if self._sql.sized:
                session.run(self._sql.sized)

    def revision(self) -> int:
        found = self._work.revisions()
        self._looked.revision = found[work.STRIKES]
        return found[work.DOCUMENTS]

    def documents(self, since: int = 0) -> Mapping[str, tuple[int, bytes]]:
        with self._database.look() as session:
            found = session.many(self._sql.documents, {"since": since})
            return {name: (at, bytes(content)) for name, at, content in found}

    def document(self, name: str) -> tuple[int, bytes] | None:
        with self._database.look() as session:
            found = session.one(self._sql.document, {"name": name})
            return found and (found[0], bytes(found[1]))

    @contextmanager
    def changing(self) -> Iterator[None]:
        self._work.is_changing()
        with self._database.transaction() as session:
            session.run(self._sql.hold_revision, DOCUMENTS)
            yield

    def put_document(self, name: str, content: bytes | None, version: int | None = None) -> int:
        self._work.is_changing()
        with self._database.transaction() as session:
            row = session.one(self._sql.next_revision, DOCUMENTS)  # whoever has it is the only one to change any
            revision = int(row[0]) if row else 0
            if version is not None:
                found = session.one(self._sql.document_revision, {"name": name})
                if version != (found[0] if found else 0):
                    session.run(self._sql.same_revision, DOCUMENTS)  # after all
                    raise Conflict(name)
            if content is None:
                session.run(self._sql.forget_document, {"name": name})
            else:
                session.run(self._sql.put_document, {"name": name, "revision": revision, "content": content})
            return revision

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._database.transaction(alone=True) as session:
            try:
                yield
            except BaseException:
                session.has_failed = True  # so that all of it is undone
                raise
            if session.has_failed:  # and somebody went on all the same
                raise StoreError("what was done could not be kept")

    def holds(self, seeds: Collection[str]) -> set[str]:
        with self._database.look() as session:
            return {seed for seed in seeds if session.one(self._sql.has_holder, {"seed": key(seed)})}

    def put_piece(self, piece: Piece, at: float) -> None:
        with self._database.transaction() as session:
            said = {"name": piece.of, "number": piece.number, "rows": piece.rows, "at": at, "content": piece.content}
            session.run(self._sql.put_piece, said)

    def piece(self, of: str, number: int) -> Piece | None:
        with self._database.look() as session:
            row = session.one(self._sql.piece, {"name": of, "number": number})
        return Piece(of, number, row[0], bytes(row[1])) if row else None

    def pieces(self) -> Mapping[str, tuple[int, float]]:
        with self._database.look() as session:
            return {name: (int(rows), at) for name, rows, at in session.many(self._sql.pieces)}

    def forget_pieces(self, of: str, most: int) -> bool:
        with self._database.transaction() as session:
            return session.run(self._sql.forget_pieces, {"name": of, "most": most}) > 0

    def close(self) -> None:
        self._database.close()

    def _empty(self, session: Session) -> None:
        self._work.is_changing()
        for statement in self._sql.reset:
            session.later(statement)
        session.later(self._sql.next_revision, STRIKES)


def _strikes(rows: Iterable[Row]) -> dict[str, Strikes]:
    return {key: (int(failures), float(last)) for key, failures, last in rows}


def _by_owner(kept: Kept) -> Mapping[Owner, tuple[list[Task], dict[str, tuple[float, ...]]]]:
    """The tasks and the calls of each account at each API."""
    found: defaultdict[Owner, tuple[list[Task], dict[str, tuple[float, ...]]]] = defaultdict(lambda: ([], {}))
    for task in kept.tasks:
        found[task.api, task.account][0].append(task)
    for (api, account, limit), calls in kept.calls.items():
        found[api, account][1][limit] = calls
    return found
