"""Are honest clients answered while others misbehave, and is nothing left of those afterwards?

A mock with everything on, and a client of a few connections whose answers are timed: first alone, then beside each kind
of misbehaviour, then beside all of them together; then 500 honest connections at once; at last the server is told to
end while requests are half sent. Counted are answers that failed, answers of 5xx that nobody asked for, and what the
server still holds afterwards.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import entrants, generous, load, messages, progress, servers
from openapi.loader import load as load_spec
from tests.ports import free_port

API = "huawei-iotda"
HONEST = 8  # connections whose answers are timed
MANY = 500  # honest ones at once
UNDER_WAY = 50  # requests half sent when the server is told to end
COUNTS = {
    "only-open": 3000,
    "slow-writers": 100,
    "slow-readers": 100,
    "half-closed": 20,
    "unfinished-heads": 300,
    "unfinished-bodies": 300,
    "pipelining": 10,
    "huge-headers": 4,
}
SETTLING = 2.0  # seconds in which the server notices at the latest that connections have gone
ARRIVING = 0.4  # seconds in which it takes what was sent
FILES = 8192  # that this process, and those it starts, may have open
DIFFERENT = 64  # requests
HEAD = (
    *("beside", "clients", "requests/s of the honest", "p99 ms", "times the quiet one", "failed"),
    *("taken by the host, ms", "the others saw"),
)
HELD = 1000  # tasks, so that what the server holds is not theirs


def main() -> None:
    """Measure, print, and write the figures."""
    parser = progress.parser(__doc__ or "")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each kind of misbehaviour (4)")
    parser.add_argument("--share", type=float, default=1.0, help="of the clients that misbehave, 0 to 1 (1)")
    parser.add_argument("--only", nargs="*", choices=COUNTS, help="these kinds of misbehaviour")
    parser.add_argument("--many", type=int, default=MANY, help=f"honest connections at once ({MANY})")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES if hard == resource.RLIM_INFINITY else min(FILES, hard), hard))
    progress.present(parser, measure, lines)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """The figures."""
    chosen = options.only or COUNTS
    counts = {name: max(1, round(count * options.share)) for name, count in COUNTS.items() if name in chosen}
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        launch = entrants.mock([generous.write(API, Path(folder), HELD)], port)
        with servers.running(launch, _requests(port)[0]) as server:
            load.measure(port, _requests(port), options.seconds, HONEST)
            before = _held(server)
            phases = {"nobody": _phase(port, {}, options.seconds)}
            for name, count in counts.items():
                phases[name] = _phase(port, {name: count}, options.seconds)
            phases["all together"] = _phase(port, counts, options.seconds)
            _settle(server, before)
            between = _held(server)
            phases["all together, again"] = _phase(port, counts, options.seconds)
            progress.tell(f"{options.many} honest connections")
            many = load.measure(port, _requests(port), options.seconds, options.many)
            _settle(server, before)
            after = _held(server)
            phases["nobody, afterwards"] = _phase(port, {}, options.seconds)
            at_once = {
                "connections": options.many,
                "rate": many.rate,
                "p99": many.p99,
                "failed": many.refused + many.failed,
            }
            answered = _end_under_way(server)
    return {"phases": phases, "many": at_once, "held": [before, between, after], "answered at the end": answered}


def _requests(port: int) -> list[bytes]:
    spec = load_spec(API)
    return messages.prepared(spec, entrants.CREATE, port, lambda number: {"app_id": f"space{number}"}, DIFFERENT)


def _held(server: servers.Server) -> dict[str, float]:
    return {"descriptors": server.descriptors(), "memory": server.memory()}


def _settle(server: servers.Server, before: Mapping[str, float]) -> None:
    """Wait until it has no more open files than before, but not for ever."""
    until = time.monotonic() + SETTLING
    while server.descriptors() > before["descriptors"] and time.monotonic() < until:
        time.sleep(SETTLING / 20)


def _phase(port: int, counts: Mapping[str, int], seconds: float) -> dict[str, Any]:
    """What honest clients saw beside those that misbehave, and what those saw."""
    progress.tell(f"beside {', '.join(f'{count} {name}' for name, count in counts.items()) or 'nobody'}")
    hostile = _start(port, counts, seconds) if counts else None
    stolen = progress.stolen()
    try:
        seen = load.measure(port, _requests(port), seconds, HONEST)
    finally:
        said = hostile.communicate()[0] if hostile else b"{}"
    figures = {"rate": seen.rate, "p50": seen.p50, "p99": seen.p99, "failed": seen.refused + seen.failed}
    stolen = progress.stolen() - stolen
    return {"count": sum(counts.values()), **figures, "stolen": stolen, "others": json.loads(said)}


def _start(port: int, counts: Mapping[str, int], seconds: float) -> subprocess.Popen[bytes]:
    """Clients that have begun to misbehave, and go on for as long as the honest ones are timed."""
    told = [f"{name}={count}" for name, count in counts.items()]
    lasts = str(seconds + (1 if seconds >= 1 else 0.2))  # a client takes a moment to start
    command = [sys.executable, str(Path(__file__).with_name("hostile.py")), str(port), lasts, *told]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin
    assert process.stderr
    process.stdin.write(_requests(port)[0])
    process.stdin.close()
    process.stdin = None
    if not process.stderr.readline():
        message = f"{' '.join(command)} ended by itself"
        raise SystemExit(message)
    return process


def _end_under_way(server: servers.Server) -> int:
    """How many of the requests that were half sent when the server was told to end are answered."""
    progress.tell("the server ends")
    requests = _requests(server.port)[:UNDER_WAY]
    connections = [socket.create_connection(("127.0.0.1", server.port)) for _ in requests]
    for connection, request in zip(connections, requests, strict=True):
        connection.sendall(request[:-1])
    time.sleep(ARRIVING)
    servers.tell(server, signal.SIGTERM)
    time.sleep(ARRIVING / 2)
    answered = 0
    for connection, request in zip(connections, requests, strict=True):
        try:
            connection.sendall(request[-1:])
            answered += connection.recv(64).startswith(b"HTTP/1.1 20")
        except OSError:
            continue
        finally:
            connection.close()
    return answered


def unwanted(found: dict[str, Any]) -> dict[str, int]:
    """Answers of 5xx, by phase and behaviour."""
    return {
        f"{phase}: {name}": count
        for phase, figures in found["phases"].items()
        for name, statuses in figures["others"].items()
        if (count := sum(number for status, number in statuses.items() if status.startswith("5")))
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The figures in Markdown."""
    quiet = found["phases"]["nobody"]["p99"]
    columns = "clients | requests/s of the honest | p99 ms | times the quiet one | failed | taken by the host, ms"
    told = [f"| beside | {columns} | the others saw |"]
    told.append("|---|---:|---:|---:|---:|---:|---:|---|")
    for name, each in found["phases"].items():
        others = "; ".join(_shown(*pair) for pair in each["others"].items())
        latency = f"{1e3 * each['p99']:.1f} | {each['p99'] / quiet:.1f}" if quiet else "0 | 0"
        figures = f"{each['count']:,} | {each['rate']:.0f} | {latency} | {each['failed']} | {1e3 * each['stolen']:.0f}"
        told.append(f"| {name} | {figures} | {others} |")
    many, held = found["many"], found["held"]
    at_once = f"{many['rate']:.0f} requests/s, p99 {1e3 * many['p99']:.0f} ms, {many['failed']} failed"
    files, memory = (", ".join(f"{each[what]:.0f}" for each in held) for what in ("descriptors", "memory"))
    told += ["", f"{many['connections']} honest connections at once: {at_once}."]
    told += ["", f"Open files of the server before, after the first time all together, at the end: {files}."]
    told += ["", f"Its megabytes then: {memory}."]
    told += ["", f"Answers of 5xx: {sum(unwanted(found).values())}."]
    told += ["", f"Told to end with {UNDER_WAY} requests half sent: {found['answered at the end']} were answered."]
    return told


def _shown(name: str, statuses: Mapping[str, int]) -> str:
    return f"{name} {', '.join(f'{status}: {count:,}' for status, count in sorted(statuses.items())) or 'nothing'}"


if __name__ == "__main__":
    main()
