"""Calling the operations of a spec, wherever they are served, and reading the answers through it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from random import Random
from typing import Unpack
from urllib.parse import unquote, urlsplit

from contracts.calls.bodies import read_json
from contracts.calls.composing import (
    Arguments,
    Composed,
    carrying,
    compose,
    compose_fields,
    scheme_for,
    takes_fields,
    takes_token,
)
from contracts.calls.envelopes import Envelopes, envelopes
from contracts.calls.exchange import Exchange
from contracts.calls.how import SAME_REQUEST, How
from contracts.calls.noise import PAUSES, REPEATABLE, Kind, is_meant, is_strange, kind_of, steady, unanswered
from contracts.calls.shared import Shared
from contracts.calls.throttling import ATTEMPTS, is_throttled
from contracts.redaction.learning import learn
from contracts.safety.backoff import pause_after
from contracts.target import PATIENCE, Account, Errand, Target, Throttled, Toll, Unavailable, Unreachable
from openapi import examples, markup
from openapi.binding import read
from openapi.messages import Credentials, Request, Response
from openapi.model import Action, Json, Operation, Schema, Spec
from openapi.validation import Validator, validator

KEPT = 50  # exchanges of one check that evidence is taken from
REFUSED = 300  # where HTTP's successes end


@dataclass(frozen=True, slots=True)
class Run:
    """What holds for a whole run."""

    seed: int = 0
    max_examples: int = 25  # generated requests per operation
    patience: float = PATIENCE  # seconds that a check of a real endpoint may wait in all
    is_rough: bool = False  # whether nobody counts how often a task is looked at until it is over


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read through the spec."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    raw: bytes
    body: Json  # None where it is no JSON
    accepted: bool  # whether it is the documented success, and no refusal
    values: Mapping[str, Json]  # by the names that the schema binds: task.id, error.code …
    exchange: Exchange

    @property
    def error_code(self) -> str:
        """The code of a refusal; empty for anything else."""
        return "" if self.accepted else str(self.values.get("error.code", ""))

    @property
    def file(self) -> bytes | None:
        """The bytes of a file; None for any other answer."""
        return self.raw if self.accepted and self.body is None else None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the answers of one operation; everything derivable is compiled once."""

    schema: Schema | None
    is_file: bool
    success: Validator | None
    refusals: Envelopes

    def read(self, response: Response, exchange: Exchange) -> Reply:
        """The answer as the documented success, as a documented refusal, or as neither."""
        status, headers = response.status, response.headers
        raw = response.body if isinstance(response.body, bytes) else b"".join(response.body)
        is_markup = status >= REFUSED and markup.is_markup(headers.get("content-type", ""))
        body = markup.read(raw) if is_markup else read_json(raw)
        if status < REFUSED and not self.refusals.take(body) and self._is_success(body, raw):
            values = read(self.schema, body) if self.schema is not None else {}
            return Reply(
                status, headers, raw, None if self.is_file else body, accepted=True, values=values, exchange=exchange
            )
        said, _ = self.refusals.open(body)
        return Reply(status, headers, raw, body, accepted=False, values=said, exchange=exchange)

    def _is_success(self, body: Json, raw: bytes) -> bool:
        if self.success is not None:
            return self.success.is_valid(body)
        return bool(raw) if self.is_file else True


def reader(spec: Spec, operation: Operation) -> Reader:
    """The reader of an operation's answers."""
    schema = operation.success.schema
    is_file = schema is None and bool(operation.success.content_type)
    return Reader(schema, is_file, validator(schema) if schema is not None else None, envelopes(spec))


@dataclass
class Api:
    """One account's view of one API of the target."""

    target: Target
    spec: Spec
    which: str = "first"
    run: Run = field(default_factory=Run)
    readers: dict[tuple[str, str], Reader] = field(default_factory=dict[tuple[str, str], Reader])  # of all APIs
    account: Account = field(init=False)
    created: dict[str, Arguments] = field(default_factory=dict[str, Arguments])  # by the id of the task
    locks: bool = False  # whether what is sent may lock the key, on purpose
    exchanges: deque[Exchange] = field(default_factory=lambda: deque(maxlen=KEPT))
    toll: Toll | None = None
    is_spare: bool = False  # whether the check can do without the tasks that it creates now
    noise: list[Kind] = field(default_factory=list[Kind])  # answers of a real endpoint that may be nobody's fault
    shared: Shared = field(default_factory=Shared)  # with other checks that are given the same
    _examples: dict[str, tuple[datetime, dict[str, Json]]] = field(
        default_factory=dict[str, tuple[datetime, dict[str, Json]]]
    )  # by operation, as they were at a moment
    _composed: Composed | None = None  # the last call that had nothing different about it

    def __post_init__(self) -> None:
        self.account = self.target.account(self.which)

    def as_account(self, which: str) -> Api:
        """The view of another account; what it sends is evidence of the same check. Raises Unavailable."""
        other = Api(self.target, self.spec, which, self.run, self.readers)
        other.created, other.exchanges = self.created, self.exchanges
        other.toll, other.noise, other.shared = self.toll, self.noise, self.shared
        return other

    def operation(self, name: str) -> Operation:
        """An operation by its id."""
        return self.spec.operations[name]

    def call(self, operation: Operation, arguments: Arguments | None = None, **how: Unpack[How]) -> Reply:
        """Call with the spec's own example, some arguments of it changed, signed unless `how` says otherwise.

        Waits where the documented rate limits ask for it. Raises Unreachable, TooLong, and Throttled where a server
        that is no mock lets nothing through.
        """
        given = self.example(operation)
        given.update(arguments or {})
        for name in how.get("omit", ()):
            given.pop(name, None)
        if how.get("hurry"):
            return self.send(operation, self._compose(operation, given, how), hurry=True)
        reply = self._let_through(operation, given, how)
        for seconds in PAUSES if operation.action in REPEATABLE else ():
            if not self._is_noise(operation, reply) or is_meant(reply):
                break
            self.target.wait(seconds, f"a better answer of {operation.id}")
            reply = self._let_through(operation, given, how)
        return reply

    def _let_through(self, operation: Operation, given: Arguments, how: How) -> Reply:
        """The answer to a call, made again as long as it is throttled. Raises Throttled."""
        self.keep_pace(operation)
        reply = self.send(operation, self._compose(operation, given, how))
        if self.target.is_mock:
            return reply
        for attempt in range(ATTEMPTS):
            if not is_throttled(self.spec, operation, reply.status, reply.error_code):
                self.target.pace.quicken(self._kind(operation))
                return reply
            if reply.status != HTTPStatus.SERVICE_UNAVAILABLE:  # which need not be about the pace
                self.target.pace.slow(self._kind(operation))
            pause = pause_after(reply.headers, attempt, self.target.now(), self._chance(operation))
            self.target.wait(pause, f"{operation.id}, which was throttled")
            reply = self.send(operation, self._compose(operation, given, how))
        if is_throttled(self.spec, operation, reply.status, reply.error_code):
            said = f"with status {reply.status} {reply.error_code}".rstrip()
            raise Throttled(f"{operation.id} was not let through in {ATTEMPTS + 1} attempts, but answered {said}")
        return reply

    def example(self, operation: Operation) -> dict[str, Json]:
        """The arguments of the spec's example, with the caller's own project and region."""
        now, known = self.target.now(), self._examples.get(operation.id)
        if known is None or known[0] != now:
            given = examples.example(operation, now)
            for keyword, own in (("x-tenant", self.account.project), ("x-region", self.account.region)):
                given.update(dict.fromkeys(carrying(operation, keyword) if own else (), own))
            known = self._examples[operation.id] = now, given
        return dict(known[1])

    def send(self, operation: Operation, request: Request, origin: str = "", *, hurry: bool = False) -> Reply:
        """Send a request as it is, and read the answer as one of `operation`; `hurry` as in an errand."""
        if self.toll is not None:
            self.toll.spend()
        try:
            response = self.target.send(request, self._errand(operation, hurry=hurry), origin)
        except Unreachable as error:
            if error.may_have_arrived and operation.action is Action.CREATE:  # which is the one that is not sent again
                self.noise.append(unanswered(operation))
            raise
        exchange = Exchange(request, origin or self.target.base_url, response, self.target.redactor)
        self.exchanges.append(exchange)
        self.target.pace.count(self._kind(operation), self.target.now())
        key = (self.spec.name, operation.id)
        if key not in self.readers:
            self.readers[key] = reader(self.spec, operation)
        reply = self.readers[key].read(response, exchange)
        learn(self.target.redactor, self.spec, operation.success, reply.headers, reply.body)
        if operation.action is Action.CREATE and reply.accepted and self.toll is not None:
            self.toll.create()
        if self._is_noise(operation, reply):
            self.noise.append(kind_of(operation, reply))
        if not origin:
            self.shared.hear(self.spec, self.which, operation, reply)
        return reply

    def _errand(self, operation: Operation, *, hurry: bool) -> Errand:
        return Errand(self.spec, operation, self.which, hurry, self.locks, self.is_spare)

    def _is_noise(self, operation: Operation, reply: Reply) -> bool:
        """Whether an answer of a real endpoint may be the fault of no request."""
        return not self.target.is_mock and is_strange(reply) and kind_of(operation, reply) not in steady(self.target)

    def follow(
        self, operation: Operation, link: str, headers: Mapping[str, str] | None = None, method: str = "GET"
    ) -> Reply:
        """What a link leads to, fetched without credentials, read as an answer of `operation`."""
        url = urlsplit(link)
        path = unquote(url.path, errors="surrogateescape") or "/"
        request = Request(method, path, url.query, {"host": url.netloc, **(headers or {})})
        return self.send(operation, request, f"{url.scheme}://{url.netloc}")

    def scheme(self, operation: Operation) -> str:
        """The first documented scheme for which the account has what it takes."""
        for name in operation.schemes:
            if self.account.token if takes_token(name) else self.account.key.key_id:
                return name
        return next(iter(operation.schemes), "")

    def keep_pace(self, operation: Operation) -> None:
        """Wait until one more call keeps within every documented rate limit. Raises TooLong."""
        delay = self.target.pace.delay(self._kind(operation), operation.rate_limits, self.target.now())
        self.target.wait(delay, f"the documented rate of {operation.id}")

    def _chance(self, operation: Operation) -> Random:
        """What decides about a pause: the same in every run with the same seed, and another one for each call."""
        return Random(f"{self.run.seed} {operation.id} {len(self.exchanges)}")  # noqa: S311 - nothing to guess

    def _kind(self, operation: Operation) -> tuple[str, ...]:
        """What rate limits count together."""
        return self.spec.name, operation.id, self.account.key.key_id or self.account.token

    def _compose(self, operation: Operation, arguments: Arguments, how: How) -> Request:
        """The signed request; that of the last call where this one is the same, at the same moment."""
        if not how.keys() <= SAME_REQUEST:
            return self._composed_anew(operation, arguments, how)
        now, last = self.target.now(), self._composed
        if last is None or not last.is_same(operation, arguments, now):
            last = Composed(operation, arguments, now, self._composed_anew(operation, arguments, how))
            self._composed = last
        return last.request

    def _composed_anew(self, operation: Operation, arguments: Arguments, how: How) -> Request:
        scheme = how.get("scheme", self.scheme(operation))
        compose_as = compose_fields if scheme and takes_fields(scheme) else compose
        request = compose_as(self.spec, operation, arguments, urlsplit(self.target.base_url).netloc)
        if "body" in how:
            request = replace(request, body=how["body"])
        if "headers" in how or "" in request.headers.values():
            headers = {**request.headers, **how.get("headers", {})}
            request = replace(request, headers={name: value for name, value in headers.items() if value != ""})
        request = how["before"](request) if "before" in how else request
        if scheme:
            account = how.get("sign_as", self.account)
            if takes_token(scheme) and not account.token:
                raise Unavailable(f"the profile names no token of the account {self.which!r}")
            key = Credentials("", "", account.token) if takes_token(scheme) else account.key
            request = scheme_for(self.spec, scheme, account.region).sign(
                request, key, how.get("now", self.target.now())
            )
        return how["after"](request) if "after" in how else request
