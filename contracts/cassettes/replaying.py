"""A cassette sent again, exchange by exchange, and compared with what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contracts.calls.client import Api, Run
from contracts.calls.throttling import is_throttled
from contracts.cassettes.adopting import Adopted
from contracts.cassettes.comparison import Comparison, Difference, task_of
from contracts.cassettes.composing import Composer
from contracts.cassettes.entry import Entry, Mark
from contracts.cassettes.names import Nameless, Names
from contracts.cassettes.normalising import Normaliser
from contracts.cassettes.transcribing import Sent, Transcriber
from contracts.redaction import redactor_of
from contracts.target import Account, Errand, Target, Unavailable
from openapi.model import Action, Json, Operation, Schema, Spec
from openapi.reasons import Reason

ROUNDS = 8  # in which a task is asked for that is finished in the cassette, and not yet here
LOOKING = frozenset({Action.SHOW, Action.LIST, Action.LINK, Action.DOWNLOAD})
_COUNTED = re.compile(r"<(?:task|link|place|token|account|project-id)-\d+>")  # names that answers give values to
_TASK = re.compile(r"<task-\d+>")
_WHY = {
    Mark.FORGED: "its signature, or its link, was changed on purpose",
    Mark.LARGE: "its body was too long to be kept",
    Mark.ARRANGED: "only a control plane makes the situation that it was sent in",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an entry."""

    entry: Entry
    differences: tuple[Difference, ...] = ()
    left_out: str = ""  # why it was not sent; empty: it was


@dataclass
class Replay:
    """A session that follows a cassette."""

    target: Target
    accounts: Mapping[str, Account]
    names: Names = field(default_factory=lambda: Names("new-"))
    apis: dict[tuple[str, str], Api] = field(default_factory=dict[tuple[str, str], Api])
    _missing: set[str] = field(default_factory=set[str])  # names of tasks whose creation was left out
    _begun: tuple[datetime, datetime] | None = None  # when, in the cassette and here
    _forged: bool = False  # whether signatures were wrong since everything was forgotten

    def __post_init__(self) -> None:
        redactor = redactor_of(self.accounts) if self.target.is_mock else self.target.redactor
        self.composer = Composer(self.target, self.names)
        self.told = Transcriber(Normaliser(redactor, self.names), self.accounts)

    def play(self, entries: Iterable[Adopted | Entry]) -> Iterator[Outcome]:
        """What comes of each entry, in their order. Raises Unreachable."""
        for each in entries:
            if isinstance(each, Entry):
                yield Outcome(each, left_out="no documented operation is addressed")
                continue
            self._begin(each.entry)
            outcome = self._outcome(each)
            if outcome.left_out and each.operation.action is Action.CREATE:
                self._missing |= set(_TASK.findall(each.entry.raw.decode(errors="replace")))
            yield outcome

    def _outcome(self, adopted: Adopted) -> Outcome:
        entry = adopted.entry
        why = next((_WHY[mark] for mark in _WHY if mark in entry.marks), "")
        self._forged = (self._forged and Mark.FRESH not in entry.marks) or Mark.FORGED in entry.marks
        why = why or self._passing(adopted)
        if why:
            return Outcome(entry, left_out=why)
        try:
            return Outcome(entry, tuple(self._compared(adopted)))
        except Nameless as error:
            return Outcome(entry, left_out=f"it needs {error}, which nothing here has given")
        except Unavailable as error:
            return Outcome(entry, left_out=str(error))

    def _compared(self, adopted: Adopted) -> list[Difference]:
        """The differences, once the target has come as far. Raises Nameless, Unavailable, Unreachable."""
        spec, operation, entry = adopted.spec, adopted.operation, adopted.entry
        self._let_time_pass(entry)
        missing = frozenset(self._missing)
        comparison = Comparison(spec, operation, entry, self._sent(spec, operation, entry), missing)
        for _ in range(ROUNDS):
            if operation.action not in LOOKING or not comparison.is_behind():
                break
            self.target.wait(_pause(spec))
            comparison = Comparison(spec, operation, entry, self._sent(spec, operation, entry), missing)
        return list(comparison.differences())

    def _sent(self, spec: Spec, operation: Operation, entry: Entry) -> Entry:
        """The exchange as it goes now."""
        api = self._api(spec, entry.account)
        request, origin = self.composer.compose(spec, operation, entry)
        api.keep_pace(operation)
        now = self.target.now()
        reply = api.send(operation, request, origin)
        if entry.accepted and reply.accepted:
            self._meet(operation.success.schema or {}, _json(entry.raw), reply.body)
        errand = Errand(spec, operation, entry.account)
        sent = Sent(request, origin or self.target.base_url, reply.exchange.response, errand, now, entry.clause)
        return self.told.entry(entry.number, sent)

    def _meet(self, schema: Schema, recorded: Json, now: Json) -> None:
        """Let the names in an answer of the cassette stand for what stands in their places now."""
        if isinstance(recorded, dict) and isinstance(now, dict):
            parts = schema.get("properties", {})
            for name in recorded.keys() & now.keys():
                self._meet(parts.get(name, {}), recorded[name], now[name])
        elif isinstance(recorded, list) and isinstance(now, list) and "x-each" in schema:
            item = schema.get("items", {})
            tasks = {self.names.known(task_of(item, each)): each for each in now}
            for each in recorded:
                self._meet(item, each, tasks.get(task_of(item, each)))
        elif isinstance(recorded, list) and isinstance(now, list):
            for one, other in zip(recorded, now, strict=False):
                self._meet(schema.get("items", {}), one, other)
        elif isinstance(recorded, str) and _COUNTED.fullmatch(recorded) and isinstance(now, str | int):
            self.names.bind(recorded, now)

    def _begin(self, entry: Entry) -> None:
        """A mock forgets everything where that of the cassette did; anything else has all patience again."""
        is_fresh = Mark.FRESH in entry.marks and self.target.is_mock
        if is_fresh or not self.target.is_mock:
            self.target.reset()
        if is_fresh:
            self.composer.forget()
        if is_fresh or self._begun is None:
            self._begun = entry.started, self.target.now()

    def _let_time_pass(self, entry: Entry) -> None:
        """As much as passed in the cassette. Raises Unavailable where nobody is so patient."""
        assert self._begun is not None
        recorded, here = self._begun
        late = (entry.started - recorded) - (self.target.now() - here)
        if late.total_seconds() > 0:
            self.target.wait(min(late.total_seconds(), self.target.patience), "the pace of the cassette")

    def _passing(self, adopted: Adopted) -> str:
        """Why an entry was refused only for the moment; empty where it was not."""
        spec, operation, entry = adopted.spec, adopted.operation, adopted.entry
        if entry.accepted:
            return ""
        code = Comparison(spec, operation, entry, entry).code(entry)
        limits = {each.reason for each in operation.rate_limits}
        limited = {each.code for each in spec.error_codes if limits & set(each.when)}
        if code in limited or is_throttled(spec, operation, entry.response.status, code):
            return "it was answered that calls came too often"
        locks = {each.code for each in spec.error_codes if Reason.LOCKED_KEY in each.when}
        return "it was refused after signatures that were wrong" if self._forged and code in locks else ""

    def _api(self, spec: Spec, which: str) -> Api:
        key = (spec.name, which)
        if key not in self.apis:
            self.apis[key] = Api(self.target, spec, which, Run())
        return self.apis[key]


def _pause(spec: Spec) -> float:
    """Seconds after which a task has come further."""
    life = spec.lifecycle
    return max((life.queued_seconds + life.running_seconds) / 2, 1.0) if life else 1.0


def _json(raw: bytes) -> Json:
    try:
        body: Json = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body
