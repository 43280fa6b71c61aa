"""Is what clients are promised kept exactly? Many at once, and mocks that are killed under load.

64 clients at once want one of 5 tasks, and an answer within a second that allows 20: on each store, asked at two mocks
that share it. Over HTTP they also want the earliest task to leave once, one download in 30 seconds, and lists while
tasks come and go: at two workers, and at two servers behind a load balancer. And two workers with four clients are
killed (`kill -9`) at moments drawn by lot and started again on their store: tasks whose creation was answered and that
are gone, whose deletion was answered and that are back, that have changed, or that are counted wrongly.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import databases, progress, ranking
from tests.mockserver.stores.kills import kill_often
from tests.mockserver.stores.races import CLIENTS, mocks, race_against_time, race_for_room
from tests.mockserver.stores.rounds import APIS, run
from tests.mockserver.stores.served import front

RACES, SERVED, KILLS = 200, 20, 50
SERVERS = 2
ROOM, RATE = 5, 20  # what the documents of the two APIs allow that are asked
SEED = 1  # of the moments
WAYS = {"workers": "two workers", "servers": "two servers behind a load balancer"}
RACED = (f"{CLIENTS} clients for room for {ROOM}", f"{CLIENTS} clients for {RATE} answers a second")


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--races", type=int, default=RACES, help=f"of each kind on each store ({RACES})")
    told = f"of each kind over HTTP, at workers and at servers, on each store that lasts ({SERVED})"
    parser.add_argument("--served", type=int, default=SERVED, help=told)
    parser.add_argument("--kills", type=int, default=KILLS, help=f"on each store that lasts ({KILLS})")
    databases.add_stores(parser)
    progress.present(parser, measure, lines)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """What came of the races, of those over HTTP and of the kills, by store; and why others are absent."""
    absent: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, databases.lasting(Path(folder), options.stores, absent) as made:
        own = {databases.MEMORY: "memory"} if databases.MEMORY in options.stores else {}
        addresses = own | {name: make("races") for name, make in made.items()}
        races = {name: _races(name, address, options.races) for name, address in addresses.items()}
        served = {name: _served(name, make("served"), options.served) for name, make in made.items()}
        kills = {name: _kills(name, make("kills"), options.kills) for name, make in made.items()}
    return {"races": races, "served": served, "kills": kills, "absent": absent}


def _races(name: str, address: str, rounds: int) -> dict[str, dict[str, int]]:
    """How often how many won, by race."""
    progress.tell(f"{name}: {rounds} races of each kind")
    with mocks(address, SERVERS) as clouds:

        def room() -> Any:
            return race_for_room(clouds)[0]

        def rate() -> Any:
            return race_against_time(clouds)

        return {
            race: _repeated(run, clouds[0].engine.store.reset, rounds)
            for race, run in zip(RACED, (room, rate), strict=True)
        }


def _repeated(run: Callable[[], Any], reset: Callable[[], None], rounds: int) -> dict[str, int]:
    won: Counter[str] = Counter()
    for _ in range(rounds):
        reset()
        won[str(run())] += 1
    return dict(won)


def _served(name: str, address: str, rounds: int) -> dict[str, dict[str, Any]]:
    """What was wrong over HTTP, by who served it."""
    found = {}
    for way, told in WAYS.items():
        progress.tell(f"{name}: {rounds} races of each kind at {told}")
        with front(way, address, APIS) as mocked:
            wrong = run(mocked, address, rounds)
        said = [f"{race}, {each}" for race, every in wrong.items() for each in every]
        found[told] = {"kinds": len(wrong), "rounds": rounds, "wrong": said}
    return found


def _kills(name: str, address: str, moments: int) -> dict[str, Any]:
    """What clients had been answered, and what was wrong after any kill."""
    progress.tell(f"{name}: {moments} kills")
    began = time.monotonic()
    known, wrong = kill_often(address, moments, SEED, way="workers")
    figures = {"answers": known.answers, "kept": len(known.kept), "deleted": len(known.deleted)}
    return {"kills": moments, **figures, "wrong": wrong, "seconds": time.monotonic() - began}


def lines(found: dict[str, Any]) -> list[str]:
    """The figures in Markdown."""
    rows = [
        [name, race, str(sum(won.values())), ", ".join(f"{number}: {count}" for number, count in won.items())]
        for name, races in found["races"].items()
        for race, won in races.items()
    ]
    told = ranking.table(("store", "race", "rounds", "how many won: how often"), rows)
    rows = [
        [name, way, str(each["kinds"]), str(each["rounds"]), str(len(each["wrong"]))]
        for name, served in found["served"].items()
        for way, each in served.items()
    ]
    told += ["", *ranking.table(("store", "over HTTP at", "kinds of races", "rounds of each", "wrong"), rows)]
    head = ("store", "kills", "answers before them", "tasks kept", "tasks deleted", "wrong afterwards")
    rows = [
        [name, *(str(each[key]) for key in ("kills", "answers", "kept", "deleted")), str(len(each["wrong"]))]
        for name, each in found["kills"].items()
    ]
    told += ["", *ranking.table(head, rows), ""]
    told += [f"- {name}: {each}" for name, killed in found["kills"].items() for each in killed["wrong"]]
    told += [
        f"- {name}, {way}: {each}"
        for name, served in found["served"].items()
        for way, raced in served.items()
        for each in raced["wrong"]
    ]
    return [*told, *(f"- {name} is absent: {why}" for name, why in ranking.absent(found).items())]


if __name__ == "__main__":
    main()
