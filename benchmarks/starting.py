"""How long until a mock answers, what it holds then, and what it costs while nobody asks it.

`mockserver serve` as it is, with all APIs and with one, beside an empty Flask view on Granian: started in turn, from
the command to the first answer. Medians.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import progress, ranking, servers
from benchmarks.entrants import API, FLASK
from benchmarks.peers import catalogue
from tests.ports import free_port

ROUNDS = 5
IDLE = 1.0  # seconds
ALL, ONE = "the mock, all APIs", "the mock, one API"
HEAD = (
    "server",
    "seconds to the first answer (lowest to highest)",
    "of the processor",
    "MB",
    "% of a processor when idle",
    "processes",
    "threads",
)


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"starts of each ({ROUNDS})")
    progress.present(parser, measure, lines)


def measure(options: argparse.Namespace) -> dict[str, list[dict[str, float]]]:
    """What each start came to, by server."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in LAUNCHES}
    for number in range(options.rounds):
        for name, launch in LAUNCHES.items():
            progress.tell(f"start {number + 1} of {options.rounds}: {name}")
            found[name].append(_start(launch(free_port())))
    return found


def _serve(*apis: str) -> Callable[[int], servers.Launch]:
    command = [sys.executable, "-m", "mockserver", "serve", *apis, "--port"]
    return lambda port: servers.Launch([*command, str(port)], port, {})


def _flask(port: int) -> servers.Launch:
    return catalogue.granian("benchmarks.peers.flask_app:create", port)


LAUNCHES = {ALL: _serve(), ONE: _serve(API), FLASK: _flask}


def _start(launch: servers.Launch) -> dict[str, float]:
    probe = f"GET /_mock/health HTTP/1.1\r\nhost: 127.0.0.1:{launch.port}\r\n\r\n".encode()
    with servers.running(launch, probe) as server:
        processor = used = server.used()
        time.sleep(IDLE)
        idle = (server.used() - used) / IDLE
        counts = {"processes": len(server.processes()), "threads": server.threads()}
        return {"seconds": server.startup, "processor": processor, "memory": server.memory(), "idle": idle, **counts}


def lines(found: dict[str, Any]) -> list[str]:
    """A table in Markdown."""
    return ranking.table(HEAD, [[name, *_cells(starts)] for name, starts in found.items()])


def _cells(starts: list[dict[str, float]]) -> list[str]:
    found = {key: median(each[key] for each in starts) for key in starts[0]}
    seconds = ranking.spread([each["seconds"] for each in starts], "{:.2f}")
    told = (f"{found['processor']:.2f}", f"{found['memory']:.0f}", f"{100 * found['idle']:.1f}")
    return [seconds, *told, f"{found['processes']:.0f}", f"{found['threads']:.0f}"]


if __name__ == "__main__":
    main()
