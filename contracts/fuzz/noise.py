"""Answers of a real endpoint that are the fault of no request: a balancer's page, a failure that passes, a broken body.

One that is neither a success nor a refusal as documented is asked for again, after longer and longer breaks. What stays
is the server's own, if another call is answered well meanwhile; otherwise nothing can be said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from contracts.calls.client import Api, Reply
from contracts.check import NotObserved
from contracts.situations.lists import ask, list_operation, scope
from contracts.target import Throttled, Unavailable, Unreachable

PAUSES = (1.0, 2.0, 4.0)  # seconds before each further attempt
Kind = tuple[int, str]  # status, content type


class Disturbed(Unavailable):
    """The server answers other calls as strangely; the message says how."""


def is_strange(reply: Reply) -> bool:
    """Whether an answer may be noise: an error of the server, or neither a success nor a refusal."""
    return reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or not (reply.accepted or reply.error_code)


@dataclass
class Noise:
    """What is known of strange answers to the requests of one operation."""

    api: Api
    steady: set[Kind] = field(default_factory=set[Kind])  # that came again and again while all else was well

    def pass_over(self, reply: Reply, again: Callable[[], Reply]) -> Reply:
        """The answer; where it is strange, that to a further attempt. Raises Disturbed."""
        for seconds in PAUSES:
            if not is_strange(reply) or _kind(reply) in self.steady:
                return reply
            self.api.target.wait(seconds)
            reply = again()
        if is_strange(reply):
            self._require_health(reply)
            self.steady.add(_kind(reply))
        return reply

    def _require_health(self, reply: Reply) -> None:
        """Raise Disturbed where the list, which was asked for in the right way, is answered no better."""
        listing = list_operation(self.api)
        if listing is None:
            return
        try:
            ask(self.api, listing, scope(self.api, listing))
        except (NotObserved, Throttled, Unreachable) as error:
            raise Disturbed(f"answered with {' '.join(map(str, _kind(reply)))}, and so is what is right") from error


def _kind(reply: Reply) -> Kind:
    return reply.status, reply.headers.get("content-type", "")
