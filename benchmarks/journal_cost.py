"""What the journal and the counts cost each request: the engine with and without them, in one run.

The best of paired rounds, in microseconds of processor time per request, and what reading a full journal takes.
`python benchmarks/journal_cost.py` prints both.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import messages
from mockserver.accounts import Accounts
from mockserver.clock import MovableClock
from mockserver.compilation import compile_api, together
from mockserver.engine import Engine, Parts
from mockserver.ids import RandomIds
from mockserver.journal import CAPACITY, Journal
from mockserver.memory import MemoryStore
from mockserver.tally import Tally
from openapi.loader import load_all
from openapi.messages import Request

ROUNDS = 15
REQUESTS = 400  # a round
API, OPERATION = "tencent-cls", "DescribeExports"


def main() -> None:
    """Measure and print."""
    specs = load_all([API])
    compilation = together({API: compile_api(specs[API])})
    request = messages.signed(specs[API], OPERATION, "127.0.0.1", {})
    journal, counted = Journal(specs=specs), Journal(specs=specs)
    counted.follow(Tally(specs).listen)
    kept = {"nothing kept": None, "journal": journal, "journal and counts": counted}
    engines = {
        name: Engine(compilation, Parts(MovableClock(), RandomIds(), MemoryStore(), Accounts(), journal=each))
        for name, each in kept.items()
    }
    gc.freeze()  # as the server does with what stays for good
    times: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            times[name].append(_time(engine, request))
    for name, found in times.items():
        print(f"{name:20} {min(found) * 1e6:6.1f} microseconds per request")
    began = time.process_time()
    shown = [exchange.as_json() for exchange in counted.find()]
    assert len(shown) == CAPACITY
    print(f"reading {CAPACITY} exchanges: {(time.process_time() - began) * 1e3:.0f} ms")


def _time(engine: Engine, request: Request) -> float:
    """Seconds per request."""
    began = time.process_time()
    for _ in range(REQUESTS):
        engine.handle(request)
    return (time.process_time() - began) / REQUESTS


if __name__ == "__main__":
    main()
