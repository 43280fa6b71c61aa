"""What is committed to a file of SQLite stands in a log beside it: when does it get into the file?"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread

OFTEN = 32  # commits, after which the log is written into the file
# Pages of the log after which whoever commits does so himself. The log begins anew where all of it is in the file,
# which somebody beside those who commit never sees while they are busy.
MOST = 8000


class Checkpoints:
    """Beside those who commit, in a thread: the disk is waited for twice for each, for milliseconds."""

    def __init__(self, path: Path) -> None:
        self._address = f"{path.as_uri()}?mode=rw"  # which makes no file where there is none any more
        self._commits = 0
        self._thread: Thread | None = None

    def count(self) -> None:
        """There was one commit more."""
        self._commits += 1
        if self._commits >= OFTEN and not (self._thread and self._thread.is_alive()):
            self._commits = 0
            thread = Thread(target=self._write, name="mockserver-checkpoint", daemon=True)
            with suppress(RuntimeError):  # the system has no thread to give: the log grows meanwhile
                thread.start()
                self._thread = thread

    def end(self) -> None:
        """Wait for the one that is under way."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _write(self) -> None:
        with (
            suppress(sqlite3.Error),  # whoever commits will meet it, too; what is in the log stays there
            closing(sqlite3.connect(self._address, uri=True, isolation_level=None)) as connection,
        ):
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # which is in nobody's way
