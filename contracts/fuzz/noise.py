"""Strange answers to generated requests: asked for again, after longer and longer breaks.

What stays is the server's own, if another call is answered well meanwhile; otherwise nothing can be said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contracts.calls.client import Api, Reply
from contracts.calls.noise import is_strange, kind_of, steady
from contracts.check import NotObserved
from contracts.situations.lists import ask, list_operation, scope
from contracts.target import Throttled, Unavailable, Unreachable
from openapi.model import Operation

PAUSES = (1.0, 2.0, 4.0)  # seconds before each further attempt


class Disturbed(Unavailable):
    """A strange answer to what must not be sent again; the message says how it was."""


class Ill(Unavailable):
    """The server answers other calls as strangely; the message says how."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What is known of strange answers to the requests of one operation."""

    api: Api
    operation: Operation

    def pass_over(self, reply: Reply, again: Callable[[], Reply]) -> Reply:
        """The answer; where it is strange, that to a further attempt. Raises Ill."""
        known = steady(self.api.target)
        for seconds in PAUSES:
            if not is_strange(reply) or kind_of(self.operation, reply) in known:
                return reply
            self.api.target.wait(seconds)
            reply = again()
        if is_strange(reply):
            self._require_health(reply)
            known.add(kind_of(self.operation, reply))
        return reply

    def _require_health(self, reply: Reply) -> None:
        """Raise Ill where the list, which was asked for in the right way, is answered no better."""
        listing = list_operation(self.api)
        if listing is None:
            return
        try:
            ask(self.api, listing, scope(self.api, listing))
        except (NotObserved, Throttled, Unreachable) as error:
            _, status, content_type = kind_of(self.operation, reply)
            raise Ill(f"answered with {status} {content_type}, and so is what is right") from error
