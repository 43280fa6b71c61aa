"""Does a request cost more because more tasks are held? Create, list (the first page and the last), show and delete.

Signed requests through the engine, without a socket, quotas counted: so many tasks in one account, then as many spread
over 10,000 accounts. Microseconds by the wall clock, or of the processor (`--processor`), medians; a hundred of the
tasks held are unfinished, as many as the largest quota of the specs lets an account have (`--unfinished` asks for
more). Before each list a task is created, so that no page is answered out of what a process knows. Also: what a call
takes when ten thousand tasks finish at one instant. A store is an address as `--store` of the mock takes it.
PostgreSQL takes part where it is installed, with fewer tasks, as it takes minutes to fill.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
SERVED = 100_000  # tasks at most, at a server, unless sizes are asked for
ACCOUNTS = 10_000
FEW, AT_ONCE = 10, 10_000  # tasks that finish at one instant
HOST = "127.0.0.1"
PAGE = 10  # tasks
SOON = 60.0  # seconds; signatures are good for longer


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--store", action="append", metavar="ADDRESS", help="(memory, a file of SQLite, PostgreSQL)")
    parser.add_argument("--sizes", type=int, nargs="+", help=f"tasks held {SIZES}, at a server at most {SERVED}")
    parser.add_argument("--calls", type=int, default=300, help="of each kind at each size (300)")
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
    options = parser.parse_args()
    found = measure(options)
    progress.write(options.json, found)
    print("\n".join(lines(found)))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """By store and by number of accounts: microseconds of each kind of call, at each size."""
    found: dict[str, Any] = {}
    with _addresses(options.store) as addresses:
        for address in addresses:
            name = address.partition(":")[0]
            found[name] = {}
            wanted = options.sizes or [size for size in SIZES if name != "postgresql" or size <= SERVED]
            for accounts in (1, options.accounts):
                sizes = {size: _at_size(address, size, accounts, options) for size in wanted}
                found[name][str(accounts)] = {str(size): each for size, each in sizes.items()}
            found[name]["at once"] = {
                str(count): _finishing(address, count, options) for count in (FEW, options.at_once)
            }
    return found


@contextmanager
def _addresses(given: Sequence[str] | None) -> Iterator[Sequence[str]]:
    """The stores that are measured."""
    if given:
        yield given
        return
    absent: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, databases.lasting(Path(folder), databases.STORES, absent) as made:
        for name, why in absent.items():
            progress.tell(f"{name} is absent: {why}")
        yield ["memory", *(make("growth") for make in made.values())]


def _at_size(address: str, size: int, accounts: int, options: argparse.Namespace) -> dict[str, float]:
    progress.tell(f"{address.partition(':')[0]}: {size:,} tasks in {accounts:,} account(s)")
    with running(address, accounts, options.clock) as mock:
        began = time.perf_counter()
        mock.fill(size, size - options.unfinished)
        filled = time.perf_counter() - began
        gc.collect()
        gc.freeze()  # as a server does with what stays
        figures = mock.timed(options.calls)
    gc.unfreeze()
    return {**figures, "seconds to fill": filled}


def _finishing(address: str, count: int, options: argparse.Namespace) -> dict[str, float]:
    """Microseconds of a look before and after an instant at which all tasks finish, and of the first look then."""
    progress.tell(f"{address.partition(':')[0]}: {count:,} tasks finish at one instant")
    calls = options.calls
    with running(address, 1, options.clock) as mock:
        instant = mock.clock.now() + SOON
        mock.fill(count, 0)
        before = mock.microseconds(mock.list_page, calls)
        mock.clock.set(instant)
        first = mock.microseconds(mock.list_page, 1)
        return {"before": before, "first": first, "after": mock.microseconds(mock.list_page, calls)}


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

    def timed(self, calls: int) -> dict[str, float]:
        """Microseconds of each kind of call; about as many tasks are held afterwards as before."""
        made = self.microseconds(self.create, calls)
        created = [task.id for task in self.newest(calls)]
        shown = self.own or created
        return {
            "create": made,
            "list page": self.microseconds(self.list_page, calls, self.create),
            "last page": self.microseconds(self.last_page, calls, self.create),
            "show": self.microseconds(lambda _: self.one("DescribeDownloadTask", self.chance.choice(shown)), calls),
            "delete": self.microseconds(lambda number: self.one("DeleteDownloadTask", created[number]), calls),
        }

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

    def microseconds(
        self, make: Callable[[int], Request], calls: int, before: Callable[[int], Request] | None = None
    ) -> float:
        """What a call takes, the median; `before` each another one is made."""
        requests = [(before and before(number), make(number)) for number in range(calls)]
        return 1e6 * median((each and self.handle(each), self.handle(timed))[1] for each, timed in requests)

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
    """An empty one; `clock` is what it is measured by."""
    store = open_store(address)
    store.reset()
    spec, mocked = generous.generous(API, quotas=QUOTAS), MovableClock()
    mocked.freeze()
    every = [FIRST, *(_account(number) for number in range(1, accounts))]
    controls = assemble((), {"specs": {API: spec}, "store": store, "clock": mocked})
    for each in every[1:]:
        controls.engine.accounts.add(each)
    try:
        yield Mock(spec, gateway_of(controls), store, mocked, every, Random(0), [], clock)  # noqa: S311 - which tasks are looked at, the same in each run
    finally:
        store.reset()
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
