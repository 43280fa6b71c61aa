"""A mock on a clock that stands still, and requests to it by the name of the operation."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from flask import Flask

from mockserver.accounts import FIRST, Account
from mockserver.app import create_app
from mockserver.clock import MovableClock
from mockserver.engine import Engine
from mockserver.exchange import Exchange
from mockserver.gathering import Gathering
from mockserver.ids import SeededIds
from mockserver.journal import Filter, Journal
from mockserver.memory import MemoryStore
from mockserver.parsing import marks
from mockserver.store import Store
from openapi import binding, examples, markup
from openapi.loader import load_all
from openapi.messages import Credentials, Request, Response
from openapi.model import Action, Operation, Spec
from openapi.model import Answer as Form
from openapi.signatures import Scheme, schemes
from openapi.signatures.tencent import Tc3HmacSha256
from openapi.validation import validator

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
        return markup.read(self.body) if markup.is_markup(self.content_type) else json.loads(self.body)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")


@dataclass(frozen=True)
class Cloud:
    """One mock: `call` an operation, or `make` a request, change it, `sign` it and `send` it."""

    app: Flask
    engine: Engine
    clock: MovableClock
    journal: Journal

    def call(self, api: str, operation: str, account: Account = FIRST, /, **arguments: Any) -> Answer:
        """The answer to a signed request for an operation."""
        return self.send(self.sign(self.make(api, operation, **arguments), api, operation, account))

    def example(self, api: str, operation: str, account: Account = FIRST, /, **changes: Any) -> Answer:
        """The answer to the spec's own example, with some arguments changed; None leaves one out."""
        found = dict(self.operation(api, operation).example) | changes
        return self.call(api, operation, account, **{name: value for name, value in found.items() if value is not None})

    def ready(self, api: str, operation: str) -> dict[str, Any]:
        """Arguments with which the operation succeeds: those of its example, about a task that has ended."""
        arguments = dict(self.operation(api, operation).example)
        bound = {mark.path[0]: mark.value for mark in marks(self.operation(api, operation), "x-bind")}
        if any(value.startswith("task.") for value in bound.values()):
            task = self.finished(api)
            created = f"{datetime.fromtimestamp(task['created'], UTC):%Y%m%d}"
            known = {
                "task.id": task["id"],
                "task.ids": [task["id"]],
                "task.file.name": task["file"],
                "task.created": created,
            }
            arguments |= {name: known[value] for name, value in bound.items() if value in known}
        return arguments

    def finished(self, api: str) -> dict[str, Any]:
        """A new task of the first account that has ended, as the control plane shows it."""
        creator = next(each for each in self.engine.specs[api].operations.values() if each.action is Action.CREATE)
        assert self.example(api, creator.id).status == creator.success.status
        self.wait(LONG_ENOUGH)
        return self.engine.inspection.tasks(api)[-1]

    def accounts_in(self, condition: str) -> list[Account]:
        """The accounts that are in a condition from the start."""
        return [account for account in self.engine.accounts if account.condition == condition]

    def make(self, api: str, operation: str, /, **arguments: Any) -> Request:
        """The request for an operation, not signed."""
        return make(self.engine.specs[api], self.operation(api, operation), arguments)

    def operation(self, api: str, operation: str) -> Operation:
        """An operation, the moments in its example written out."""
        found = self.engine.specs[api].operations[operation]
        return replace(found, example=examples.example(found, datetime.fromtimestamp(self.clock.now(), UTC)))

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
        signer: Scheme = schemes()[chosen]
        if isinstance(signer, Tc3HmacSha256):  # which would take the service from the host
            signer = replace(signer, service=self.engine.specs[api].authentication.service)
        return signer.sign(request, key, datetime.fromtimestamp(self.clock.now(), UTC))

    def send(self, request: Request) -> Answer:
        return read(handle(self.engine, request))

    def ask(self, request: Request) -> Answer:
        """The answer of the whole application, over WSGI."""
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            started.extend((int(status[:3]), {name.lower(): value for name, value in headers}))

        body = b"".join(self.app(environ_of(request), start_response))  # type: ignore[arg-type]
        return Answer(started[0], started[1], body)

    def follow(self, url: str) -> Answer:
        """The answer to a link, as whoever holds no key follows it."""
        parts = urlsplit(url)
        return self.send(Request("GET", parts.path, parts.query, {"host": parts.netloc}))

    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def last(self) -> Exchange:
        """The last exchange of the journal."""
        return self.journal.find(Filter(limit=1))[-1]


def handle(engine: Engine, request: Request) -> Response:
    """An answer as a server gives it, which keeps together what requests do to a store that is shared."""
    if not engine.store.is_shared:
        return engine.handle(request)
    (answer,) = gather(engine, request)
    return answer if isinstance(answer, Response) else answer()


def gather(engine: Engine, *requests: Request) -> list[Response | Callable[[], Response]]:
    """The answers to requests that came at the same time, as a server gives them whose store is shared."""
    gathering = Gathering(engine)
    return gathering.begin([*map(gathering.foresee, requests)])


def operations(*actions: Action) -> list[Any]:
    """Every operation of every API as a parameter of tests, or those that do one of `actions`."""
    found = [each for spec in specs().values() for each in spec.operations.values()]
    return [pytest.param(o.api, o.id, id=f"{o.api}/{o.id}") for o in found if not actions or o.action in actions]


def assert_refused(answer: Answer, api: str, operation: str, reason: str, parameter: str = "") -> None:
    """The answer is the one that the spec has for the reason: its code, its status, its envelope."""
    spec = specs()[api]
    entry = spec.error_code(operation, reason, parameter)
    assert (code_of(answer, spec), answer.status) == (entry.code, entry.status), answer.body
    assert_documented(answer, spec)


def assert_documented(answer: Answer, spec: Spec) -> None:
    """The answer is a refusal in the provider's envelope."""
    code = code_of(answer, spec)
    entries = [each for each in spec.error_codes if (each.code, each.status) == (code, answer.status)]
    assert any(_has_form(answer, spec.refusal_of(each)) for each in entries), answer


def _has_form(answer: Answer, form: Form) -> bool:
    is_valid = form.schema is not None and validator(form.schema).is_valid(answer.json)
    return is_valid and answer.content_type == form.content_type and form.headers.keys() <= answer.headers.keys()


def code_of(answer: Answer, spec: Spec) -> str:
    """The error code of a refusal, whichever form it has; `None` as text where it has none."""
    said = (binding.read(form.schema or {}, answer.json).get("error.code") for form in spec.refusals)
    return str(next((code for code in said if code is not None), None))


def start(chosen: Mapping[str, Spec] | None = None, *, any_resource: bool = False, store: Store | None = None) -> Cloud:
    """A mock of its own."""
    clock = MovableClock(lambda: START)
    clock.freeze()
    kept, ids = store or MemoryStore(), SeededIds(7)
    app = create_app(specs=chosen or specs(), clock=clock, ids=ids, any_resource=any_resource, store=kept)
    controls = app.extensions["mock"]
    return Cloud(app, controls.engine, clock, controls.journal)


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


def with_headers(request: Request, **changes: str | None) -> Request:
    """`request` with other headers; `_` stands for a dash, and None leaves one out."""
    headers = dict(request.headers) | {name.replace("_", "-"): value for name, value in changes.items()}
    return replace(request, headers={name: value for name, value in headers.items() if value is not None})


def host_of(spec: Spec) -> str:
    return spec.hosts[0].replace("*", "region")


def environ_of(request: Request) -> dict[str, Any]:
    """The request as a WSGI server hands it over."""
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": _native(request.path),
        "QUERY_STRING": _native(request.query),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "CONTENT_TYPE": headers.pop("HTTP_CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        **headers,
    }


def _native(text: str) -> str:
    """Text as WSGI has it: its bytes, each as one character."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
