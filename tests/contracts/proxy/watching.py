"""Traffic with a mock inside this process, watched as the proxy watches it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.calls.client import Api, Reply
from contracts.calls.exchange import Exchange
from contracts.proxy.court import Court, Told
from contracts.proxy.passed import Passed
from contracts.targets.embedded import open_embedded
from contracts.targets.urls import wire_url
from openapi.document import patch
from openapi.loader import spec_of
from openapi.messages import Request, Response
from tests.contracts.bent import spec

ORIGIN = "https://cloud.example.com"
Tamper = Callable[[Response], Response]
TOOK = 0.01  # seconds, for every exchange


@dataclass
class Watched:
    """A client of a mock, whose spec may be changed, before the eyes of a court that knows the true one."""

    name: str
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    told: list[Told] = field(default_factory=list[Told])

    def __post_init__(self) -> None:
        own = spec(self.name)
        served = spec_of(patch(dict(own.document), self.changes), Path(own.path), {})
        target = open_embedded({self.name: served} | {name: spec(name) for name in served.companions}, seed=1)
        self.api = Api(target, own)
        self.court = Court({self.name: own}, ORIGIN, self.told.append)

    def call(
        self, operation: str, arguments: Mapping[str, Any] | None = None, tamper: Tamper | None = None, **how: Any
    ) -> Reply:
        """The answer to a call, once the court has seen it; or what `tamper` has made of it."""
        reply = self.api.call(self.api.operation(operation), arguments, **how)
        exchange = reply.exchange
        if tamper is not None:
            exchange = replace(exchange, response=tamper(exchange.response))
        self.see(passed_of(exchange, self.api.target.now().timestamp()))
        return reply

    def wait_for_end(self) -> None:
        """Let time pass until every task has ended, and calls count anew."""
        self.api.target.wait(30)

    def send(self, request: Request, response: Response, began: float = 0.0) -> Told:
        """An exchange that is made up; what was told of it."""
        exchange = Exchange(request, ORIGIN, response, self.court.redactor)
        self.see(passed_of(exchange, began or self.api.target.now().timestamp()))
        return self.told[-1]

    def see(self, passed: Passed) -> None:
        self.court.judge(passed)
        self.api.target.wait(2 * TOOK)  # the next one begins when this one has ended
        assert self.court.mistakes == []

    def wait(self, seconds: float) -> None:
        self.api.target.wait(seconds)

    @property
    def entries(self) -> dict[str, dict[str, Any]]:
        return self.court.ledgers[self.name].entries

    def broken(self) -> list[str]:
        return self._with("broken")

    def noticed(self) -> list[str]:
        """What is broken, or would be if anybody had promised it."""
        start = len(self.name) + 1
        return [name[start:] for name, entry in self.entries.items() if entry["severity"] != "none"]

    def held(self) -> list[str]:
        return self._with("held")

    def _with(self, verdict: str) -> list[str]:
        start = len(self.name) + 1
        return [name[start:] for name, entry in self.entries.items() if entry["verdict"] == verdict]


def passed_of(exchange: Exchange, began: float) -> Passed:
    """An exchange as the proxy would have passed it on."""
    request, response = exchange.request, exchange.response
    passed = Passed(
        method=request.method,
        target=wire_url(request, "").encode("ascii"),
        request_headers=_raw(request.headers),
        began=began,
        at=datetime.fromtimestamp(began, UTC),
        status=response.status,
        response_headers=_raw(response.headers),
        ended=began + TOOK,
    )
    passed.request_body.add(request.body)
    passed.response_body.add(response.body if isinstance(response.body, bytes) else b"".join(response.body))
    return passed


def body(change: Callable[[Any], Any]) -> Tamper:
    """Another body: the JSON of the true one, changed in place or replaced."""

    def tamper(response: Response) -> Response:
        assert isinstance(response.body, bytes)
        found = json.loads(response.body)
        changed = change(found)
        return replace(response, body=json.dumps(found if changed is None else changed).encode())

    return tamper


def header(name: str, value: str) -> Tamper:
    """Another value of a header; empty: none."""

    def tamper(response: Response) -> Response:
        kept = {key: each for key, each in response.headers.items() if key.lower() != name.lower()}
        return replace(response, headers=kept | ({name: value} if value else {}))

    return tamper


def status(code: int) -> Tamper:
    return lambda response: replace(response, status=code)


def _raw(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in headers.items())
