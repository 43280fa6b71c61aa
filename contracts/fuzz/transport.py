"""The one way by which generated requests reach the target, as an adapter of `requests`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from contracts.calls.client import Api, Reply
from contracts.calls.codes import codes_of
from contracts.calls.composing import scheme_for, takes_fields, takes_token
from contracts.calls.noise import is_strange
from contracts.calls.throttling import is_throttled
from contracts.fuzz.families import situational_reasons, status_of
from contracts.fuzz.gate import Gate
from contracts.fuzz.noise import Disturbed, Noise
from contracts.safety.backoff import pause_after
from contracts.target import Account, Capability, Throttled
from openapi.messages import Credentials, Request
from openapi.model import Action, Operation
from openapi.reasons import Reason, widening

WIRE_STATUS = "x-wire-status"  # of the answer as it came
ATTEMPTS = 3

# What an HTTP client adds; none of it was generated, and a signature would cover it.
_ADDED = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "host", "user-agent", "x-schemathesis-testcaseid"}
)


@dataclass
class Transport(BaseAdapter):
    """Puts the wire form back, signs the last bytes, and says in HTTP's own statuses what was answered.

    Credentials are added here, below everything that reports requests.
    """

    api: Api
    operation: Operation
    replies: list[Reply] = field(default_factory=list[Reply])  # since the last `clear`
    waits: float = 0.0  # seconds that were let pass
    waits_for_room: bool = True  # whether a task that no quota has room for is tried again when others have ended
    gate: Gate | None = None  # before a real endpoint
    noise: Noise = field(init=False)

    def __post_init__(self) -> None:
        self.noise = Noise(self.api, self.operation)

    def session(self) -> requests.Session:
        """A session that sends through this transport alone."""
        session = requests.Session()
        session.trust_env = False
        session.adapters.clear()
        for prefix in ("http://", "https://"):
            session.mount(prefix, self)
        return session

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The answer to a generated request. Raises Unreachable, and Unavailable for what must not be sent."""
        restored = self.restore(request)
        if self.gate:
            self.gate.admit(restored)
        reply = self.deliver(restored)
        if self.gate:
            self.gate.heed(reply)
        self.replies.append(reply)
        return _answer(request, reply, self.status(reply))

    def close(self) -> None:
        """Nothing is held."""

    def restore(self, prepared: requests.PreparedRequest) -> Request:
        """The request as a client of the cloud would write it, unsigned."""
        url = urlsplit(prepared.url or "")
        headers = {name.lower(): _text(value) for name, value in prepared.headers.items()}
        headers = {name: value for name, value in headers.items() if name not in _ADDED}
        headers["host"] = urlsplit(self.api.target.base_url).netloc
        path = unquote(url.path, errors="surrogateescape")
        addressing = self.api.spec.addressing
        if addressing is not None and self.operation.action_name:
            path = self.operation.path
            headers[addressing.action_header] = self.operation.action_name
            headers[addressing.version_header] = addressing.version
        return Request(prepared.method or "", path, url.query, headers, _bytes(prepared.body))

    def deliver(self, request: Request) -> Reply:
        """The answer to a request, signed now; sent again after a while when there were too many.

        Raises Throttled where a server that is no mock lets nothing through.
        """
        reply = self._once(request)
        for _ in range(ATTEMPTS):
            seconds = self._patience(reply)
            if not seconds:
                break
            self._wait(seconds)
            reply = self._once(request)
        if self._is_throttled(reply) and not self.api.target.is_mock:
            raise Throttled(f"{self.operation.id} was not let through, but answered with status {reply.status}")
        return reply

    def sign(self, request: Request, account: Account | None = None) -> Request:
        """The request with the credentials of an account, the caller's own unless another is given."""
        account, spec = account or self.api.account, self.api.spec
        if spec.link is not None and self.operation.id == spec.link.operation:
            presigner: Any = scheme_for(spec, spec.link.scheme)
            signed: Request = presigner.presign(request, account.key, self.api.target.now(), spec.link.seconds)
            return signed
        for name in self.operation.schemes:
            has_what_it_takes = account.token if takes_token(name) else account.key.key_id
            if has_what_it_takes and not takes_fields(name):
                key = Credentials("", "", account.token) if takes_token(name) else account.key
                return scheme_for(spec, name).sign(request, key, self.api.target.now())
        return request

    def forge(self, request: Request) -> Request:
        """The request, signed by somebody who does not know the secret."""
        account = self.api.account
        key = replace(account.key, secret=account.key.secret[::-1] + "x")
        return self.sign(request, Account(key, account.project, account.token and "no-such-token"))

    def status(self, reply: Reply) -> int:
        """The status that HTTP would have for what was answered."""
        if not reply.error_code:
            return reply.status
        codes = codes_of(self.api.spec, self.operation.id, reply.error_code, reply.status)
        return int(status_of(self.api.spec, codes or codes_of(self.api.spec, self.operation.id, reply.error_code)))

    def _once(self, request: Request) -> Reply:
        """The answer; on a real endpoint, whose failures may be anybody's, that to a further attempt after one.

        What may have created a task is not sent again. Raises Disturbed, Ill.
        """
        reply = self._sent(request)
        if self.api.target.is_mock or self._is_throttled(reply):
            return reply
        if self.operation.action is Action.CREATE:
            if self.gate and is_strange(reply):
                raise Disturbed(f"{self.operation.id} was answered with {reply.status}: it may have created a task")
            return reply
        return self.noise.pass_over(reply, lambda: self._sent(request))

    def _sent(self, request: Request) -> Reply:
        if Capability.CLOCK not in self.api.target.capabilities:
            self.api.keep_pace(self.operation)
        return self.api.send(self.operation, self.sign(request))

    def _is_throttled(self, reply: Reply) -> bool:
        return is_throttled(self.api.spec, self.operation, reply.status, reply.error_code)

    def _wait(self, seconds: float) -> None:
        self.waits += seconds
        self.api.target.wait(seconds)

    def _patience(self, reply: Reply) -> float:
        """How long to wait before the same request may pass, in seconds; 0 when waiting does not help."""
        if self._is_throttled(reply) and not self.api.target.is_mock:
            return pause_after(reply.headers, 0, self.api.target.now(), Random(len(self.replies)))  # noqa: S311
        if not reply.error_code:
            return 0.0
        codes = codes_of(self.api.spec, self.operation.id, reply.error_code, reply.status)
        reasons = {reason for code in codes for reason in code.when}
        limits = [limit.seconds for limit in self.operation.rate_limits if reasons & set(widening(limit.reason))]
        waits = [0.0]  # one code may answer for both, and then it has to be the longer one
        life = self.api.spec.lifecycle
        if limits and not reasons & {Reason.INVALID, Reason.INTERNAL_ERROR}:
            waits.append(float(max(limits)))
        if self.waits_for_room and life is not None and any(quota.reason in reasons for quota in self.api.spec.quotas):
            waits.append(life.queued_seconds + life.running_seconds + 1)
        return max(waits)


def is_situational(transport: Transport, reply: Reply) -> bool:
    """Whether a refusal may be for the state of things, and not for the request."""
    api, operation = transport.api, transport.operation
    reasons = set(situational_reasons(api.spec, operation.id))
    codes = codes_of(api.spec, operation.id, reply.error_code, reply.status)
    return any(reason in reasons for code in codes for reason in code.when)


def _answer(request: requests.PreparedRequest, reply: Reply, status: int) -> requests.Response:
    headers: Mapping[str, str] = {**reply.headers, WIRE_STATUS: str(reply.status)}
    answer = requests.Response()
    answer.status_code = status
    answer.headers.update(headers)
    answer.raw = HTTPResponse(body=b"", headers=headers, status=status, preload_content=False)
    answer._content = reply.raw  # noqa: SLF001 - how `requests` itself hands over a body that has been read
    answer.url, answer.request = request.url or "", request
    return answer


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
