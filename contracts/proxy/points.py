"""What a passing exchange shows of a clause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from contracts.calls.client import Reply
from contracts.calls.exchange import Exchange
from contracts.fuzz.wire import Reading
from contracts.proxy.passed import Passed
from openapi.clauses import Clause, ClauseKind, clauses
from openapi.model import Answer, Json, Operation, Spec


@dataclass(frozen=True, slots=True)
class Kept:
    """The promise was seen to be kept."""

    clause: str  # its id
    part: str = ""  # what of it was seen, where that is not all


@dataclass(frozen=True, slots=True)
class Unkept:
    """The promise was not kept."""

    clause: str
    expected: str
    received: str
    earlier: tuple[Exchange, ...] = ()  # what was answered before, where that is what it contradicts
    is_refusal: bool = False  # whether the server refused, in a documented form


@dataclass(frozen=True, slots=True)
class Doubt:
    """It looks as if the promise was not kept, but what was seen does not prove it."""

    clause: str
    why: str


Point = Kept | Unkept | Doubt


@dataclass(frozen=True, slots=True)
class Observed:
    """One exchange, read through the spec."""

    passed: Passed
    operation: Operation
    reply: Reply
    reading: Reading | None  # None: it can be read in more than one way
    caller: str  # which key or token it carries, as a digest; empty: none
    tenant: str  # whose things it is about, where the request says so
    is_whole: bool  # whether the whole body was there to be read

    @property
    def arguments(self) -> dict[str, Json]:
        """The arguments of the request, as far as they are clear."""
        return dict(self.reading.arguments) if self.reading else {}

    @property
    def tasks(self) -> list[dict[str, Json]]:
        """What is told of each task, by bound names, in the order of the answer; of no list, all that is told."""
        listed = self.reply.values.get("tasks")
        if isinstance(listed, list):
            return [dict(each) for each in listed if isinstance(each, dict)]
        return [dict(self.reply.values)]

    @property
    def is_plain(self) -> bool:
        """Whether the answer is a whole one to the documented method, and no part of a file or of its headers."""
        is_of_method = self.passed.method == self.operation.method
        asks_for_part = {"range", "if-none-match", "if-modified-since", "if-match", "if-range"}
        return is_of_method and not (
            self.operation.transfer and asks_for_part & self.reply.exchange.request.headers.keys()
        )


@dataclass
class Book:
    """The clauses of one API, found by what they are about."""

    spec: Spec
    all: tuple[Clause, ...] = field(init=False)
    _found: dict[tuple[ClauseKind, str], list[Clause]] = field(
        default_factory=dict[tuple[ClauseKind, str], list[Clause]]
    )

    def __post_init__(self) -> None:
        self.all = clauses(self.spec)
        for each in self.all:
            self._found.setdefault((each.kind, each.operation), []).append(each)

    def of(self, kind: ClauseKind, operation: str = "") -> list[Clause]:
        """The clauses of a kind about an operation, or about the whole API."""
        return self._found.get((kind, operation), [])

    def of_answer(self, kind: ClauseKind, operation: str, answer: Answer, *, is_refusal: bool) -> Iterator[Clause]:
        """The clauses of a kind about the success of an operation, or about a form of refusals."""
        for each in self.of(kind, "" if is_refusal else operation):
            if each.detail is answer or each.detail == answer:
                yield each

    def first(self, kind: ClauseKind, operation: str = "", subject: str = "") -> str:
        """The id of the clause of a kind and a subject; empty where there is none."""
        return next((each.id for each in self.of(kind, operation) if each.subject == subject), "")
