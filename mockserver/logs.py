"""What does a mock that is served say of itself: in lines for people, or as one JSON object a line for machines?"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from math import inf
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, TextIO

import orjson

from mockserver.clock import SystemClock, iso
from mockserver.exchange import Facts
from mockserver.gateway import MISTAKES
from mockserver.greeting import announce
from mockserver.redaction import readable, redact_text
from mockserver.settings import JSON
from openapi.release import release

if TYPE_CHECKING:
    from mockserver.accounts import Accounts
    from mockserver.control.view import Controls


_NOW = SystemClock().now
PAUSE = 60.0  # seconds in which the same trouble is not told again


class Log(Protocol):
    """Where a mock says what happens."""

    def start(self, controls: Controls, url: str, file: str, authority: str = "") -> None:
        """It answers at `url` now, with the settings of a config file and a certificate of an authority, if any."""
        ...

    def follow(self, controls: Controls) -> None:
        """Say of each request that comes to this process what there is to say."""
        ...

    def note(self, message: str) -> None:
        """Something else that whoever runs it has to know."""
        ...


class Rarely:
    """What is said once in a while, however often there is reason to. Safe to share between threads."""

    def __init__(self, say: Callable[[str], None], now: Callable[[], float] = monotonic) -> None:
        self._say = say
        self._now = now
        self._lock = Lock()
        self._next = -inf  # when it may be said again

    def __call__(self, message: str) -> None:
        """Say it, unless anything was said within the last minute."""
        with self._lock:
            now = self._now()
            if now < self._next:
                return
            self._next = now + PAUSE
        self._say(message)


class TextLog:
    """A greeting, and what people have to know; of requests nothing."""

    def start(self, controls: Controls, url: str, file: str, authority: str = "") -> None:
        announce(controls, url, file, authority)

    def follow(self, controls: Controls) -> None:
        """Nothing is said of requests."""

    def note(self, message: str) -> None:
        print(f"mockserver: {message}", file=sys.stderr, flush=True)  # noqa: T201 - what a log is for


class JsonLog:
    """One JSON object a line, each with `time` (of the machine, ISO 8601) and `event`.

    `started`, `request` (secrets taken out) and `note`; a mistake of the mock's own is an `error` with its traceback.
    """

    def __init__(self, stream: TextIO, now: Callable[[], float] = _NOW) -> None:
        self._stream = stream
        self._now = now
        self._lock = Lock()

    def start(self, controls: Controls, url: str, file: str, authority: str = "") -> None:
        apis = [*controls.engine.specs]
        self._write("started", url=url, apis=apis, version=release(), config=file, authority=authority)

    def follow(self, controls: Controls) -> None:
        accounts = controls.engine.accounts
        controls.journal.follow(lambda number, facts: self._exchange(accounts, number, facts))

    def note(self, message: str) -> None:
        self._write("note", message=message)

    def _exchange(self, accounts: Accounts, number: int, facts: Facts) -> None:
        account = accounts.by_number(facts["account"])
        self._write(
            "request",
            number=number,
            id=facts["id"],
            api=facts["api"],
            operation=facts["operation"],
            account=account.name if account else "",
            account_number=facts["account"],
            method=facts["request"].method,
            path=readable(facts["request"].path),
            query=redact_text(readable(facts["request"].query)),
            status=facts["response"].status,
            code=facts["code"],
            reason=facts["reason"],
            message=redact_text(readable(facts["message"])),
            fault=facts["fault"],
            seconds=round(facts["seconds"], 6),
        )

    def _write(self, event: str, **told: Any) -> None:
        line = as_line(self._now(), event, **told)
        with self._lock:
            try:
                self._stream.write(line)
                self._stream.flush()
            except (
                OSError,
                ValueError,
            ):  # nobody reads it any more, or it was closed: clients are answered all the same
                pass


class JsonFormatter(logging.Formatter):
    """Log records of any logger as the lines of a `JsonLog`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record in one line, without its end."""
        told = {"logger": record.name, "message": readable(record.getMessage())}
        if record.exc_info:
            told["traceback"] = readable(self.formatException(record.exc_info))
        return as_line(record.created, record.levelname.lower(), **told).rstrip("\n")


def log_of(form: str) -> Log:
    """The log in a format, on standard output. Mistakes go to standard error in the same format."""
    if form != JSON or sys.stdout is None:
        return TextLog()
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    MISTAKES.addHandler(handler)
    MISTAKES.propagate = False
    return JsonLog(sys.stdout)


def as_line(now: float, event: str, **told: Any) -> str:
    """One object in one line."""
    return orjson.dumps({"time": iso(now), "event": event, **told}, option=orjson.OPT_APPEND_NEWLINE).decode()
