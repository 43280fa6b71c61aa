"""A server of its own: started, asked until it answers, watched, and ended with all of its processes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import leash

ROOT = Path(__file__).parents[1]
PATIENCE = 120.0  # seconds that a server is given until it answers
_POLL = 0.02
_TICKS = os.sysconf("SC_CLK_TCK")


class Unavailable(Exception):
    """A server that cannot be had; the message says why."""


@dataclass(frozen=True, slots=True)
class Launch:
    """How a server is started."""

    command: Sequence[str]
    port: int
    environment: Mapping[str, str]
    folder: Path = ROOT


@dataclass(frozen=True, slots=True)
class Server:
    """One that answers."""

    port: int
    pid: int
    startup: float  # seconds from the command to the first answer that was wanted

    def processes(self) -> list[int]:
        """Its process and all below it."""
        found = [self.pid]
        for each in found:
            found += _children(each)
        return found

    def used(self) -> float:
        """Seconds of processor time, of all its processes so far."""
        return sum(_fields(pid)[0] for pid in self.processes())

    def memory(self) -> float:
        """Megabytes that its processes hold now."""
        return sum(_fields(pid)[1] for pid in self.processes())

    def descriptors(self) -> int:
        """Open files and sockets of its processes."""
        return sum(_count(Path(f"/proc/{pid}/fd")) for pid in self.processes())

    def threads(self) -> int:
        """Of all its processes."""
        return sum(_count(Path(f"/proc/{pid}/task")) for pid in self.processes())

    def pause(self) -> None:
        """Stop it until `resume`: what it does by itself takes no processor from others."""
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.killpg(self.pid, signal.SIGCONT)


def ask(port: int, message: bytes, patience: float = 30) -> tuple[int, bytes]:
    """Status and body of the answer to one request. Raises OSError when there is none."""
    head, _, rest = message.partition(b"\r\n")
    closing = head + b"\r\nconnection: close\r\n" + rest
    with socket.create_connection(("127.0.0.1", port), patience) as connection:
        connection.sendall(closing)
        received = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    found = re.match(rb"HTTP/1\.[01] (\d{3})", received)
    if found is None:
        raise OSError("the server hung up without an answer")
    return int(found[1]), received.partition(b"\r\n\r\n")[2]


def tell(server: Server, number: signal.Signals) -> None:
    """Send a signal to its first process, as whoever ends it does."""
    os.kill(server.pid, number)


@contextmanager
def running(launch: Launch, probe: bytes, wanted: range = range(200, 300)) -> Iterator[Server]:
    """A server that answers `probe` with a wanted status. Raises Unavailable."""
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = _start(launch, output.fileno())
        with leash.ending(process):
            try:
                _wait(launch.port, process, probe, wanted)
            except Unavailable as error:
                output.seek(0)
                said = output.read().decode(errors="replace").strip().splitlines()[-8:]
                raise Unavailable("\n".join([str(error), *said])) from error
            yield Server(launch.port, process.pid, time.perf_counter() - began)


def _start(launch: Launch, output: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **launch.environment}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the modules of what is installed are compiled
    kept = {"cwd": launch.folder, "env": environment, "start_new_session": True}
    try:
        return subprocess.Popen(launch.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **kept)  # type: ignore[call-overload,no-any-return]
    except OSError as error:
        raise Unavailable(f"{launch.command[0]}: {error.strerror}") from error


def _wait(port: int, process: subprocess.Popen[bytes], probe: bytes, wanted: range) -> None:
    until, status, body = time.monotonic() + PATIENCE, 0, b""
    while status not in wanted:
        if process.poll() is not None:
            raise Unavailable(f"it ended by itself, with {process.returncode}")
        if time.monotonic() > until:
            raise Unavailable(f"it did not answer as wanted; its last answer: {status or 'none'} {body[:300]!r}")
        try:
            status, body = ask(port, probe, 5)
        except OSError:
            time.sleep(_POLL)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, path.read_text().split())
        except OSError:
            continue
    return found


def _fields(pid: int) -> tuple[float, float]:
    """Seconds of processor time, and megabytes of memory, of one process; nothing once it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0, 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS, int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _count(folder: Path) -> int:
    try:
        return sum(1 for _ in folder.iterdir())
    except OSError:
        return 0
