"""The server in its own process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.contracts.rough.accounts import Holder, environment_of

ROOT = Path(__file__).parents[3]


@contextmanager
def serving(api: str, holders: Mapping[str, Holder], *options: str) -> Iterator[str]:
    """The address, over plain HTTP, of a server with the options of `python -m tests.contracts.rough`."""
    command = [sys.executable, "-m", "tests.contracts.rough", api, *options]
    environment = {**os.environ, **environment_of(holders)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url, f"{command} ended with {process.wait()}"
            yield url
        finally:
            process.terminate()
