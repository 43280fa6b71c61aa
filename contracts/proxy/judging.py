"""What passes, judged by one edition of the pages of one API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256

from contracts.calls.client import Reader, reader
from contracts.calls.exchange import Exchange
from contracts.fuzz.wire import Reading, Unclear, WireReader, wire_reader
from contracts.proxy.answers import Answers
from contracts.proxy.arguments import Arguments
from contracts.proxy.facts import Facts
from contracts.proxy.files import Files
from contracts.proxy.lists import Lists
from contracts.proxy.passed import Passed
from contracts.proxy.points import Book, Observed, Point
from contracts.proxy.rates import Rates
from contracts.proxy.tape import unpacked
from contracts.proxy.tasks import Tasks
from contracts.redaction.members import Kind, claims
from openapi.messages import Request
from openapi.model import Operation, Spec


@dataclass
class Judging:
    """Everything that is known of a server that speaks one API; nothing of another account's is mixed in."""

    spec: Spec
    book: Book = field(init=False)
    tasks: Tasks = field(init=False)
    _readers: dict[str, tuple[Reader, WireReader]] = field(default_factory=dict[str, tuple[Reader, WireReader]])

    def __post_init__(self) -> None:
        self.book = Book(self.spec)
        self.forget()

    def forget(self) -> None:
        """Know nothing of any task or call: the server was told to start anew."""
        self.tasks = Tasks(self.book)
        self._arguments, self._answers = Arguments(self.book), Answers(self.book)
        self._facts, self._lists = Facts(self.book, self.tasks), Lists(self.book)
        self._rates, self._files = Rates(self.book), Files(self.book, self.tasks)

    def judge(self, passed: Passed, exchange: Exchange, operation: Operation) -> Iterator[Point]:
        """What one more exchange shows, beside those before it."""
        seen = self._observe(passed, exchange, operation)
        judges = (self._answers, self._arguments, self.tasks, self._facts, self._lists, self._rates, self._files)
        for each in judges:
            yield from each.judge(seen)

    def _observe(self, passed: Passed, exchange: Exchange, operation: Operation) -> Observed:
        if operation.id not in self._readers:
            self._readers[operation.id] = reader(self.spec, operation), wire_reader(self.spec, operation)
        answers, requests = self._readers[operation.id]
        request, response = passed.request(), passed.response()
        reading = self._read(requests, passed, request)
        coding = response.headers.get("content-encoding", "").strip().lower()
        body = passed.response_body
        is_whole = body.is_whole and (not body.length or unpacked(body.beginning, coding) is not None)
        return Observed(
            passed=passed,
            operation=operation,
            reply=answers.read(response, exchange),
            reading=reading,
            caller=caller_of(request),
            tenant=_tenant(operation, reading),
            is_whole=is_whole and passed.method != "HEAD",
        )

    def _read(self, requests: WireReader, passed: Passed, request: Request) -> Reading | None:
        """The arguments of a request; None where they can be read in more than one way, or are those of a link."""
        is_link = self.spec.link is not None and self.spec.link.operation == requests.operation.id
        if is_link or not passed.request_body.is_whole or "content-encoding" in request.headers:
            return None
        with suppress(Unclear):
            return requests.read(request)
        return None


def caller_of(request: Request) -> str:
    """Which key or token a request carries, as a digest that tells callers apart and tells nothing else."""
    shown = sorted(value for kind, value in claims(request) if kind in {Kind.KEY, Kind.TOKEN} and value)
    return sha256("\n".join(shown).encode("utf-8", "surrogateescape")).hexdigest()[:16] if shown else ""


def _tenant(operation: Operation, reading: Reading | None) -> str:
    """Whose things a request is about, where one of its parameters says so."""
    names = [each.name for each in operation.parameters if each.schema.get("x-tenant")]
    return next((str(reading.arguments[name]) for name in names if reading and name in reading.arguments), "")
