"""Answers that are sent together, when the turn of the loop is over in which they were made.

To send is to wake a client that waits, and with it another processor, in which a virtual machine takes its host: alone,
an answer takes three times as long to send as among others, and the next request a fifth longer (docs/decisions/0055).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol


class Sender(Protocol):
    """One who may have something to send."""

    def send(self) -> None:
        """Send it, unless that was done meanwhile."""


class Outbox:
    """Of one thread. `soon` has the loop call something in its next turn, before it takes what comes in then."""

    def __init__(self, soon: Callable[[Callable[[], None]], object]) -> None:
        self._soon = soon
        self._waiting: deque[Sender] = deque()

    def put(self, one: Sender) -> None:
        """Have one send what it has, once this turn is over."""
        if not self._waiting:
            self._soon(self.send)
        self._waiting.append(one)

    def send(self) -> None:
        """Have all send what they have, which need not wait for the end of the turn."""
        waiting = self._waiting
        try:
            while waiting:
                waiting.popleft().send()
        finally:  # a mistake at one stops no other
            if waiting:
                self._soon(self.send)
