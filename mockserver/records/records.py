"""Which records does an export find? Those of its account and resource before those of everybody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import RLock
from typing import Any

from mockserver.files.row import Row
from mockserver.files.workbook import SHEET_COLUMNS
from mockserver.files.writers import SHEET
from mockserver.records import catalogue
from mockserver.records.batch import Batch, batch_of, load
from mockserver.records.depot import Depot, OwnDepot, StoreDepot
from mockserver.records.edition import Address, Edition, Found, Summary, edition
from mockserver.records.leavings import Leavings
from mockserver.records.lines import BadRecord
from mockserver.records.others import Nobody, Others
from mockserver.records.places import Places
from mockserver.store import Store, StoreError
from mockserver.task import LOADED
from openapi.model import Spec

MOST_BYTES = 1 << 33  # of all records of a mock, those that only tasks still hold included


class Records:
    """All records of one mock, or of all who have its store. Safe to share between threads."""

    def __init__(self, specs: Mapping[str, Spec], store: Store, real: Callable[[], float]) -> None:
        """`real` tells the time of the machine, in epoch seconds."""
        self.places = Places(specs)
        self._store = store
        self._depot: Depot = StoreDepot(store, real) if store.is_shared else OwnDepot()
        self._turn: AbstractContextManager[object] = RLock()  # to change any
        self.others: Others = Nobody()
        self._leavings = Leavings()
        self._now: dict[Address, Found] = {}
        self._start: dict[Address, Found] = {}
        self._all: dict[str, Summary] = {}  # by seed, as long as an address or a task has it
        self._known = frozenset[str]()  # digests of the batches of all of them

    def load(self, address: Address, rows: Iterable[tuple[str, Row]], *, append: bool = False) -> Found:
        """Take in rows, each with its place: all of them, or none. Raises BadRecord, StoreError."""
        batch = load(rows, self.places.file(address).time)
        while True:
            before = self._now.get(address) if append else None
            try:
                found = self.edition(address, (*(before.batches if before else ()), batch))
                self._prepare([Summary(address, found)])
            except StoreError:
                self.others.look()
                if not append or _same(self._now.get(address), before):
                    raise
                continue  # what they are added to has gone meanwhile
            with self._adding([Summary(address, found)]) as are_there:
                if are_there and (not append or _same(self._now.get(address), before)):  # else others were quicker
                    self._now = {**self._now, address: found}
                    return found

    def batch(self, address: Address, rows: Iterable[tuple[str, Row]]) -> Batch:
        """Rows with their places that belong nowhere yet. Raises BadRecord."""
        return load(rows, self.places.file(address).time)

    def edition(self, address: Address, batches: tuple[Batch, ...]) -> Found:
        """Batches as the records that an address can have. Raises BadRecord."""
        found = edition(address, batches)
        if len(found.columns) > SHEET_COLUMNS and SHEET in self.places.file(address).formats.values():
            raise BadRecord(f"all records: they have {len(found.columns)} columns, a sheet {SHEET_COLUMNS}")
        return found

    def make_ready(self, given: Mapping[Address, Found]) -> None:
        """Have the lines of these where all find them. Raises BadRecord, StoreError."""
        self._prepare([Summary(*each) for each in given.items()])

    def start_with(self, given: Mapping[Address, Found], changed: Collection[Address]) -> None:
        """Let `given` be there now, and whenever `reset` goes back; at other places that `changed`, nothing.

        What was loaded at those since then stays. Raises BadRecord, StoreError.
        """
        while True:
            summaries = [Summary(*each) for each in given.items()]
            self._prepare(summaries)
            with self._adding(summaries) as are_there:
                if are_there:
                    gone = {place: found for place, found in self._start.items() if place in changed}
                    left = {place: each for place, each in self._now.items() if not _same(each, gone.get(place))}
                    self._now = {**left, **given}
                    kept = {place: each for place, each in self._start.items() if place not in gone}
                    self._start = {**kept, **given}
                    return

    def reset(self) -> None:
        """Back to what was there from the start. Raises StoreError."""
        with self._changing():
            self._now = dict(self._start)

    def remove(self, wanted: Callable[[Address], bool]) -> int:
        """Forget the records of the addresses that are wanted; how many addresses those were. Raises StoreError."""
        with self._changing():
            kept = {address: found for address, found in self._now.items() if not wanted(address)}
            removed = len(self._now) - len(kept)
            self._now = kept
        return removed

    @property
    def are_at_hand(self) -> bool:
        """Whether no lines have to be fetched, for which others may be waiting already."""
        return all(batch.is_at_hand for batch in catalogue.known(self._all).values())

    def all(self) -> list[Summary]:
        """What there is, by address."""
        return [Summary(*each) for each in sorted(self._now.items(), key=lambda each: each[0])]

    def seed(self, api: str, kind: str, account: str, referred: Sequence[str]) -> str:
        """The seed of the records that an export finds; empty where there are none.

        Asked while the holdings of its task are open, so that nobody forgets the records before it is there.
        """
        if not self._now:
            return ""
        resources = ("/".join(referred), *referred, "")
        places = [Address(api, kind, owner, resource) for owner in (account, "") for resource in resources]
        if any(place in self._now for place in places):
            self.others.look()
        now = self._now
        return next((now[place].seed for place in places if place in now), "")

    def find(self, seed: str) -> Found | None:
        """The records of a seed; None for a seed of rows that are made up. Raises StoreError."""
        held = self._all.get(seed)
        if held is None and self._store.is_shared and seed.startswith(LOADED):
            self.others.look()
            held = self._all.get(seed)
            if held is None:
                raise StoreError(f"there are no records {seed} any more")
        return held.found if held else None

    def dump(self) -> tuple[Edition, ...]:
        """All records, also those that only tasks have."""
        with self._turn:
            current = {found.seed for found in self._now.values()}
            return tuple(Edition(each.address, each.found, seed in current) for seed, each in self._all.items())

    def restored(self, address: Address, rows: Iterable[tuple[str, Row]], columns: Sequence[str]) -> Found:
        """Rows with their places as records that nobody finds yet; `columns` tells their order. Raises BadRecord."""
        batch = self.batch(address, rows)
        missing = [name for name in batch.columns if name not in columns]
        if missing:
            raise BadRecord(f"columns: the rows also have {', '.join(map(repr, missing))}")
        return edition(address, (batch_of(batch.content(), columns, timed=batch.about.timed),))

    def recalled(self, said: Mapping[str, Any]) -> Summary:
        """The records that `catalogue.written` wrote. Their lines are fetched when they are needed."""
        held = catalogue.known(self._all)
        return catalogue.read(said, lambda about: held.get(about.digest) or self._depot.batch(about))

    def keep_ready(self, editions: Iterable[Edition]) -> None:
        """Have the lines of these where all find them. Raises StoreError."""
        for each in editions:
            self._depot.put(each.found.batches)

    def require_ready(self, editions: Iterable[Edition]) -> None:
        """Raises StoreError where somebody has removed lines of these since `keep_ready`."""
        if not all(self._depot.has(each.found.batches) for each in editions):
            raise StoreError("the lines of the records were removed meanwhile")

    def put_back(self, editions: Sequence[Edition]) -> None:
        """Let these be what exports find. What tasks still hold stays until `sweep`. Raises StoreError."""
        with self._turn:
            self._all = self._all | {each.found.seed: Summary(each.address, each.found) for each in editions}
            self._now = {each.address: each.found for each in editions if each.is_current}

    def sweep(self, gone: Collection[str] = ()) -> None:
        """Let go of what neither an address nor a task has any more, nor of the batches that are `gone`, anybody else.

        Raises StoreError.
        """
        with self._changing():
            self._known = self._known.union(gone)

    def give_up(self, editions: Iterable[Edition]) -> None:
        """Have no lines kept for these, unless somebody has them."""
        self._clear(batch.digest for each in editions for batch in each.found.batches)

    @contextmanager
    def alone(self) -> Iterator[set[str]]:
        """Nobody else does anything meanwhile. What is let go is forgotten after it. Raises StoreError."""
        with self._leavings.collected(self._clear) as gone, self._store.alone():
            yield gone

    def hold(self, held: Callable[[], Collection[str]]) -> None:
        """From now on leave alone the batches, by their digests, that snapshots hold."""
        self._depot.held = held

    def share(self, turn: AbstractContextManager[object]) -> None:
        """From now on take `turn` for each change, in place of a lock of one's own."""
        self._turn = turn

    def listed(self) -> dict[str, Any]:
        """All that there is, but its lines, as others who have the same store are told of it."""
        editions = {seed: catalogue.written(each) for seed, each in self._all.items()}
        places = {name: sorted(each.seed for each in found.values()) for name, found in self._places().items()}
        return {"editions": editions, **places}

    def follow(self, said: Mapping[str, Any]) -> None:
        """Let there be what another who has the same store listed."""
        found = {seed: self._all.get(seed) or self.recalled(each) for seed, each in said["editions"].items()}
        with self._turn:
            self._all = found
            self._now, self._start = (catalogue.found(found, said[name]) for name in self._places())
            self._known = frozenset(catalogue.known(found))

    def _places(self) -> Mapping[str, Mapping[Address, Found]]:
        return {"now": self._now, "start": self._start}

    def _prepare(self, given: Sequence[Summary]) -> None:
        """Have the lines of these where all find them. Raises BadRecord, StoreError."""
        self._require_room(given)
        with self._or_cleared(given):
            for each in given:
                self._depot.put(each.found.batches)

    @contextmanager
    def _adding(self, given: Sequence[Summary]) -> Iterator[bool]:
        """While these are added, alone; whether their lines are there. Raises BadRecord, StoreError."""
        with self._or_cleared(given), self._changing():
            self._require_room(given)
            self._all = self._all | {each.found.seed: each for each in given}
            yield all(self._depot.has(each.found.batches) for each in given)

    @contextmanager
    def _or_cleared(self, given: Sequence[Summary]) -> Iterator[None]:
        """Where this fails, no lines of these are kept."""
        try:
            yield
        except (BadRecord, StoreError):
            self._clear(batch.digest for each in given for batch in each.found.batches)
            raise

    def _require_room(self, given: Iterable[Summary]) -> None:
        batches = catalogue.known(self._all | {each.found.seed: each for each in given})
        if sum(batch.size for batch in batches.values()) > MOST_BYTES:
            raise BadRecord(f"all records: there would be more than {MOST_BYTES} bytes of them")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Nobody else changes records meanwhile, or makes a task of them; what nobody has any more is let go."""
        try:
            with self.alone() as gone, self._turn:
                yield
                gone.update(self._let_go())
        except BaseException:
            self.others.forget()  # as it may not be known whether they are told of it
            raise

    def _let_go(self) -> Collection[str]:
        """The batches that nobody has any more, by their digests."""
        current = {found.seed for found in (*self._now.values(), *self._start.values())}
        held = self._store.holds(self._all.keys() - current)
        self._all = {seed: each for seed, each in self._all.items() if seed in held or seed in current}
        known, self._known = self._known, frozenset(catalogue.known(self._all))
        return self._depot.idle(self._known, known - self._known)

    def _clear(self, digests: Iterable[str]) -> None:
        """Have the store forget batches, part by part, so that nobody waits for long. If it cannot now, it will."""
        with suppress(StoreError):
            for digest in digests:
                while self._clear_some(digest):
                    pass

    def _clear_some(self, digest: str) -> bool:
        """Whether a part of a batch that nobody has was forgotten, and there may be more of it."""
        with self._turn:
            return digest not in self._known and self._depot.forget_some(digest)


def _same(one: Found | None, other: Found | None) -> bool:
    """Whether both hold the same, or nothing."""
    return (one and one.seed) == (other and other.seed)
