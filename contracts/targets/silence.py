"""Requests in a row that a server left unanswered, so that what tries a thousand of them soon has its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from contracts.target import Unreachable
from openapi.messages import Response

MOST = 3  # after which a check is told so at once


@dataclass
class Silence:
    """How often a server did not answer since it last did."""

    count: int = 0
    said: str = ""
    is_elsewhere: bool = False

    def send(
        self,
        attempt: Callable[[], Response],
        breaks: Iterable[float] = (),
        sleep: Callable[[float], None] = lambda _: None,
        may_repeat: Callable[[Unreachable], bool] = lambda _: True,
    ) -> Response:
        """The answer, tried again after each of the breaks, which are seconds. Raises Unreachable."""
        if self.count >= MOST:
            raise Unreachable(self.said, may_have_arrived=False, is_elsewhere=self.is_elsewhere)
        waits = iter(breaks)
        while True:
            try:
                answer = attempt()
            except Unreachable as error:
                seconds = next(waits, None) if may_repeat(error) else None
                if seconds is None:
                    self.count, self.said, self.is_elsewhere = self.count + 1, str(error), error.is_elsewhere
                    raise
                sleep(seconds)
            else:
                self.count = 0
                return answer

    def forget(self) -> None:
        """Begin anew, with another check."""
        self.count = 0
