"""One request and its answer: what the engine knows of them, and what of it is shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from operator import itemgetter
from typing import Any, Self, TypedDict, cast

import orjson

from mockserver.clock import iso
from mockserver.nearness import MISSES, NearMiss, find_near_misses
from mockserver.redaction import readable, redact_headers, redact_text
from mockserver.state.encoding import to_bytes
from mockserver.task import Task, phase
from mockserver.unread import Unread, find_unread
from openapi.messages import Request, Response
from openapi.model import Spec

SHOWN = 1 << 14  # bytes of a body
OVERHEAD = 200  # bytes of an exchange in memory besides its content, measured

Diagnosis = Mapping[str, Any]
Diagnose = Callable[[Request], Diagnosis]
Seen = tuple[str, str]  # id and phase of a task


class Facts(TypedDict):
    """What the engine knows of an exchange."""

    reason: str  # empty: it was not refused
    code: str  # the provider's error code; empty: it was not refused
    message: str  # what was wrong, for people; empty: nothing
    causes: tuple[str, ...]  # situations that a client meets the refusal in; of a fault, those of its error code
    diagnosis: Diagnosis | Diagnose | None  # of a signature; called when it is read
    at: float  # epoch seconds
    request: Request  # of a long body only the start, once it was kept
    response: Response  # the same; of a file nothing
    sizes: tuple[int, int | None]  # bytes of both bodies, however much of them was kept; None: a file
    id: str  # of the request, as the provider's answer names it
    api: str  # empty: no API was found
    operation: str  # empty: none was found
    account: str  # number; empty: nobody was recognized
    fault: tuple[str, ...]  # those that were asked for and showed here
    seconds: float  # that the engine took, by a steady clock
    present: float  # when it came by the machine's clock, epoch seconds
    lost: bool  # whether a fault kept the client from getting the whole answer, as it was meant
    seen: Sequence[Seen]  # tasks that the answer is about
    page: Sequence[Task]  # the same, of a list: what was seen of them is worked out when it is read


def seen_in(facts: Facts) -> tuple[Seen, ...]:
    """The tasks that an answer was about, with the phases that they were in."""
    return *facts["seen"], *(seen_of(task, facts["at"]) for task in facts["page"])


def seen_of(task: Task, now: float) -> Seen:
    """What is seen of a task at `now`."""
    return task.shown_id, str(phase(task, now))


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is worked out of an exchange once somebody looks at it."""

    near_misses: tuple[NearMiss, ...] = ()  # nearest first; where it addressed no operation
    unread: tuple[Unread, ...] = ()  # what was sent in vain
    diagnosis: Diagnosis | None = None  # of a signature that does not match


_NAMES = (  # of facts that are kept as they are
    *("reason", "code", "message", "causes", "at", "id", "api", "operation", "account", "fault", "seconds", "present"),
    *("lost", "seen"),
)
_values = itemgetter(*_NAMES)


@dataclass(slots=True)
class Entry:
    """What a journal keeps: one piece of bytes, of which the facts are made whenever somebody asks for them.

    Left as they are, they would be thirty objects, which a later request would have to fetch from memory to free them.
    """

    content: bytes  # a line of JSON, and the start of both bodies
    page: Sequence[Task]
    diagnosis: Diagnosis | Diagnose | None
    weight: int  # bytes that it occupies, about
    number: int = 0  # 1, 2, 3 … since the start; 0: no journal has it yet
    remarks: Remarks | None = None  # None: nobody has looked yet

    @classmethod
    def of(cls, facts: Facts) -> Self:
        """What is kept of an exchange."""
        request, response = facts["request"], facts["response"]
        asked = request.method, request.path, request.query, {**request.headers}
        line = to_bytes((asked, response.status, {**response.headers}, facts["sizes"], _values(facts)))
        sent = response.body[:SHOWN] if isinstance(response.body, bytes) else b""
        content = b"".join((line, b"\n", request.body[:SHOWN], sent))
        return cls(content, facts["page"], facts["diagnosis"], OVERHEAD + len(content))

    def facts(self) -> Facts:
        """What is known of it, made anew."""
        line, _, bodies = self.content.partition(b"\n")
        (method, path, query, headers), status, sent, (asked, answered), values = _read(line)
        end = min(asked, SHOWN)
        known = {
            **as_known(dict(zip(_NAMES, values, strict=True))),
            "request": Request(method, path, query, headers, bodies[:end]),
            "response": Response(status, sent, () if answered is None else bodies[end:]),
            "sizes": (asked, answered),
            "page": self.page,
            "diagnosis": self.diagnosis,
        }
        return cast("Facts", known)


def _read(line: bytes) -> Any:
    """What `to_bytes` wrote; no number in it is beyond what the quick decoder takes."""
    try:
        return orjson.loads(line)
    except ValueError:  # half a character
        return json.loads(line)


def as_known(said: dict[str, Any]) -> dict[str, Any]:
    """Facts that were kept as JSON, which knows no tuples, as they were."""
    seen = tuple((task, shown) for task, shown in said["seen"])
    return {**said, "causes": tuple(said["causes"]), "fault": tuple(said["fault"]), "seen": seen}


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


def show(entry: Entry, facts: Facts, specs: Mapping[str, Spec]) -> Exchange:
    """An exchange as it may be shown; what it was meant for, and what nobody read of it, as `specs` tell."""
    request, response, sizes = facts["request"], facts["response"], facts["sizes"]
    if entry.remarks is None:
        entry.remarks = _remark(facts, specs)
    return Exchange(
        number=entry.number,
        at=facts["at"],
        request={
            "method": request.method,
            "path": readable(request.path),
            "query": redact_text(readable(request.query)),
            "headers": redact_headers(request.headers),
            "body": _body(request.body, sizes[0]),
        },
        response={
            "status": response.status,
            "headers": redact_headers(response.headers),
            "body": _body(response.body, sizes[1]),
        },
        remarks=entry.remarks,
        **{name: facts[name] for name in _AS_THEY_ARE},  # type: ignore[literal-required]
    )


def _remark(facts: Facts, specs: Mapping[str, Spec]) -> Remarks:
    request, diagnosis, whole = facts["request"], facts["diagnosis"], facts["sizes"][0] <= SHOWN
    spec = specs.get(facts["api"])
    operation = spec.operations.get(facts["operation"]) if spec else None
    is_miss = facts["reason"] in MISSES
    return Remarks(
        near_misses=tuple(find_near_misses(request, specs.values(), whole=whole)) if is_miss else (),
        unread=tuple(find_unread(request, spec, operation, whole=whole)) if spec and operation else (),
        diagnosis=diagnosis(request) if callable(diagnosis) else diagnosis,
    )


def _body(body: bytes | Iterable[bytes], size: int | None) -> str | None:
    if not isinstance(body, bytes) or size is None:
        return None
    text = redact_text(body.decode("utf-8", "replace"))
    return text if size <= SHOWN else f"{text}… ({size} bytes in all)"
