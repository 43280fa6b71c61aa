"""`contracts proxy` as a process, started as a user starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.shell import LONGEST

ROOT = Path(__file__).parents[3]
ADDRESS = re.compile(r"^(http://\S+) stands before")


@dataclass
class Proxy:
    """A running `contracts proxy`."""

    process: subprocess.Popen[str]
    url: str
    greeting: list[str]  # what it told before it listened, and where

    def end(self, how: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """Its exit code, its report, and what it told while it ran, after a signal."""
        self.process.send_signal(how)
        return self.wait()

    def wait(self) -> tuple[int, str, str]:
        """The same, once it ends by itself."""
        out, told = self.process.communicate(timeout=LONGEST)
        return self.process.returncode, out, told


@contextmanager
def proxy(*arguments: str, **environment: str) -> Iterator[Proxy]:
    """A proxy on a free port."""
    command = [sys.executable, "-m", "contracts", "proxy", "--port", "0", *arguments]
    environ = {**os.environ, "NO_COLOR": "1", **environment}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stderr is not None
            greeting, found = list[str](), None
            while found is None and (line := process.stderr.readline()):
                greeting.append(line)
                found = ADDRESS.match(line)
            assert found, greeting
            yield Proxy(process, found[1], greeting)
        finally:
            process.kill()
