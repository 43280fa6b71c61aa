"""What does `requests` meet where an answer is late, broken or lost, and there is no socket? The same as with one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.client import RemoteDisconnected
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ProtocolError

from mockserver.faults.effects import Name
from mockserver.faults.harm import BrokenOff, Harmed, spoilt
from openapi.messages import Response

if TYPE_CHECKING:
    from requests import PreparedRequest

RESET = 104  # as Linux numbers it


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the caller waits for a byte, and the clock by which it waits.

    A clock that stands still is moved in place of waiting, so that a test of a timeout takes no time.
    """

    seconds: float | None  # None: without end
    harmed: Harmed

    def passes(self, seconds: float) -> bool:
        """Let the time pass, as much of it as the caller waits; whether that was all."""
        within = seconds if self.seconds is None else min(seconds, self.seconds)
        clock = self.harmed.clock
        if clock is not None and clock.is_frozen:
            clock.advance(within)
        else:
            time.sleep(within)
        return within == seconds


def undergo(answer: Harmed, request: PreparedRequest) -> Response:
    """The answer as it arrives, its body as it is read. Raises what `requests` does where none arrives."""
    patience = Patience(_read_timeout(request), answer)
    if not patience.passes(answer.harm.delay):
        url = urlsplit(str(request.url))
        pool = f"{url.scheme.upper()}ConnectionPool(host={url.hostname!r}, port={url.port})"
        raise requests.ReadTimeout(f"{pool}: Read timed out. (read timeout={patience.seconds})", request=request)
    if answer.harm.effect is Name.RESET:
        lost: OSError = ConnectionResetError(RESET, "Connection reset by peer")
    elif answer.harm.effect is Name.EMPTY:
        lost = RemoteDisconnected("Remote end closed connection without response")
    else:
        return replace(Response(answer.status, answer.headers), body=_pieces(answer, patience))
    raise requests.ConnectionError(ProtocolError("Connection aborted.", lost), request=request)


def _pieces(answer: Harmed, patience: Patience) -> Iterator[bytes]:
    try:
        for piece in spoilt(answer):
            if isinstance(piece, bytes):
                yield piece
            elif not patience.passes(piece):
                raise TimeoutError("timed out")
    except BrokenOff:
        return  # whoever counts notices: the announced length is another


def _read_timeout(request: PreparedRequest) -> float | None:
    given: Any = getattr(request, "req_kwargs", {}).get("timeout")
    seconds = given[1] if isinstance(given, tuple) else getattr(given, "read_timeout", given)
    return float(seconds) if isinstance(seconds, int | float) else None
