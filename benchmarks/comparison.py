"""The mock beside what people would use instead, on the same work in one run.

The work: signed calls that create and list export tasks, over 32 keep-alive connections, prepared in advance. The mock
has everything on; every peer runs at its best documented settings and answers examples of the same document. Rounds
are paired: all servers are up, each is asked in turn, and a ratio is that of two figures of one round.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import load, progress, servers
from benchmarks.entrants import FLASK, MOCK, Entrant, entrants
from benchmarks.peers.catalogue import PEERS
from tests.ports import free_port

IDLE = 2.0  # seconds


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--rounds", type=int, default=3, help="paired rounds (3)")
    parser.add_argument("--seconds", type=float, default=2.0, help="that each kind of request is sent in a round (2)")
    parser.add_argument("--warm-up", type=float, default=4.0, help="seconds, of each kind of request, before that (4)")
    parser.add_argument("--only", nargs="*", metavar="NAME", help="of the peers these alone")
    options = parser.parse_args()
    found = measure(options)
    progress.write(options.json, found)
    print("\n".join(lines(found)))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """The figures of each server, and why others are absent."""
    with tempfile.TemporaryDirectory() as name:
        peers = [each for each in PEERS if options.only is None or each.name in options.only]
        return rounds(options, *entrants(Path(name), peers))


def rounds(options: argparse.Namespace, chosen: Sequence[Entrant], absent: dict[str, str]) -> dict[str, Any]:
    """The figures of paired rounds; `absent` is why others do not take part, by name."""
    with ExitStack() as stack:
        up: list[tuple[Entrant, servers.Server, dict[str, Any]]] = []
        for each in chosen:
            progress.tell(f"starting {each.name}")
            try:
                server = stack.enter_context(_running(each))
            except servers.Unavailable as error:
                absent[each.name] = str(error)
            else:
                up.append((each, server, _begin(each, server, options.warm_up)))
        for number in range(options.rounds):
            for each, server, found in up:
                progress.tell(f"round {number + 1} of {options.rounds}: {each.name}")
                _measure_round(each, server, options.seconds, found)
        return {"client": load.client(), "servers": {each.name: found for each, _, found in up}, "absent": absent}


@contextmanager
def _running(entrant: Entrant) -> Iterator[servers.Server]:
    port = free_port()
    with servers.running(entrant.launch(port), entrant.probe(port)) as server:
        entrant.prepare(port)
        yield server


def _begin(entrant: Entrant, server: servers.Server, seconds: float) -> dict[str, Any]:
    """What is known of a server before the rounds; it is warm then."""
    memory, used = server.memory(), server.used()
    time.sleep(IDLE)
    idle = (server.used() - used) / IDLE
    for prepare in entrant.works.values() if seconds else ():
        load.measure(server.port, prepare(server.port), seconds)
    known = {
        "version": entrant.version,
        "leaves out": entrant.leaves_out,
        "command": [*entrant.launch(server.port).command],
    }
    return {
        **known,
        "startup": server.startup,
        "memory": memory,
        "idle": idle,
        "rounds": {name: [] for name in entrant.works},
    }


def _measure_round(entrant: Entrant, server: servers.Server, seconds: float, found: dict[str, Any]) -> None:
    for name, prepare in entrant.works.items():
        requests = prepare(server.port)
        status, body = servers.ask(server.port, requests[0])
        if status >= REFUSAL or b'"Error"' in body:
            message = f"{entrant.name} refuses {name}: {status} {body[:300]!r}"
            raise SystemExit(message)
        used = server.used()
        seen = load.measure(server.port, requests, seconds)
        used = server.used() - used
        round_ = {**asdict(seen), "rate": seen.rate, "processor": used / max(seen.requests, 1)}
        found["rounds"][name].append(round_)
    found["memory after"] = server.memory()


def lines(found: dict[str, Any]) -> list[str]:
    """A table of each kind of request, in Markdown, the fastest first; and who is absent."""
    told = [f"Client: {found['client']}, {load.CONNECTIONS} connections."]
    for work in found["servers"][MOCK]["rounds"]:
        entered = {name: each for name, each in found["servers"].items() if work in each["rounds"]}
        told += ["", f"**{work}**", "", HEAD, "|---|---:|---:|---:|---:|---:|---:|---|"]
        told += [
            _row(name, each, work, found)
            for name, each in sorted(entered.items(), key=lambda pair: -_rate(pair[1], work))
        ]
    told += ["", SERVERS, "|---|---:|---:|---:|---:|---|"]
    for name, each in found["servers"].items():
        memory, command = f"{each['memory']:.0f} | {each['memory after']:.0f}", _shown(each["command"])
        figures = f"{each['startup']:.2f} | {memory} | {100 * each['idle']:.1f}"
        told.append(f"| {name} {each['version']} | {figures} | `{command}` |")
    told += ["", *(f"{name} is absent: {reason.splitlines()[0]}." for name, reason in found["absent"].items())]
    return told


HEAD = (
    "| server | requests/s | ratio to the mock | ratio to Flask | p50 ms | p99 ms | µs of processor each | leaves out |"
)
SERVERS = "| server | start-up s | MB at first | MB at the end | % of a processor when idle | command |"
REFUSAL = 400


def _row(name: str, entry: dict[str, Any], work: str, found: dict[str, Any]) -> str:
    rounds = entry["rounds"][work]
    others = [found["servers"].get(other) for other in (MOCK, FLASK)]
    ratios = [f"{_ratio(entry, other, work):.2f}" if other else "-" for other in others]
    p50, p99, processor = (median(each[key] for each in rounds) for key in ("p50", "p99", "processor"))
    failed = sum(each["refused"] + each["failed"] for each in rounds)
    note = f" ({failed} failed)" if failed else ""
    latencies = f"{1e3 * p50:.1f} | {1e3 * p99:.1f}"
    figures = f"{_rate(entry, work):.0f}{note} | {' | '.join(ratios)} | {latencies} | {1e6 * processor:.0f}"
    return f"| {name} {entry['version']} | {figures} | {entry['leaves out']} |"


def _rate(entry: dict[str, Any], work: str) -> float:
    return float(median(each["rate"] for each in entry["rounds"][work]))


def _ratio(entry: dict[str, Any], other: dict[str, Any], work: str) -> float:
    """The median of the ratios of the rounds."""
    pairs = zip(entry["rounds"][work], other["rounds"][work], strict=True)
    return float(median(mine["rate"] / theirs["rate"] for mine, theirs in pairs))


def _shown(command: list[str]) -> str:
    """A command without the folders of this machine."""
    return " ".join(re.sub(r"[^\s:]*/(?=[^/]+$)", "", each) for each in command)


if __name__ == "__main__":
    main()
