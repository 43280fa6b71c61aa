"""Which records does an export find? Those of its account and resource before those of everybody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from threading import Lock

from mockserver.files.row import Row, Span
from mockserver.files.workbook import SHEET_COLUMNS
from mockserver.files.writers import SHEET
from mockserver.records.batch import Batch, joined, load
from mockserver.records.lines import BadRecord
from openapi.model import FileSpec, Spec

FEW = 16  # batches that an edition has; before there are more, they become one
MOST_BYTES = 1 << 33  # of all records of a mock, those that only tasks still hold included
_NUMBERS = count(1)  # of the editions of all mocks of this process, as files are remembered by them


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where records belong."""

    api: str
    kind: str  # of rows
    account: str = ""  # number; empty: everybody's
    resource: str = ""  # id, or several joined by a slash; empty: every resource's


@dataclass(frozen=True, slots=True)
class Found:
    """The records of an address as they were at some moment. Loading more makes another one."""

    seed: str  # what tasks know it by
    batches: tuple[Batch, ...]
    columns: tuple[str, ...]  # in the order in which rows first had them

    @property
    def rows(self) -> int:
        return sum(batch.count for batch in self.batches)

    @property
    def size(self) -> int:
        """Bytes of their lines."""
        return sum(batch.size for batch in self.batches)

    @property
    def span(self) -> Span | None:
        """The first and the last moment, in epoch milliseconds; None where they have no time."""
        spans = [batch.span for batch in self.batches if batch.span]
        return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None

    def lines(self, window: Span | None, *, newest_first: bool) -> Iterator[bytes]:
        """The rows of a window as lines of JSON, in the order of their time or against it."""
        if len(self.batches) == 1:
            return self.batches[0].lines(self.batches[0].between(window), newest_first=newest_first)
        return (line for _, line in joined(self.batches, window, newest_first=newest_first))

    def count(self, window: Span | None) -> int:
        """How many rows a window has."""
        return sum(len(batch.between(window)) for batch in self.batches)


@dataclass(frozen=True, slots=True)
class Summary:
    """What there is at an address."""

    address: Address
    found: Found


@dataclass(frozen=True, slots=True)
class Edition:
    """What was loaded for an address, and is found there, or only by the tasks that were created when it was."""

    address: Address
    found: Found
    is_current: bool


class Records:
    """All records of one mock. `held` tells which seeds its tasks still hold."""

    def __init__(self, specs: Mapping[str, Spec], held: Callable[[], Iterable[str]]) -> None:
        self._files = {name: dict(_files(spec)) for name, spec in specs.items()}
        self._held = held
        self._lock = Lock()
        self._now: dict[Address, Found] = {}
        self._start: dict[Address, Found] = {}
        self._all: dict[str, Summary] = {}  # by seed, as long as an address or a task has it

    def address(self, api: str, kind: str = "", account: str = "", resource: str = "") -> Address:
        """The address of these names. Raises Unknown. What there is only one of may be left out."""
        exporting = [name for name, files in self._files.items() if files]
        if not api and len(exporting) != 1:
            raise Unknown("api: several have something to export", sorted(exporting))
        api = api or exporting[0]
        if api not in exporting:
            raise Unknown(f"api: there is no {api!r} that exports", sorted(exporting))
        kinds = self._files[api]
        if not kind and len(kinds) != 1:
            raise Unknown(f"kind: {api} exports several kinds of rows", sorted(kinds))
        if kind and kind not in kinds:
            raise Unknown(f"kind: {api} exports no {kind!r}", sorted(kinds))
        return Address(api, kind or next(iter(kinds)), account, resource)

    def file(self, address: Address) -> FileSpec:
        """The file that the rows of an address go into."""
        return self._files[address.api][address.kind]

    def load(self, address: Address, rows: Iterable[tuple[str, Row]], *, append: bool = False) -> Found:
        """Take in rows, each with its place: all of them, or none. Raises BadRecord."""
        file = self.file(address)
        batch = load(rows, file.time)
        with self._lock:
            before = self._now.get(address) if append else None
            found = _edition((*(before.batches if before else ()), batch))
            if len(found.columns) > SHEET_COLUMNS and SHEET in file.formats.values():
                raise BadRecord(f"all records: they have {len(found.columns)} columns, a sheet {SHEET_COLUMNS}")
            if sum(each.found.size for each in self._all.values()) + batch.size > MOST_BYTES:
                raise BadRecord(f"all records: there would be more than {MOST_BYTES} bytes of them")
            self._now = {**self._now, address: found}
            self._all[found.seed] = Summary(address, found)
        self.sweep()
        return found

    def keep(self, addresses: Iterable[Address]) -> None:
        """What there is now at these addresses is there from the start: `reset` comes back to it."""
        self._start = {**self._start, **{address: self._now[address] for address in addresses}}

    def withdraw(self, addresses: Collection[Address]) -> None:
        """At these addresses nothing is there from the start any more; what was loaded since then stays."""
        with self._lock:
            gone = {place: found for place, found in self._start.items() if place in addresses}
            self._now = {place: found for place, found in self._now.items() if gone.get(place) is not found}
            self._start = {place: found for place, found in self._start.items() if place not in gone}
        self.sweep()

    def reset(self) -> None:
        """Back to what was there from the start."""
        with self._lock:
            self._now = dict(self._start)
        self.sweep()

    def remove(self, wanted: Callable[[Address], bool]) -> int:
        """Forget the records of the addresses that are wanted; how many addresses those were."""
        with self._lock:
            kept = {address: found for address, found in self._now.items() if not wanted(address)}
            removed = len(self._now) - len(kept)
            self._now = kept
        self.sweep()
        return removed

    def all(self) -> list[Summary]:
        """What there is, by address."""
        return [Summary(*each) for each in sorted(self._now.items(), key=lambda each: each[0])]

    def seed(self, api: str, kind: str, account: str, referred: Sequence[str]) -> str:
        """The seed of the records that an export finds; empty where there are none."""
        now = self._now
        if not now:
            return ""
        resources = ("/".join(referred), *referred, "")
        places = (Address(api, kind, owner, resource) for owner in (account, "") for resource in resources)
        return next((now[place].seed for place in places if place in now), "")

    def find(self, seed: str) -> Found | None:
        """The records of a seed; None for a seed of rows that are made up."""
        held = self._all.get(seed)
        return held.found if held else None

    def dump(self) -> tuple[Edition, ...]:
        """All records, also those that only tasks have."""
        with self._lock:
            current = {found.seed for found in self._now.values()}
            return tuple(Edition(each.address, each.found, seed in current) for seed, each in self._all.items())

    def edition(self, address: Address, rows: Iterable[tuple[str, Row]], columns: Sequence[str]) -> Found:
        """Rows with their places that belong nowhere yet; `columns` tells in which order. Raises BadRecord."""
        batch = load(rows, self.file(address).time)
        missing = [name for name in batch.columns if name not in columns]
        if missing:
            raise BadRecord(f"columns: the rows also have {', '.join(map(repr, missing))}")
        batch.columns = tuple(columns)
        return _edition((batch,))

    def put_back(self, editions: Sequence[Edition]) -> None:
        """Let these be what exports find. What tasks still hold stays until `sweep`."""
        with self._lock:
            self._all = self._all | {each.found.seed: Summary(each.address, each.found) for each in editions}
            self._now = {each.address: each.found for each in editions if each.is_current}

    def sweep(self) -> None:
        """Let go of what neither an address nor a task has any more."""
        with self._lock:
            current = {found.seed for found in (*self._now.values(), *self._start.values())}
            if self._all.keys() <= current:
                return
        held = set(self._held())  # outside the lock: a task that is being made asks for its seed
        with self._lock:
            current = {found.seed for found in (*self._now.values(), *self._start.values())}
            self._all = {seed: each for seed, each in self._all.items() if seed in held or seed in current}


class Unknown(LookupError):
    """A name that nothing has, and those that something has."""

    def __init__(self, message: str, valid: list[str]) -> None:
        super().__init__(message)
        self.valid = valid


def _edition(batches: tuple[Batch, ...]) -> Found:
    columns = tuple(dict.fromkeys(name for batch in batches for name in batch.columns))
    if len(batches) > FEW:
        timed = any(batch.span for batch in batches)
        batches = (Batch(joined(batches, None, newest_first=False), columns, timed=timed),)
    return Found(f"records/{next(_NUMBERS)}", batches, columns)


def _files(spec: Spec) -> Iterator[tuple[str, FileSpec]]:
    for operation in spec.operations.values():
        if operation.file:
            yield operation.file.rows, operation.file
