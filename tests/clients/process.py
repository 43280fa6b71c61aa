"""The mock as a process on a socket, started as a user starts it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.clients.control import Mock

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"https?://127\.0\.0\.1:[0-9]+")


@contextmanager
def serve(environment: Mapping[str, str], *options: str) -> Iterator[Mock]:
    """A mock whose clock stands still, on a free port; it complains in `mock.log` of the home directory."""
    log_file = Path(environment["HOME"]) / "mock.log"
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--clock", "manual", *options]
    with (
        log_file.open("a") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process,
        requests.Session() as session,
    ):
        session.trust_env = False
        try:
            assert process.stdout is not None
            address = next((found[0] for line in process.stdout if (found := ADDRESS.search(line))), "")
            assert address, log_file.read_text()
            yield Mock(address, session)
        finally:
            process.terminate()
