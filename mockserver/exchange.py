"""One request and its answer: what the engine knows of them, and what of it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypedDict

from mockserver.clock import iso
from mockserver.nearness import MISSES, NearMiss, find_near_misses
from mockserver.redaction import readable, redact_headers, redact_text
from mockserver.unread import Unread, find_unread
from openapi.messages import Request, Response
from openapi.model import Spec

SHOWN = 1 << 14  # bytes of a body

Diagnosis = Mapping[str, Any]
Seen = tuple[tuple[str, str], ...]  # id and phase of each


class Facts(TypedDict, total=False):
    """What the engine knows of an exchange."""

    reason: str  # empty: it was not refused
    code: str  # the provider's error code; empty: it was not refused
    message: str  # what was wrong, for people; empty: nothing
    causes: tuple[str, ...]  # situations that a client meets the refusal in; of a fault, those of its error code
    diagnosis: Diagnosis | Callable[[], Diagnosis] | None  # of a signature; called when it is read
    at: float  # epoch seconds
    request: Request
    response: Response
    id: str  # of the request, as the provider's answer names it
    api: str  # empty: no API was found
    operation: str  # empty: none was found
    account: str  # number; empty: nobody was recognized
    fault: tuple[str, ...]  # those that were asked for and showed here
    seconds: float  # that the engine took, by a steady clock
    present: float  # when it came by the machine's clock, epoch seconds
    lost: bool  # whether a fault kept the client from getting the whole answer, as it was meant
    seen: Seen | Callable[[], Seen]  # tasks that the answer is about; called when it is read


def seen_in(facts: Facts) -> Seen:
    """The tasks that an answer was about, with the phases that they were in."""
    seen = facts.get("seen", ())
    return seen() if callable(seen) else seen


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is worked out of an exchange once somebody looks at it."""

    near_misses: tuple[NearMiss, ...] = ()  # nearest first; where it addressed no operation
    unread: tuple[Unread, ...] = ()  # what was sent in vain
    diagnosis: Diagnosis | None = None  # of a signature that does not match


@dataclass(slots=True)
class Entry:
    """What a journal keeps."""

    number: int  # 1, 2, 3 … since the start
    facts: Facts  # of long bodies only the start
    sizes: tuple[int, int]  # bytes of both bodies before they were cut
    weight: int  # bytes that it occupies, about
    remarks: Remarks | None = None  # None: nobody has looked yet


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
    fault: tuple[str, ...] = ()
    seconds: float = 0.0
    present: float = 0.0
    remarks: Remarks = Remarks()

    def as_json(self) -> dict[str, Any]:
        """As the control plane shows it; `at` in ISO 8601."""
        known = {name: getattr(self, name) for name in self.__slots__ if name != "remarks"}
        worked_out = {
            "near_misses": [each.as_json() for each in self.remarks.near_misses],
            "unread": [asdict(each) for each in self.remarks.unread],
            "diagnosis": self.remarks.diagnosis,
        }
        return known | worked_out | {"fault": [*self.fault], "at": iso(self.at), "present": iso(self.present)}


_AS_THEY_ARE = ("id", "api", "operation", "account", "reason", "code", "message", "fault", "seconds", "present")


def show(entry: Entry, specs: Mapping[str, Spec]) -> Exchange:
    """An exchange as it may be shown; what it was meant for, and what nobody read of it, as `specs` tell."""
    facts = entry.facts
    request, response = facts["request"], facts["response"]
    if entry.remarks is None:
        entry.remarks = _remark(entry, specs)
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
        remarks=entry.remarks,
        **{name: facts[name] for name in _AS_THEY_ARE if name in facts},  # type: ignore[literal-required]
    )


def _remark(entry: Entry, specs: Mapping[str, Spec]) -> Remarks:
    facts, whole = entry.facts, entry.sizes[0] <= SHOWN
    request, diagnosis = facts["request"], facts.get("diagnosis")
    spec = specs.get(facts.get("api", ""))
    operation = spec.operations.get(facts.get("operation", "")) if spec else None
    is_miss = facts.get("reason") in MISSES
    return Remarks(
        near_misses=tuple(find_near_misses(request, specs.values(), whole=whole)) if is_miss else (),
        unread=tuple(find_unread(request, spec, operation, whole=whole)) if spec and operation else (),
        diagnosis=diagnosis() if callable(diagnosis) else diagnosis,
    )


def _body(body: bytes, size: int) -> str:
    text = redact_text(body.decode("utf-8", "replace"))
    return text if size <= SHOWN else f"{text}… ({size} bytes in all)"
