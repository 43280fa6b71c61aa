"""The control plane of a mock on a clock that stands still."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from mockserver.app import create_app
from mockserver.clock import MovableClock
from tests.mockserver.cloud import START, Answer, Cloud, specs

API = "tencent-cls"
TOPIC = {"api": API, "kind": "topic"}


@dataclass(frozen=True)
class Control:
    """The control plane of one mock, and the mock."""

    app: Flask
    cloud: Cloud

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, raw: bytes = b""
    ) -> Answer:
        sent = {"json": body} if body is not None else {"data": raw}
        response = self.app.test_client().open(f"/_mock{path}", method=method, headers=headers, **sent)
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.data)

    def refused(self, method: str, path: str, body: Any = None, raw: bytes = b"") -> tuple[str, list[Any]]:
        """The message and the valid names of a 400."""
        answer = self.ask(method, path, body, raw=raw)
        assert (answer.status, answer.content_type) == (400, "application/json")
        assert set(answer.json) == {"error"}
        return answer.json["error"]["message"], answer.json["error"]["valid"]

    def create(self) -> str:
        """The id of a new task."""
        answer = self.cloud.example(API, "CreateExport")
        found: str = answer.json["Response"]["ExportId"]
        return found


def start(**options: Any) -> Control:
    clock = MovableClock(lambda: START)
    clock.freeze()
    app = create_app(specs={API: specs()[API]}, clock=clock, **options)
    mock = app.extensions["mock"]
    return Control(app, Cloud(app, mock.engine, mock.clock, mock.journal))
