"""What a signed request costs: the mock with everything on, beside an empty Flask view, in one run.

Two figures, each the median of paired rounds: the time per request through WSGI in one process, and requests per second
over keep-alive connections through Granian with one blocking thread. `python benchmarks/request_path.py` prints both.
"""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import apps
from mockserver.accounts import FIRST
from openapi.loader import load
from openapi.messages import Request
from openapi.signatures import schemes

ROUNDS = 7
IN_PROCESS = 1500  # requests a round
OVER_SOCKETS = 6000
CONNECTIONS = 8


def main() -> None:
    """Measure and print."""
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, "
          f"Flask {version('flask')}, Granian {version('granian')}")  # fmt: skip
    for operation in ("CreateExport", "DescribeExports"):
        _report(f"{operation}, through WSGI (microseconds per request)", *_in_process(operation))
    for operation in ("CreateExport", "DescribeExports"):
        _report(f"{operation}, through Granian (requests per second)", *_over_sockets(operation))


def _report(title: str, mock: list[float], empty: list[float]) -> None:
    ratios = [ours / theirs for ours, theirs in zip(mock, empty, strict=True)]
    print(f"{title}\n  mock {median(mock):.0f}   empty Flask view {median(empty):.0f}   ratio {median(ratios):.2f}")


def signed(operation: str, host: str) -> Request:
    """A signed request that the mock accepts, good for minutes."""
    spec = load(apps.API)
    arguments = {**spec.operations[operation].example}
    addressing = spec.addressing
    assert addressing is not None
    headers = {
        "host": host,
        "content-type": "application/json",
        addressing.action_header: operation,
        addressing.version_header: addressing.version,
    }
    request = Request("POST", "/", "", headers, json.dumps(arguments).encode())
    return schemes()[spec.authentication.schemes[0]].sign(request, FIRST.key, datetime.now(UTC))


def _in_process(operation: str) -> tuple[list[float], list[float]]:
    mock, empty = apps.mock(), apps.empty()
    request = signed(operation, "127.0.0.1")
    _check(mock, request)
    pairs = [(_time(mock, request), _time(empty, request)) for _ in range(ROUNDS + 1)][1:]
    return [ours for ours, _ in pairs], [theirs for _, theirs in pairs]


def _check(app: Flask, request: Request) -> None:
    body = b"".join(app.wsgi_app(_environ(request), lambda *_: lambda _: None))
    assert b"Error" not in body, body


def _time(app: Flask, request: Request) -> float:
    environs = [_environ(request) for _ in range(IN_PROCESS)]
    start = time.perf_counter()
    for environ in environs:
        b"".join(app.wsgi_app(environ, lambda *_: lambda _: None))
    return (time.perf_counter() - start) / IN_PROCESS * 1e6


def _environ(request: Request) -> dict[str, Any]:
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return headers | {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": request.query,
        "CONTENT_TYPE": request.headers["content-type"],
        "CONTENT_LENGTH": str(len(request.body)),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _over_sockets(operation: str) -> tuple[list[float], list[float]]:
    with _served("mock") as ours, _served("empty") as theirs:
        message = _wire(signed(operation, "127.0.0.1"))
        pairs = [(_rate(ours, message), _rate(theirs, message)) for _ in range(ROUNDS + 1)][1:]
    return [mine for mine, _ in pairs], [other for _, other in pairs]


class _served:  # noqa: N801 - read as a verb
    """One of the applications on a port of its own, while the block lasts."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1"]
        command += ["--port", str(port), "--blocking-threads", "1", "--log-level", "error"]
        command.append(f"benchmarks.apps:{self._name}")
        self._process = subprocess.Popen(command, cwd=Path(__file__).parents[1])
        _wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close())
        return port

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)


def _wait_for(attempt: Callable[[], None]) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            return attempt()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _wire(request: Request) -> bytes:
    headers = {**request.headers, "content-length": str(len(request.body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{request.method} {request.path} HTTP/1.1\r\n{head}\r\n".encode() + request.body


def _rate(port: int, message: bytes) -> float:
    """Requests per second over a few keep-alive connections, one request under way on each."""
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    start = time.perf_counter()
    for _ in range(OVER_SOCKETS // CONNECTIONS):
        for connection in connections:
            connection.sendall(message)
        for connection in connections:
            _read_answer(connection)
    rate = OVER_SOCKETS / (time.perf_counter() - start)
    for connection in connections:
        connection.close()
    return rate


def _read_answer(connection: socket.socket) -> None:
    received = b"".join(_until_complete(connection))
    assert received.startswith(b"HTTP/1.1 200"), received[:200]
    assert b'"Error"' not in received, received[-300:]


def _until_complete(connection: socket.socket) -> Iterator[bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    yield received
    while len(body) < length:
        more = connection.recv(65536)
        body += more
        yield more


if __name__ == "__main__":
    main()
