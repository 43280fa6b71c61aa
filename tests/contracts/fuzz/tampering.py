"""A server that is wrong in ways that no spec can say: the mock, with somebody in between."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from contracts.targets.embedded import BASE_URL
from contracts.targets.mock import Mock
from contracts.targets.wsgi import Wsgi
from mockserver import create_app
from mockserver.clock import MovableClock
from mockserver.ids import SeededIds
from openapi.messages import Request, Response
from openapi.model import Spec

Forward = Callable[[Request], Response]
Tamper = Callable[[Request, Forward], Response]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Between:
    """Sends requests on, or does something else with them; remembers them all."""

    def __init__(self, wire: Wsgi, tamper: Tamper) -> None:
        self._wire = wire
        self._tamper = tamper
        self.sent: list[Request] = []

    def send(self, request: Request, origin: str = "") -> Response:
        if request.path.startswith("/_mock/"):
            return self._wire.send(request, origin)
        self.sent.append(request)
        return self._tamper(request, self._wire.send)

    def close(self) -> None:
        self._wire.close()


def forward(request: Request, send: Forward) -> Response:
    return send(request)


def tampered(spec: Spec, tamper: Tamper = forward) -> tuple[Mock, list[Request]]:
    """A mock behind somebody, always started at the same moment, and what was sent to it."""
    specs = {spec.name: spec}
    app = create_app(specs=specs, ids=SeededIds(1), clock=MovableClock(NOON.timestamp))
    between = Between(Wsgi(app.wsgi_app), tamper)
    return Mock(BASE_URL, between, specs), between.sent


def action(request: Request) -> str:
    return request.headers.get("x-tc-action", "")


def change_json(response: Response, change: Callable[[Any], Any]) -> Response:
    """The answer with another body."""
    assert isinstance(response.body, bytes)
    return replace(response, body=json.dumps(change(json.loads(response.body))).encode())
