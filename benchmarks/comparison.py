"""The mock beside what people would use instead, on the same work in one run.

The work: signed calls that create and list export tasks, over 32 keep-alive connections, prepared in advance. The mock
has everything on and is served as its users start it; every peer runs at its best documented settings, the empty Flask
view on Granian with one blocking thread, and answers examples of the same document. Rounds are paired: all servers are
up, each is asked in turn while the others are stopped, and a ratio is that of two figures of one round.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import load, progress, ranking, servers
from benchmarks.entrants import MOCK, Entrant, entrants
from benchmarks.peers.catalogue import PEERS
from tests.ports import free_port

IDLE = 1.0  # seconds
REFUSAL = 400  # the status from which on an answer is none that was wanted


@dataclass(frozen=True, slots=True)
class Contestant:
    """One that is up."""

    entrant: Entrant
    server: servers.Server
    found: dict[str, Any]  # its figures


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    progress.add_rounds(parser, rounds=3, seconds=2, warm_up=3)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="of the peers these alone")
    progress.present(parser, measure, ranking.lines)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """The figures of each server, and why others are absent."""
    with tempfile.TemporaryDirectory() as name:
        peers = [each for each in PEERS if options.only is None or each.name in options.only]
        return rounds(options, *entrants(Path(name), peers))


def rounds(options: argparse.Namespace, chosen: Sequence[Entrant], absent: Mapping[str, str]) -> dict[str, Any]:
    """The figures of paired rounds; `absent` is why others do not take part, by name."""
    missing, up = dict(absent), list[Contestant]()
    with ExitStack() as stack:
        for entrant in chosen:
            progress.tell(f"starting {entrant.name}")
            with _missed(entrant, missing):
                server = stack.enter_context(_running(entrant))
                up.append(Contestant(entrant, server, _begin(entrant, server, options.warm_up)))
                server.pause()
        for number in range(options.rounds):
            progress.tell(f"round {number + 1} of {options.rounds}")
            for each in up:
                if each.entrant.name not in missing:
                    with _missed(each.entrant, missing):
                        _measure_round(each, options.seconds)
    found = {each.entrant.name: each.found for each in up if each.entrant.name not in missing}
    return {"client": load.client(), "servers": found, "absent": missing}


@contextmanager
def _missed(entrant: Entrant, missing: dict[str, str]) -> Iterator[None]:
    """One that fails is missing from then on, and the others are asked all the same."""
    try:
        yield
    except (servers.Unavailable, OSError, RuntimeError) as error:
        progress.tell(f"{entrant.name}: {error}")
        if entrant.name == MOCK:
            raise SystemExit("There is nothing to compare with.") from error
        missing[entrant.name] = str(error)


@contextmanager
def _running(entrant: Entrant) -> Iterator[servers.Server]:
    port = free_port()
    with servers.running(entrant.launch(port), entrant.probe(port)) as server:
        entrant.prepare(port)
        yield server


def _begin(entrant: Entrant, server: servers.Server, seconds: float) -> dict[str, Any]:
    """What is known of a server before the rounds; it is warm then."""
    port, memory, used = server.port, server.memory(), server.used()
    time.sleep(IDLE if seconds else 0)
    idle = (server.used() - used) / IDLE
    for prepare in entrant.works.values() if seconds else ():
        load.measure(port, prepare(port), seconds * entrant.warmth)
    return {
        "version": entrant.version,
        "leaves out": entrant.leaves_out,
        "command": [*entrant.launch(port).command],
        "startup": server.startup,
        "memory": memory,
        "idle": idle,
        "refuses": {name: servers.ask(port, make(port))[0] >= REFUSAL for name, make in entrant.wrong.items()},
        "rounds": {name: [] for name in entrant.works},
    }


def _measure_round(contestant: Contestant, seconds: float) -> None:
    entrant, server, found = contestant.entrant, contestant.server, contestant.found
    server.resume()
    for name, prepare in entrant.works.items():
        requests = prepare(server.port)
        status, body = servers.ask(server.port, requests[0])
        if status >= REFUSAL or b'"Error"' in body:
            raise servers.Unavailable(f"it refuses to {name}: {status} {body[:300]!r}")
        used = server.used()
        seen = load.measure(server.port, requests, seconds)
        used = server.used() - used
        if not seen.requests:
            raise servers.Unavailable(f"it answered no request to {name} in {seconds:g} s")
        found["rounds"][name].append({**asdict(seen), "rate": seen.rate, "processor": used / seen.requests})
    found["memory after"] = server.memory()
    server.pause()


if __name__ == "__main__":
    main()
