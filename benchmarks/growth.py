"""Does a request cost more because more tasks are held? Create, list (the first page and the last), show and delete.

Signed requests through the engine, without a socket, quotas counted: so many tasks in one account, then as many spread
over 10,000 accounts. Microseconds by the wall clock, or of the processor (`--processor`), medians; a hundred of the
tasks held are unfinished, as many as the largest quota of the specs lets an account have (`--unfinished` asks for
more). Before each list a task is created, so that no page is answered out of what a process knows. All sizes are there
at once and asked in turn, round after round, so that whatever else the machine does falls on all of them. Also: what a
call takes when ten thousand tasks finish at one instant. SQLite is a file, PostgreSQL a server of its own, where it is
installed.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import databases, generous, messages, progress
from mockserver.accounts import FIRST, Account
from mockserver.assembly import assemble, gateway_of
from mockserver.clock import MovableClock
from mockserver.gateway import Gateway
from mockserver.store import Kept, Store
from mockserver.stores.opening import open_store
from mockserver.task import Task
from openapi.messages import Request
from openapi.model import Spec

API = "baidu-bls"  # the one whose tasks are created, listed, shown and deleted
QUOTAS = [  # this API documents none: those of another kind of API, so that what they ask for is counted
    {"id": "held", "counts": "all", "limit": generous.TASKS, "when-full": "evict-earliest"},
    {"id": "unfinished", "counts": "unfinished", "limit": generous.TASKS, "when-full": "evict-earliest"},
]
SIZES = (0, 1_000, 100_000, 1_000_000)
ACCOUNTS = 10_000
FEW, AT_ONCE = 10, 10_000  # tasks that finish at one instant
HOST = "127.0.0.1"
PAGE = 10  # tasks
SOON = 60.0  # seconds; signatures are good for longer


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    databases.add_stores(parser)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help=f"tasks held {SIZES}")
    parser.add_argument("--rounds", type=int, default=10, help="in which all sizes are asked in turn (10)")
    parser.add_argument("--calls", type=int, default=30, help="of each kind at each size in a round (30)")
    parser.add_argument("--unfinished", type=int, default=100, help="of the tasks held (100)")
    parser.add_argument(
        "--processor",
        dest="clock",
        action="store_const",
        const=time.thread_time,
        default=time.perf_counter,
        help="count processor time of this process, as on a busy machine; that of a database's server is not in it",
    )
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help=f"over which tasks are spread ({ACCOUNTS})")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help=f"tasks that finish at one instant ({AT_ONCE})")
    progress.present(parser, measure, lines)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """By store and by number of accounts: microseconds of each kind of call, at each size."""
    found: dict[str, Any] = {}
    absent: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, databases.lasting(Path(folder), options.stores, absent) as lasting:
        for name, why in absent.items():
            progress.tell(f"{name} is absent: {why}")
        for name, make in {databases.MEMORY: lambda _: databases.MEMORY, **lasting}.items():
            if name in options.stores:
                found[name.lower()] = _of_store(name, make, options)
    return found


def _of_store(name: str, make: databases.Make, options: argparse.Namespace) -> dict[str, Any]:
    """Of one kind of store."""
    found: dict[str, Any] = {}
    for accounts in (1, options.accounts):
        progress.tell(f"{name}: {', '.join(f'{size:,}' for size in options.sizes)} tasks in {accounts:,} account(s)")
        found[str(accounts)] = _at_sizes(make, accounts, options)
    progress.tell(f"{name}: {options.at_once:,} tasks finish at one instant")
    found["at once"] = {str(count): _finishing(make, count, options) for count in (FEW, options.at_once)}
    return found


def _at_sizes(make: databases.Make, accounts: int, options: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Of so many accounts, which hold each number of tasks in a store of their own."""
    with ExitStack() as stack:
        mocks, filled = dict[str, Mock](), dict[str, float]()
        for size in map(str, options.sizes):
            address = make(f"growth_{accounts}_{size}")
            mock = mocks[size] = stack.enter_context(running(address, accounts, options.clock))
            began = time.perf_counter()
            mock.fill(int(size), int(size) - options.unfinished)
            filled[size] = time.perf_counter() - began
        gc.collect()
        gc.freeze()  # as a server does with what stays
        timed = [{size: mock.timed(options.calls) for size, mock in mocks.items()} for _ in range(options.rounds)]
    gc.unfreeze()
    return {
        size: {
            **{kind: 1e6 * median([each for one in timed for each in one[size][kind]]) for kind in KINDS},
            "seconds to fill": filled[size],
        }
        for size in mocks
    }


def _finishing(make: databases.Make, count: int, options: argparse.Namespace) -> dict[str, float]:
    """Microseconds of a look before and after an instant at which all tasks finish, and of the first look then."""
    calls = options.rounds * options.calls
    with running(make(f"finishing_{count}"), 1, options.clock) as mock:
        instant = mock.clock.now() + SOON
        mock.fill(count, 0)
        before = mock.seconds_of(mock.list_page, calls)
        mock.clock.set(instant)
        first = mock.seconds_of(mock.list_page, 1)
        after = mock.seconds_of(mock.list_page, calls)
    return {name: 1e6 * median(each) for name, each in (("before", before), ("first", first), ("after", after))}


@dataclass(slots=True)
class Mock:
    """One in this process, and what is measured of it."""

    spec: Spec
    gateway: Gateway
    store: Store
    clock: MovableClock
    accounts: Sequence[Account]
    chance: Random
    own: list[str]  # ids of tasks of the first account, which is the one that asks
    seconds: Callable[[], float]  # the clock that it is measured by

    def fill(self, count: int, finished: int) -> None:
        """Hold so many tasks, every account as many; the first so many are finished, the others will be at once."""
        self.handle(self.create(0))
        (pattern,) = self.store.all_tasks()
        before, after = self.clock.now() - 1, self.clock.now() + SOON
        tasks = tuple(self._like(pattern, number, before if number < finished else after) for number in range(count))
        self.store.load(Kept(tasks))
        self.own = [task.id for task in tasks[:: len(self.accounts)]]

    def _like(self, pattern: Task, number: int, ends: float) -> Task:
        account = self.accounts[number % len(self.accounts)].number
        file_name = f"{number}-{pattern.file_name}"
        own: dict[str, Any] = {
            "account": account,
            "file_name": file_name,
            "ends": ends,
            "arguments": dict(pattern.arguments),
        }
        return replace(pattern, id=f"{number:08x}{pattern.id[8:]}", **own)

    def timed(self, calls: int) -> dict[str, list[float]]:
        """Seconds of so many calls of each kind; as many tasks are held afterwards as before."""
        made = self.seconds_of(self.create, calls)
        listed = self.seconds_of(self.list_page, calls, self.create)
        last = self.seconds_of(self.last_page, calls, self.create)
        created = [task.id for task in self.newest(3 * calls)]
        shown = self.own or created
        show = self.seconds_of(lambda _: self.one("DescribeDownloadTask", self.chance.choice(shown)), calls)
        deleted = self.seconds_of(lambda number: self.one("DeleteDownloadTask", created[number]), len(created))
        return dict(zip(KINDS, (made, listed, last, show, deleted), strict=True))

    def newest(self, count: int) -> list[Task]:
        """The last tasks of the account that asks."""
        with self.store.holdings(API, FIRST.number) as holdings:
            tasks = holdings.tasks("", newest_first=True)
            return [next(tasks) for _ in range(count)]

    def create(self, number: int) -> Request:
        """A signed request."""
        return messages.signed(self.spec, "CreateDownloadTask", HOST, {"name": f"task{number}"})

    def list_page(self, _: int) -> Request:
        """The newest ten."""
        return messages.signed(self.spec, "ListDownloadTask", HOST, {"project": None, "logStoreName": None})

    def last_page(self, _: int) -> Request:
        """The oldest ten."""
        named = {"pageNo": max(len(self.own) // PAGE, 1), "pageSize": PAGE}
        return messages.signed(self.spec, "ListDownloadTask", HOST, {"project": None, "logStoreName": None, **named})

    def one(self, operation: str, task_id: str) -> Request:
        """A signed request about one task."""
        return messages.signed(self.spec, operation, HOST, {"uuid": task_id})

    def seconds_of(
        self, make: Callable[[int], Request], calls: int, before: Callable[[int], Request] | None = None
    ) -> list[float]:
        """What calls take, each; `before` each another one is made."""
        requests = [(before and before(number), make(number)) for number in range(calls)]
        return [(each and self.handle(each), self.handle(timed))[1] for each, timed in requests]

    def handle(self, request: Request) -> float:
        """Seconds that it takes to answer."""
        began = self.seconds()
        response = self.gateway.answer(request)
        took = self.seconds() - began
        if response.status not in range(200, 300):
            message = f"{request.method} {request.path}: {response.status} {response.body!r}"
            raise SystemExit(message)
        return took


@contextmanager
def running(address: str, accounts: int, clock: Callable[[], float] = time.perf_counter) -> Iterator[Mock]:
    """One with an empty store; `clock` is what it is measured by."""
    store = open_store(address)
    spec, mocked = generous.generous(API, quotas=QUOTAS), MovableClock()
    mocked.freeze()
    every = [FIRST, *(_account(number) for number in range(1, accounts))]
    controls = assemble((), {"specs": {API: spec}, "store": store, "clock": mocked})
    for each in every[1:]:
        controls.engine.accounts.add(each)
    try:
        yield Mock(spec, gateway_of(controls), store, mocked, every, Random(0), [], clock)  # noqa: S311 - which tasks are looked at, the same in each run
    finally:
        store.close()


def _account(number: int) -> Account:
    secret = f"{number:032x}"
    return replace(
        FIRST,
        number=f"3{number:011}",
        key=replace(FIRST.key, key_id=f"AKID{number}"),
        token=secret,
        project=secret,
        temporary=None,
    )


def lines(found: dict[str, Any]) -> list[str]:
    """A table for each store, in Markdown."""
    told: list[str] = []
    for store, by_accounts in found.items():
        at_once = by_accounts["at once"]
        told += [f"**{store}**, microseconds per call, and how many times those with the fewest tasks", ""]
        told += [f"| tasks held | accounts | {' | '.join(KINDS)} |", f"|---:|---:|{'---:|' * len(KINDS)}"]
        for accounts, by_size in by_accounts.items():
            if accounts != "at once":
                told += _rows(int(accounts), by_size)
        told += [
            "",
            "| tasks that finish at one instant | a list page before, µs | the first after it | from then on |",
        ]
        told += ["|---:|---:|---:|---:|"]
        for count, each in at_once.items():
            cells = " | ".join(f"{each[name]:.0f}" for name in ("before", "first", "after"))
            told.append(f"| {int(count):,} | {cells} |")
        told.append("")
    return told


def _rows(accounts: int, by_size: dict[str, dict[str, float]]) -> Iterator[str]:
    least = next(iter(by_size.values()))
    for size, figures in by_size.items():
        cells = (f"{figures[kind]:.0f} ({figures[kind] / least[kind]:.2f})" for kind in KINDS)
        yield f"| {int(size):,} | {accounts:,} | {' | '.join(cells)} |"


KINDS = ("create", "list page", "last page", "show", "delete")


if __name__ == "__main__":
    main()
