"""A mock on a clock that stands still, and requests to it by the name of the operation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from mockserver.accounts import FIRST, SECOND, Account, Accounts, in_conditions
from mockserver.clock import MovableClock
from mockserver.engine import Engine
from mockserver.ids import SeededIds
from mockserver.journal import Exchange, Filter, Journal
from mockserver.memory import MemoryStore
from openapi.loader import load_all
from openapi.messages import Credentials, Request, Response
from openapi.model import Operation, Spec
from openapi.signatures import schemes

START = datetime(2026, 1, 31, 8, 9, 10, tzinfo=UTC).timestamp()
LONG_ENOUGH = 60  # seconds: every task has ended, and nothing has expired


@cache
def specs() -> Mapping[str, Spec]:
    """All specs, with the readings that they come with."""
    return load_all()


@dataclass(frozen=True)
class Answer:
    """A response, read."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


@dataclass(frozen=True)
class Cloud:
    """One mock: `call` an operation, or `make` a request, change it, `sign` it and `send` it."""

    engine: Engine
    clock: MovableClock
    journal: Journal
    accounts: Accounts

    def call(self, api: str, operation: str, account: Account = FIRST, /, **arguments: Any) -> Answer:
        """The answer to a signed request for an operation."""
        return self.send(self.sign(self.make(api, operation, **arguments), api, operation, account))

    def example(self, api: str, operation: str, account: Account = FIRST, **changes: Any) -> Answer:
        """The answer to the spec's own example, with some arguments changed; None leaves one out."""
        found = dict(self.operation(api, operation).example) | changes
        return self.call(api, operation, account, **{name: value for name, value in found.items() if value is not None})

    def make(self, api: str, operation: str, **arguments: Any) -> Request:
        """The request for an operation, not signed."""
        return make(self.engine.specs[api], self.operation(api, operation), arguments)

    def operation(self, api: str, operation: str) -> Operation:
        return self.engine.specs[api].operations[operation]

    def sign(
        self, request: Request, api: str, operation: str, account: Account | Credentials = FIRST, *, scheme: str = ""
    ) -> Request:
        """`request`, signed now by an account or with other credentials, in the first way that the operation takes."""
        names = self.operation(api, operation).schemes
        if not names:
            return request
        chosen = scheme or next(name for name in names if name != "x-auth-token")
        key = account if isinstance(account, Credentials) else account.key
        if chosen == "x-auth-token" and isinstance(account, Account):
            key = replace(key, token=account.token)
        return schemes()[chosen].sign(request, key, datetime.fromtimestamp(self.clock.now(), UTC))

    def send(self, request: Request) -> Answer:
        return read(self.engine.handle(request))

    def follow(self, url: str) -> Answer:
        """The answer to a link, as whoever holds no key follows it."""
        parts = urlsplit(url)
        return self.send(Request("GET", parts.path, parts.query, {"host": parts.netloc}))

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def last(self) -> Exchange:
        """The last exchange of the journal."""
        return self.journal.find(Filter())[-1]


def start(chosen: Mapping[str, Spec] | None = None, *, any_resource: bool = False) -> Cloud:
    """A mock of its own."""
    chosen = chosen or specs()
    clock, journal = MovableClock(lambda: START), Journal()
    clock.freeze()
    accounts = Accounts([FIRST, SECOND, *in_conditions(chosen.values())])
    engine = Engine(
        chosen,
        clock=clock,
        ids=SeededIds(7),
        store=MemoryStore(),
        accounts=accounts,
        journal=journal,
        any_resource=any_resource,
    )
    return Cloud(engine, clock, journal, accounts)


def read(response: Response) -> Answer:
    body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
    return Answer(response.status, response.headers, body)


def make(spec: Spec, operation: Operation, arguments: Mapping[str, Any]) -> Request:
    """The request for an operation with these arguments, at the provider's own host."""
    headers = {"host": host_of(spec)}
    path, query = operation.path, []
    body = dict(arguments)
    for parameter in operation.parameters:
        if parameter.name not in body:
            continue
        value = body.pop(parameter.name)
        if parameter.where == "path":
            path = path.replace(f"{{{parameter.name}}}", str(value))
        elif parameter.where == "header":
            headers[parameter.name.lower()] = str(value)
        else:
            query += [(parameter.name, spell(each)) for each in (value if isinstance(value, list) else [value])]
    if spec.addressing and operation.action_name:
        headers[spec.addressing.action_header] = operation.action_name
        headers[spec.addressing.version_header] = spec.addressing.version
    sent = json.dumps(body).encode() if operation.body is not None else b""
    if sent:
        headers["content-type"] = "application/json"
    return Request(operation.method, path, urlencode(query, quote_via=quote), headers, sent)


def spell(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def host_of(spec: Spec) -> str:
    return spec.hosts[0].replace("*", "region")


def environ_of(request: Request) -> dict[str, Any]:
    """The request as a WSGI server hands it over."""
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    plain = {name: headers.pop(f"HTTP_{name}") for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if f"HTTP_{name}" in headers}
    return {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": request.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "CONTENT_LENGTH": str(len(request.body)),
        **headers,
        **plain,
    }


def ask(app: Any, request: Request) -> Answer:
    """The answer of a WSGI application."""
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        started.extend((int(status[:3]), {name.lower(): value for name, value in headers}))

    body = b"".join(app(environ_of(request), start_response))
    return Answer(started[0], started[1], body)
