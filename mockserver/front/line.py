"""In which order are those answered whose bytes have come, and how many before the loop looks what else there is?"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

AT_ONCE = 8  # requests between two looks at sockets, timers and threads


class Waiting(Protocol):
    """One whose bytes have come."""

    is_in_line: bool

    def read_on(self) -> None:
        """Have its next request answered."""


class Line:
    """Who has come first is answered first, one request each time, in one thread. `soon` has the loop call something.

    A turn of the loop takes all that its sockets have. Answered in that turn, who comes just after it began would wait
    for all of them, and then be the last of the next.
    """

    def __init__(self, soon: Callable[[Callable[[], None]], object], at_once: int = AT_ONCE) -> None:
        self._soon = soon
        self._at_once = at_once
        self._waiting: deque[Waiting] = deque()
        self._room = at_once  # that are answered as soon as they come, where nobody waits
        self._is_due = False

    def join(self, one: Waiting) -> None:
        """Have one answered when all are that came before, which is now if there are none."""
        if one.is_in_line:
            return
        if self._room:
            self._room -= 1
            one.read_on()
        else:
            one.is_in_line = True
            self._waiting.append(one)
            self._go_on()

    def _answer(self) -> None:
        self._is_due = False
        try:
            for _ in range(min(self._at_once, len(self._waiting))):
                one = self._waiting.popleft()
                one.is_in_line = False
                one.read_on()
        finally:  # a mistake at one stops no other
            if self._waiting:
                self._go_on()
            else:
                self._room = self._at_once

    def _go_on(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._soon(self._answer)
