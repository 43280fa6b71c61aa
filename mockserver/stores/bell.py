"""Who waits until another process has written a file of SQLite hears when that has happened.

SQLite's own lock has to be looked at again and again. Beside it there is a file that whoever writes has locked
meanwhile, and the system wakes those who wait for that. It decides nothing: where there are no such locks, or somebody
writes who knows nothing of this one, nobody is woken, and everybody has to look again.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

BESIDE = "-lock"  # what the name of the file beside the store's ends with
SOON = 0.001  # seconds after which to try again where nobody is waited for: somebody has something else
MODE = 0o666  # what of the mode of the store's file that one has, too
Told = Callable[[], object]


class Bell:
    """Of one process, in which one thread at a time writes."""

    def __init__(self, store: Path, sleep: Callable[[float], object] = time.sleep) -> None:
        self._store, self._sleep = store, sleep
        self._path = store.with_name(store.name + BESIDE)
        self._opened: tuple[int, int] | None = None  # the process that opened the file, and how it is known there
        self._hearer: tuple[int, SimpleQueue[Told | None]] | None = None  # the process, and what its thread is asked

    def hold(self) -> bool:
        """Whether it is worth trying to write, as nobody else holds it; who wrote, or failed to, has to `release`."""
        file = self._file()
        try:
            return file is None or _lock(file, is_alone=True, waits=False)
        except OSError:  # there are no locks where the file is
            return True

    def release(self) -> None:
        """Let others have it, and wake those who wait."""
        if self._opened is not None and self._opened[0] == os.getpid():
            with suppress(OSError):
                _unlock(self._opened[1])

    def when_free(self, told: Told) -> None:
        """Call `told`, in a thread, once nobody holds it; perhaps never."""
        if self._hearer is None or self._hearer[0] != os.getpid():
            asked = SimpleQueue[Told | None]()
            with suppress(RuntimeError):  # the system has no thread to give
                Thread(target=self._hear, args=(asked,), name="mockserver-bell", daemon=True).start()
                self._hearer = os.getpid(), asked
        if self._hearer is not None:
            self._hearer[1].put(told)

    def close(self) -> None:
        """Hear nothing more. It is opened again when it is used again."""
        if self._hearer is not None and self._hearer[0] == os.getpid():
            self._hearer[1].put(None)
        self._hearer = None
        self._close()

    def _hear(self, asked: SimpleQueue[Told | None]) -> None:
        while (told := asked.get()) is not None:
            if not self._has_waited():
                self._sleep(SOON)
            with suppress(RuntimeError):  # the loop of those who waited has ended
                told()

    def _has_waited(self) -> bool:
        """Wait until nobody holds it; False where nobody did, or that cannot be told."""
        try:
            with self._path.open("rb") as file:
                if _lock(file.fileno(), is_alone=False, waits=False):
                    return False
                return _lock(file.fileno(), is_alone=False, waits=True)
        except OSError:
            return False

    def _file(self) -> int | None:
        """The one that is locked; None where there can be none."""
        if self._opened is None or self._opened[0] != os.getpid():
            self._close()  # a parent's, which keeps its own
            with suppress(OSError):
                self._opened = os.getpid(), self._open()
        return self._opened and self._opened[1]

    def _open(self) -> int:
        """Open the file, which is made for those who may write the store's. Raises OSError."""
        try:
            made = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        except FileExistsError:
            return os.open(self._path, os.O_RDWR)
        with suppress(OSError):
            self._path.chmod(self._store.stat().st_mode & MODE)
        return made

    def _close(self) -> None:
        if self._opened is not None:
            os.close(self._opened[1])
        self._opened = None


def _lock(file: int, *, is_alone: bool, waits: bool) -> bool:
    """Whether an open file is locked now: against everybody, or against those alone who lock it against everybody.

    Raises OSError where there are no locks.
    """
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, (fcntl.LOCK_EX if is_alone else fcntl.LOCK_SH) | (0 if waits else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _unlock(file: int) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    fcntl.flock(file, fcntl.LOCK_UN)
