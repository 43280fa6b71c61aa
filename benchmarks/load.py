"""What does a server answer under load: requests per second, and how long each takes?

Some keep-alive connections, on each one request under way, each request prepared in advance. The client is `wrk` where
it is installed (on Debian: apt-get install wrk), else one in Python, which takes several times as much of the processor
and so understates every server: figures of the two do not compare.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CONNECTIONS = 32
PATIENCE = 60  # seconds that a client is given beyond what it was asked for


@dataclass(frozen=True, slots=True)
class Measured:
    """What a client saw."""

    requests: int
    seconds: float
    p50: float  # seconds that half of the answers took at most
    p99: float  # seconds
    refused: int  # answers with a status of 400 or more
    failed: int  # connections and requests that came to nothing

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds if self.seconds else 0.0


def measure(port: int, messages: Sequence[bytes], seconds: float, connections: int = CONNECTIONS) -> Measured:
    """Send `messages` (as they stand on the wire) in turn, for so many seconds, to a port of this machine."""
    with tempfile.NamedTemporaryFile(suffix=".requests") as file:
        file.writelines(b"%d\n%b" % (len(each), each) for each in messages)
        file.flush()
        command = _command(port, file.name, seconds, connections)
        found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + PATIENCE)
    if found.returncode:
        message = f"{command[0]} failed: {found.stderr.strip() or found.stdout.strip()}"
        raise RuntimeError(message)
    return Measured(**json.loads(found.stdout.strip().splitlines()[-1]))


def client() -> str:
    """The client that is used, as results name it."""
    if not shutil.which("wrk"):
        return "benchmarks/client.py (wrk is not installed)"
    shown = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False).stdout
    return " ".join(shown.split()[:2])


def _command(port: int, file: str, seconds: float, connections: int) -> list[str]:
    if not shutil.which("wrk") or seconds < 1:  # which takes whole seconds
        return [sys.executable, str(HERE / "client.py"), str(port), file, str(seconds), str(connections)]
    told = ["--threads", "1", "--connections", str(connections), "--duration", f"{round(seconds)}s"]
    return ["wrk", *told, "--timeout", "30s", "--script", str(HERE / "load.lua"), f"http://127.0.0.1:{port}/", file]
