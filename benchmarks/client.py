"""A client of prepared requests for machines without `wrk`: python benchmarks/client.py PORT FILE SECONDS CONNECTIONS.

It prints the same figures as `load.lua`, as JSON.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

REFUSAL = 400  # the status from which on an answer is none that was wanted
LINE = b"\r\n"


@dataclass(slots=True)
class Exchange:
    """What is under way on one connection."""

    connection: socket.socket
    began: float = 0.0
    received: bytes = b""

    def send(self, message: bytes) -> None:
        """Begin anew."""
        self.began, self.received = time.perf_counter(), b""
        self.connection.sendall(message)

    def is_over(self) -> bool:
        """Take what has arrived; whether that is a whole answer. Raises ConnectionError when the server hung up."""
        more = self.connection.recv(1 << 16)
        if not more:
            raise ConnectionError
        self.received += more
        head, found, body = self.received.partition(LINE * 2)
        return bool(found) and is_whole(head.lower(), body)

    def status(self) -> int:
        """Of the answer."""
        return int(self.received.split(b" ", 2)[1])


def is_whole(head: bytes, body: bytes) -> bool:
    """Whether an answer with this head (in lower case) has all of its body."""
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0" + LINE * 2)
    _, stated, rest = head.partition(b"content-length:")
    return len(body) >= (int(rest.partition(LINE)[0]) if stated else 0)


def read(file: Path) -> Iterator[bytes]:
    """The requests of a file, each of which stands after a line with its length."""
    with file.open("rb") as opened:
        while line := opened.readline():
            yield opened.read(int(line))


def run(port: int, file: Path, seconds: float, connections: int) -> dict[str, float]:
    """The figures, of one answer at least."""
    messages = cycle([*read(file)])
    chosen, latencies, refused, failed = selectors.DefaultSelector(), list[float](), 0, 0
    exchanges = [Exchange(socket.create_connection(("127.0.0.1", port), 30)) for _ in range(connections)]
    start = time.perf_counter()
    for each in exchanges:
        chosen.register(each.connection, selectors.EVENT_READ, each)
        each.send(next(messages))
    while (time.perf_counter() - start < seconds or not latencies) and chosen.get_map():
        for key, _ in chosen.select(1):
            exchange: Exchange = key.data
            try:
                if exchange.is_over():
                    latencies.append(time.perf_counter() - exchange.began)
                    refused += exchange.status() >= REFUSAL
                    exchange.send(next(messages))
            except OSError:
                failed += 1
                chosen.unregister(exchange.connection)
    took = time.perf_counter() - start
    for each in exchanges:
        each.connection.close()
    latencies.sort()
    at = {name: latencies[int(len(latencies) * share)] if latencies else 0.0 for name, share in SHARES.items()}
    return {"requests": len(latencies), "seconds": took, **at, "refused": refused, "failed": failed}


SHARES = {"p50": 0.5, "p99": 0.99}


if __name__ == "__main__":
    port, file, seconds, connections = sys.argv[1:]
    print(json.dumps(run(int(port), Path(file), float(seconds), int(connections))))
