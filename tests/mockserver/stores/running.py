"""`mockserver serve` in a process of its own, for a while."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer

ROOT = Path(__file__).parents[3]
LIFE = 1800  # seconds after which a server ends, whoever still waits for it
TOKEN = "opens"
Kill = Callable[[], None]


@contextmanager
def running(apis: Sequence[str], *words: str, enter: Sequence[str] = ()) -> Iterator[tuple[int, Kill]]:
    """Its port, a free one unless `words` say which, and what kills it with all its processes.

    `enter` is what has to stand before the command, to run it elsewhere.
    """
    command = [*enter, sys.executable, "-m", "mockserver", "serve", *apis, "--port", "0", *words]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, start_new_session=True) as process:

        def kill() -> None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

        deadline = Timer(LIFE, kill)
        deadline.start()
        try:
            assert process.stdout
            found = re.search(r"http://[0-9.]+:(\d+)", process.stdout.readline())
            assert found
            yield int(found[1]), kill
        finally:
            deadline.cancel()
            kill()


def together(kills: Sequence[Kill]) -> Kill:
    """All of them as one."""

    def kill() -> None:
        for each in kills:
            each()

    return kill
