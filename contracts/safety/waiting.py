"""Waiting for a real endpoint: in slices, so that a stop acts at once, and told to whoever is watching."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

SLICE = 0.25  # seconds after which it is seen whether to go on
LONG = 2.0  # seconds from which on a wait is told


@dataclass
class Waiting:
    """How time is let pass."""

    sleep: Callable[[float], None] = time.sleep
    check: Callable[[], None] = lambda: None  # raises where it is not worth waiting any longer
    tell: Callable[[str, float], None] = lambda _, __: None  # what is waited for, and for how many seconds more

    def wait(self, seconds: float, what: str = "") -> None:
        """Sleep so many seconds, none where it is less than none. Raises what `check` raises."""
        left = seconds
        while left > 0:
            self.check()
            if seconds >= LONG:
                self.tell(what, left)
            piece = min(left, SLICE)
            self.sleep(piece)
            left -= piece
