"""How many servers does a shared mock need? A model of queues, fed by what is measured here.

Measured: the engine's processor time and time per request, bytes per task, statements per request on SQL. Then requests
that arrive by chance are put before so many servers, one after the other, and what they wait is counted: one server in
memory or on a file, which has one writer at a time; several on PostgreSQL. How many developers ask how often is an
assumption, and can be chosen.
"""

from __future__ import annotations

import argparse
import gc
import heapq
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import databases, growth, progress
from mockserver.stores.session import Session

TASKS = 100_000
CALLS = 200
ARRIVALS = 100_000  # requests of a simulated time
SERVERS = (1, 2, 4, 8, 16)
BUSIEST = 0.95  # of a server's time: beyond it queues have no end
MEASURED = {"create": growth.Mock.create, "list page": growth.Mock.list_page}


def main() -> None:
    """Measure, simulate, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--developers", type=int, default=10_000, help="(10000)")
    parser.add_argument("--active", type=float, default=0.1, help="share of them that have a job running (0.1)")
    parser.add_argument("--requests", type=float, default=1.0, help="that a job sends in a second (1)")
    parser.add_argument("--tasks", type=int, default=TASKS, help=f"held while memory is measured ({TASKS})")
    parser.add_argument("--arrivals", type=int, default=ARRIVALS, help=f"simulated requests ({ARRIVALS})")
    databases.add_stores(parser)
    progress.present(parser, measure, lines)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """What a request and a task cost on each store, and how long requests wait for how many servers."""
    rate = options.developers * options.active * options.requests
    absent, costs = dict[str, str](), dict[str, dict[str, float]]()
    with tempfile.TemporaryDirectory() as folder, databases.lasting(Path(folder), options.stores, absent) as made:
        if databases.MEMORY in options.stores:
            costs[databases.MEMORY] = _cost("memory", lambda _: _resident(), options.tasks)
        costs |= {name: _cost(make("capacity"), databases.size, options.tasks) for name, make in made.items()}
    waits = {
        name: {
            str(count): waiting(rate, cost["seconds"], count, options.arrivals)
            for count in (SERVERS if name == databases.POSTGRESQL else (1,))
        }
        for name, cost in costs.items()
    }
    assumed = {name: getattr(options, name) for name in ("developers", "active", "requests")}
    return {"assumed": assumed, "rate": rate, "costs": costs, "waits": waits, "absent": absent}


def _cost(address: str, size: Callable[[str], float], tasks: int) -> dict[str, float]:
    """Of a request, the mean of creating and listing: processor time and time of the engine; and of a task held."""
    progress.tell(f"{address.partition(':')[0]}: {tasks:,} tasks")
    with growth.running(address, 1) as mock, _counting() as counted:
        gc.collect()
        before = size(address)
        mock.fill(tasks, tasks)
        gc.collect()
        held = size(address) - before
        requests = [make(mock, number) for make in MEASURED.values() for number in range(CALLS)]
        counted.clear()
        began, used = time.perf_counter(), time.process_time()
        for each in requests:
            mock.handle(each)
        used, took = (time.process_time() - used) / len(requests), (time.perf_counter() - began) / len(requests)
    return {"seconds": used, "took": took, "bytes": held / tasks, "statements": counted.total() / len(requests)}


def _resident() -> float:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096.0


@contextmanager
def _counting() -> Iterator[Counter[str]]:
    """Counts the statements that any database is asked meanwhile."""
    counted: Counter[str] = Counter()
    kept = {name: getattr(Session, name) for name in ("one", "many", "run")}

    def watched(name: str) -> Any:
        def ask(session: Session, *told: Any) -> Any:
            counted[name] += 1
            return kept[name](session, *told)

        return ask

    for name in kept:
        setattr(Session, name, watched(name))
    try:
        yield counted
    finally:
        for name, each in kept.items():
            setattr(Session, name, each)


def waiting(rate: float, seconds: float, workers: int, arrivals: int) -> dict[str, float]:
    """How busy workers are, and the seconds that requests take; the latter not where it is too much for the workers.

    Requests arrive by chance, so many a second; each keeps the first free worker for a time that varies by chance.
    """
    busy = rate * seconds / workers
    if busy > BUSIEST:
        return {"busy": busy}
    chance, now, took = Random(0), 0.0, list[float]()  # noqa: S311 - the same in each run
    free = [0.0] * workers
    for _ in range(arrivals):
        now += chance.expovariate(rate)
        ends = max(now, heapq.heappop(free)) + chance.expovariate(1 / seconds)
        heapq.heappush(free, ends)
        took.append(ends - now)
    took.sort()
    return {"busy": busy, "p50": took[len(took) // 2], "p99": took[int(len(took) * 0.99)], "mean": mean(took)}


def lines(found: dict[str, Any]) -> list[str]:
    """The figures in Markdown."""
    head = (
        "store",
        "µs of processor per request",
        "µs per request",
        "requests/s of one processor",
        "bytes per task",
        "statements per request",
    )
    told = [f"| {' | '.join(head)} |", "|---|---:|---:|---:|---:|---:|"]
    for name, cost in found["costs"].items():
        times = f"{1e6 * cost['seconds']:.0f} | {1e6 * cost['took']:.0f}"
        figures = f"{times} | {1 / cost['seconds']:.0f} | {cost['bytes']:.0f}"
        told.append(f"| {name} | {figures} | {cost['statements']:.1f} |")
    who = found["assumed"]
    jobs = f"{who['active']:.0%} of them with a job that sends {who['requests']:g} requests a second"
    asked = f"{who['developers']:,} developers, {jobs}"
    told += ["", f"Simulated: {asked}, {found['rate']:,.0f} requests a second.", ""]
    told += ["| store | servers | busy | p50 ms | p99 ms |", "|---|---:|---:|---:|---:|"]
    for name, waits in found["waits"].items():
        told += [f"| {name} | {workers} | {_shown(each)} |" for workers, each in waits.items()]
    return told


def _shown(wait: dict[str, float]) -> str:
    if "p99" not in wait:
        return f"{wait['busy']:.0%} | too much | too much"
    return f"{wait['busy']:.0%} | {1e3 * wait['p50']:.2f} | {1e3 * wait['p99']:.2f}"


if __name__ == "__main__":
    main()
