"""Files that are written before anybody asks for them, in the time in which a cloud is processing the task."""

from __future__ import annotations

import logging
import time
from collections import deque
from threading import Lock, Thread, current_thread

from mockserver.files.export import Export, Recipe, recipe
from mockserver.files.pauses import Pause
from mockserver.files.produce import is_awaited, may_take_long, prepare, sameness, takes_long

MOST = 64  # files that wait for their turn; one beyond is written when somebody asks for it
WORK, REST = 5e-4, 1e-5  # seconds: between two rests, in which whoever waits for the interpreter gets it
MISTAKES = logging.getLogger("mockserver")


class BrokenOff(Exception):
    """Nobody wants the file any more."""


class Preparation:
    """Writes one file after the other, in a thread that is there only as long as there is something to write."""

    def __init__(self) -> None:
        self.is_waited_for = True  # whether requests wait for files: no more once a server ends
        self._lock = Lock()
        self._waiting: deque[Recipe] = deque()  # which hold on to no request, and so to no mock
        self._worker: Thread | None = None  # any other leaves as soon as it looks

    def add(self, export: Export) -> None:
        """Have the file of an export written, if that takes long. Raises ValueError for its arguments."""
        made = recipe(export)
        if not may_take_long(made):  # what tells more may have to be fetched first, which is for the worker
            return
        with self._lock:
            if len(self._waiting) < MOST:
                self._waiting.append(made)
            if self._worker is None:
                self._worker = Thread(target=self._work, name="files", daemon=True)
                self._worker.start()

    def end(self) -> None:
        """Break off; nothing waits and no thread is left when this returns."""
        with self._lock:
            worker = self._worker
            self.abandon()
        if worker is not None:
            worker.join()

    def abandon(self) -> None:
        """Break off without waiting for the thread, nor for any lock: for whoever may hold some."""
        self._worker = None
        self._waiting.clear()

    def _work(self) -> None:
        while (made := self._next()) is not None:
            try:
                if takes_long(made):
                    prepare(made, self._pausing(made))
            except BrokenOff:
                return
            except Exception as error:  # noqa: BLE001 - whoever asks for the file meets it, too, and can be answered
                MISTAKES.warning("%s could not be written ahead: %s", made.member or "a file", error)

    def _next(self) -> Recipe | None:
        with self._lock:
            if self._worker is not current_thread():
                return None
            if not self._waiting:
                self._worker = None
                return None
            return self._waiting.popleft()

    def _pausing(self, made: Recipe) -> Pause:
        """What gives way now and then, unless the file is waited for; raises BrokenOff once the worker is to leave."""
        worker, same, until = current_thread(), sameness(made), time.perf_counter() + WORK

        def pause() -> None:
            nonlocal until
            if self._worker is not worker:
                raise BrokenOff
            if time.perf_counter() > until:
                if not is_awaited(same):
                    time.sleep(REST)
                until = time.perf_counter() + WORK

        return pause
