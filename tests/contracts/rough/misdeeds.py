"""What a rough gateway does: to requests before the server sees them, and to answers on their way back."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from tests.contracts.rough.wire import Answer, Line, Seen

PIECES = 20  # that a dribbled answer comes in
PAUSE = 0.01  # seconds between them
CHUNK = 7  # bytes

Ask = Callable[[], Answer]
# Answers a request over the line, asking the server or not; whether the connection is kept.
Misdeed = Callable[[Seen, Ask, Line], bool]


def pass_on(_: Seen, ask: Ask, line: Line) -> bool:
    """No misdeed."""
    line.send(ask().whole())
    return True


def dribble(_: Seen, ask: Ask, line: Line) -> bool:
    """Send the answer in small pieces, with a pause after each."""
    answer = ask().whole()
    size = len(answer) // PIECES + 1
    for start in range(0, len(answer), size):
        line.send(answer[start : start + size])
        time.sleep(PAUSE)
    return True


def reset(_: Seen, __: Ask, line: Line) -> bool:
    """Tear the connection down; the server never sees the request."""
    line.reset()
    return False


def reset_after(_: Seen, ask: Ask, line: Line) -> bool:
    """Tear the connection down when the server has done what it was asked for."""
    ask()
    line.reset()
    return False


def hang_up(_: Seen, __: Ask, ___: Line) -> bool:
    """End the connection without a byte."""
    return False


def forget(_: Seen, ask: Ask, line: Line) -> bool:
    """Answer, and end a connection that was promised to be kept."""
    line.send(ask().whole())
    return False


def cut_short(_: Seen, ask: Ask, line: Line) -> bool:
    """End the connection in the middle of the answer."""
    answer = ask()
    whole = answer.whole()
    line.send(whole[: len(whole) - max(len(answer.body) // 2, 1)])
    return False


def half_close(_: Seen, ask: Ask, line: Line) -> bool:
    """Let the end of the sending side be the end of the answer, and keep listening."""
    answer = ask()
    line.send(answer.head("Connection: close") + answer.body)
    line.finish()
    return False


def compress(_: Seen, ask: Ask, line: Line) -> bool:
    """Pack the answer."""
    answer = ask()
    if answer.body:
        packed = gzip.compress(answer.body)
        answer = replace(answer, body=packed, headers=[*answer.headers, ("Content-Encoding", "gzip")])
    line.send(answer.whole())
    return True


def chunk(_: Seen, ask: Ask, line: Line) -> bool:
    """Send the answer in chunks, with an extension on each."""
    answer = ask()
    if not answer.body:
        line.send(answer.whole())
        return True
    parts = [answer.body[start : start + CHUNK] for start in range(0, len(answer.body), CHUNK)]
    chunks = b"".join(b"%x;part\r\n%s\r\n" % (len(part), part) for part in parts)
    line.send(answer.head("Transfer-Encoding: chunked") + chunks + b"0\r\n\r\n")
    return True


def empty(_: Seen, ask: Ask, line: Line) -> bool:
    """Leave the body out."""
    line.send(replace(ask(), body=b"").whole())
    return True


def fail(status: int = HTTPStatus.BAD_GATEWAY) -> Misdeed:
    """Answer as a load balancer whose server does not: with a page."""
    phrase = HTTPStatus(status).phrase
    page = f"<html>\r\n<head><title>{status} {phrase}</title></head>\r\n<body><hr>balancer</body>\r\n</html>\r\n"

    def answer(_: Seen, __: Ask, line: Line) -> bool:
        line.send(Answer(status, phrase, [("Content-Type", "text/html")], page.encode()).whole())
        return True

    return answer


def throttle(seconds: str = "") -> Misdeed:
    """Answer 429, with so many seconds in `Retry-After` if any."""
    headers = [("Content-Type", "text/plain"), *([("Retry-After", seconds)] if seconds else [])]
    refusal = Answer(HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests", headers, b"slow down")

    def answer(_: Seen, __: Ask, line: Line) -> bool:
        line.send(refusal.whole())
        return True

    return answer


def redirect(origin: str, status: int = HTTPStatus.TEMPORARY_REDIRECT) -> Misdeed:
    """Send the client to the same path of another origin: scheme, host and port."""

    def answer(seen: Seen, _: Ask, line: Line) -> bool:
        line.send(Answer(status, HTTPStatus(status).phrase, [("Location", f"{origin}{seen.target}")], b"").whole())
        return True

    return answer
