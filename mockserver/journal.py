"""What was asked, and what was answered? The last exchanges, for whoever debugs a client."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import Any, TypedDict, Unpack

from mockserver.clock import iso
from mockserver.redaction import redact_headers, redact_text
from openapi.messages import Request, Response

CAPACITY = 1000  # exchanges
SHOWN = 1 << 14  # bytes of a body

Diagnosis = Mapping[str, Any]


class Facts(TypedDict, total=False):
    """What the engine knows of an exchange."""

    at: float  # epoch seconds
    request: Request
    response: Response
    api: str  # empty: no API was found
    operation: str  # empty: none was found
    account: str  # number; empty: nobody was recognized
    reason: str  # of the refusal; empty: there was none
    message: str  # what was wrong, for people; empty: nothing
    present: float  # when it came by the machine's clock, epoch seconds
    causes: tuple[str, ...]  # situations that a client meets the refusal in; of a fault, those of its error code
    seen: tuple[tuple[str, str], ...]  # tasks that the answer is about: id, phase
    diagnosis: Diagnosis | Callable[[], Diagnosis] | None  # of a signature; called when it is read


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, secrets taken out."""

    number: int  # 1, 2, 3 … since the start
    at: float  # epoch seconds
    request: Mapping[str, Any]  # method, path, query, headers, body
    response: Mapping[str, Any]  # status, headers, body (None: a file)
    api: str = ""
    operation: str = ""
    account: str = ""
    reason: str = ""
    message: str = ""
    diagnosis: Diagnosis | None = None

    def as_json(self) -> dict[str, Any]:
        """As the control plane shows it; `at` in ISO 8601."""
        names = ("number", "api", "operation", "account", "request", "response", "reason", "message", "diagnosis")
        return {"at": iso(self.at)} | {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which exchanges are wanted; an empty value asks for nothing."""

    api: str = ""
    operation: str = ""
    account: str = ""
    status: int = 0
    since: int = 0  # only those with a greater number
    limit: int = CAPACITY  # the newest of them

    def takes(self, entry: _Entry) -> bool:
        """Whether an exchange is one of them."""
        number, facts, _ = entry
        asked = (("api", self.api), ("operation", self.operation), ("account", self.account))
        return (
            number > self.since
            and all(not value or facts.get(name, "") == value for name, value in asked)
            and self.status in (0, facts["response"].status)
        )


_Entry = tuple[int, Facts, tuple[int, int]]  # its number, what is known, the bytes of both bodies before they were cut


class Journal:
    """The last `capacity` exchanges, oldest first. Adding is cheap: what is kept is rendered when it is read."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._entries: deque[_Entry] = deque(maxlen=capacity)
        self._lock = Lock()
        self._number = 0

    def add(self, **facts: Unpack[Facts]) -> None:
        """Keep an exchange; of long bodies only the start."""
        asked, answered = facts["request"].body, facts["response"].body
        sent = answered if isinstance(answered, bytes) else b""
        if len(asked) > SHOWN:
            facts["request"] = replace(facts["request"], body=asked[:SHOWN])
        if len(sent) > SHOWN:
            facts["response"] = replace(facts["response"], body=sent[:SHOWN])
        elif sent is not answered:
            facts["response"] = replace(facts["response"], body=())
        with self._lock:
            self._number += 1
            self._entries.append((self._number, facts, (len(asked), len(sent))))

    def find(self, wanted: Filter = Filter()) -> list[Exchange]:
        """The exchanges that `wanted` asks for, oldest first."""
        with self._lock:
            entries = list(self._entries)
        newest = islice((entry for entry in reversed(entries) if wanted.takes(entry)), wanted.limit)
        return [_exchange(entry) for entry in newest][::-1]

    def facts(self, account: str = "") -> list[tuple[int, Facts]]:
        """What is known of the exchanges of an account, or of all, with their numbers, oldest first."""
        with self._lock:
            entries = list(self._entries)
        return [(number, facts) for number, facts, _ in entries if account in ("", facts.get("account", ""))]

    def clear(self) -> None:
        """Forget them; the numbers go on."""
        with self._lock:
            self._entries.clear()


def _exchange(entry: _Entry) -> Exchange:
    number, facts, sizes = entry
    request, response = facts["request"], facts["response"]
    diagnosis = facts.get("diagnosis")
    return Exchange(
        number=number,
        at=facts["at"],
        request={
            "method": request.method,
            "path": _readable(request.path),
            "query": redact_text(_readable(request.query)),
            "headers": redact_headers(request.headers),
            "body": _body(request.body, sizes[0]),
        },
        response={
            "status": response.status,
            "headers": redact_headers(response.headers),
            "body": _body(response.body, sizes[1]) if isinstance(response.body, bytes) else None,
        },
        api=facts.get("api", ""),
        operation=facts.get("operation", ""),
        account=facts.get("account", ""),
        reason=facts.get("reason", ""),
        message=facts.get("message", ""),
        diagnosis=diagnosis() if callable(diagnosis) else diagnosis,
    )


def _body(body: bytes, size: int) -> str:
    text = redact_text(body.decode("utf-8", "replace"))
    return text if size <= SHOWN else f"{text}… ({size} bytes in all)"


def _readable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
