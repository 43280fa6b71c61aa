"""`python -m tests.mockserver.stores.proof`: the races and the kills, as many as are asked for, on any store."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.mockserver.stores.kills import kill_often
from tests.mockserver.stores.races import CLIENTS, mocks, race_against_time, race_for_room
from tests.mockserver.stores.rounds import APIS, RACES, run
from tests.mockserver.stores.served import WAYS, front

SERVERS = 2
INSIDE = "inside"


def race(address: str, rounds: int) -> bool:
    """Whether each of so many rounds came out right."""
    room, rate = Counter[object](), Counter[object]()
    with mocks(address, SERVERS) as clouds:
        for _ in range(rounds):
            clouds[0].engine.store.reset()
            room[race_for_room(clouds)] += 1
            rate[race_against_time(clouds)] += 1
    print(f"{CLIENTS} clients at {len(clouds)} mocks, a quota of 5: (created, held) {dict(room)}")
    print(f"{CLIENTS} clients at {len(clouds)} mocks, 20 calls a second: answered {dict(rate)}")
    return room == {(5, 5): rounds} and rate == {20: rounds}


def race_served(address: str, rounds: int, way: str, names: tuple[str, ...]) -> bool:
    """Whether each of so many rounds came out right for clients who come over HTTP."""
    with front(way, address, APIS) as found:
        wrong = run(found, address, rounds, names)
    for name, said in wrong.items():
        print(f"{CLIENTS} clients over HTTP ({way}), {rounds} rounds of {name}: {len(said)} wrong")
        print(*said, sep="\n", end="")
    return not any(wrong.values())


def kill(address: str, moments: int, way: str) -> bool:
    """Whether nothing was wrong after any of so many kills."""
    known, wrong = kill_often(address, moments, seed=2, way=way)
    print(
        f"{moments} kills ({way}), {known.answers} answers: {len(known.kept)} tasks kept, {len(known.deleted)} deleted,"
    )
    print(f"{len(known.doubtful)} deleted without an answer, {len(known.seen)} held; wrong: {len(wrong)}")
    print(*wrong, sep="\n")
    return not wrong


def main() -> int:
    """0: all was right."""
    parser = argparse.ArgumentParser(prog="proof", description=__doc__)
    parser.add_argument("what", choices=["race", "kill"])
    parser.add_argument("--store", default="memory", help="an empty one")
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--served", choices=[INSIDE, *WAYS], default=INSIDE, help="by what; inside: by this process")
    parser.add_argument("--races", nargs="+", choices=[*RACES], default=[*RACES], help="of those that come over HTTP")
    chosen = parser.parse_args()
    began = time.perf_counter()
    if chosen.what == "kill":
        is_right = kill(chosen.store, chosen.times, "alone" if chosen.served == INSIDE else chosen.served)
    elif chosen.served == INSIDE:
        is_right = race(chosen.store, chosen.times)
    else:
        is_right = race_served(chosen.store, chosen.times, chosen.served, (*chosen.races,))
    print(f"{time.perf_counter() - began:.0f} s")
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
