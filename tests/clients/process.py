"""The mock as a process on a socket, started as a user starts it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.clients.control import Mock

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(r"http://127\.0\.0\.1:[0-9]+")


@contextmanager
def serve(home: Path, *options: str) -> Iterator[Mock]:
    """A mock whose clock stands still, on a free port; what it complains about is in `mock.log` of `home`."""
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--clock", "manual", *options]
    with (
        (home / "mock.log").open("a+") as log,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True) as process,
        requests.Session() as session,
    ):
        session.trust_env = False
        try:
            assert process.stdout is not None
            address = next((found[0] for line in process.stdout if (found := ADDRESS.search(line))), "")
            assert address, (home / "mock.log").read_text()
            yield Mock(address, session)
        finally:
            process.terminate()
