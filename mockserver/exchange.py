"""One request and its answer: what the engine knows of them, and what of it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypedDict

from mockserver.clock import iso
from mockserver.redaction import redact_headers, redact_text
from openapi.messages import Request, Response

SHOWN = 1 << 14  # bytes of a body

Diagnosis = Mapping[str, Any]


class Facts(TypedDict, total=False):
    """What the engine knows of an exchange."""

    at: float  # epoch seconds
    request: Request
    response: Response
    id: str  # of the request, as the provider's answer names it
    api: str  # empty: no API was found
    operation: str  # empty: none was found
    account: str  # number; empty: nobody was recognized
    reason: str  # of the refusal; empty: there was none
    code: str  # the provider's error code; empty: it was not refused
    message: str  # what was wrong, for people; empty: nothing
    fault: str  # that was asked for and showed here; empty: none
    seconds: float  # that the engine took, by a steady clock
    present: float  # when it came by the machine's clock, epoch seconds
    causes: tuple[str, ...]  # situations that a client meets the refusal in; of a fault, those of its error code
    seen: tuple[tuple[str, str], ...]  # tasks that the answer is about: id, phase
    diagnosis: Diagnosis | Callable[[], Diagnosis] | None  # of a signature; called when it is read


class Entry(NamedTuple):
    """What a journal keeps."""

    number: int  # 1, 2, 3 … since the start
    facts: Facts  # of long bodies only the start
    sizes: tuple[int, int]  # bytes of both bodies before they were cut
    weight: int  # bytes that it occupies, about


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, secrets taken out; what is not described here is as in `Facts`."""

    number: int  # 1, 2, 3 … since the start
    at: float
    request: Mapping[str, Any]  # method, path, query, headers, body
    response: Mapping[str, Any]  # status, headers, body (None: a file)
    id: str = ""
    api: str = ""
    operation: str = ""
    account: str = ""
    reason: str = ""
    code: str = ""
    message: str = ""
    fault: str = ""
    seconds: float = 0.0
    diagnosis: Diagnosis | None = None

    def as_json(self) -> dict[str, Any]:
        """As the control plane shows it; `at` in ISO 8601."""
        return {name: getattr(self, name) for name in self.__slots__} | {"at": iso(self.at)}


_AS_THEY_ARE = ("id", "api", "operation", "account", "reason", "code", "message", "fault", "seconds")  # of the facts


def show(entry: Entry) -> Exchange:
    """An exchange as it may be shown."""
    facts = entry.facts
    request, response, diagnosis = facts["request"], facts["response"], facts.get("diagnosis")
    return Exchange(
        number=entry.number,
        at=facts["at"],
        request={
            "method": request.method,
            "path": readable(request.path),
            "query": redact_text(readable(request.query)),
            "headers": redact_headers(request.headers),
            "body": _body(request.body, entry.sizes[0]),
        },
        response={
            "status": response.status,
            "headers": redact_headers(response.headers),
            "body": _body(response.body, entry.sizes[1]) if isinstance(response.body, bytes) else None,
        },
        diagnosis=diagnosis() if callable(diagnosis) else diagnosis,
        **{name: facts[name] for name in _AS_THEY_ARE if name in facts},  # type: ignore[literal-required]
    )


def _body(body: bytes, size: int) -> str:
    text = redact_text(body.decode("utf-8", "replace"))
    return text if size <= SHOWN else f"{text}… ({size} bytes in all)"


def readable(text: str) -> str:
    """Text that may hold bytes that are none, each of those as a question mark in a diamond."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
