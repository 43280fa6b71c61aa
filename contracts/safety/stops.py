"""Ending a run early, in order: the present exchange is finished, what was made is removed, and all is reported."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from contracts.result import INTERRUPTED
from contracts.target import Unavailable

SIGNALS = (signal.SIGINT, signal.SIGTERM)
AGAIN = "finishing the present request and removing what was made; once more to stop at once"


class Stopped(Unavailable):
    """Nothing more is sent for a check; the message says why."""


@dataclass
class Stop:
    """Whether a run is to end, and why."""

    kill_file: Path | None = None  # ends the run once it exists
    why: str = ""  # empty: it goes on
    at_once: bool = False  # whether it was asked for twice, so that nothing is removed any more
    tell: Callable[[str], None] = lambda _: None  # says something to whoever is watching

    def check(self) -> None:
        """Raise Stopped once the run is to end."""
        if not self.why and self.kill_file is not None and self.kill_file.exists():
            self.ask(f"{INTERRUPTED} by {self.kill_file}")
        if self.why:
            raise Stopped(self.why)

    def ask(self, why: str) -> None:
        """Let the run end; the first reason counts."""
        self.why = self.why or why

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Meanwhile Ctrl-C and SIGTERM end the run in order the first time, and at once the second time.

        Signals reach the main thread alone; elsewhere they stay as they are.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._hear) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        if self.why:
            self.at_once = True
            raise KeyboardInterrupt
        self.ask(INTERRUPTED)
        self.tell(AGAIN)
