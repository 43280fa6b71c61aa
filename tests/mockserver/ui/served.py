"""A mock on a port, on a clock that stands still, and the page that shows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from socket import SO_REUSEADDR, SOL_SOCKET, socket
from threading import Thread
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from playwright.sync_api import Browser, Locator, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from mockserver.accounts import FIRST
from mockserver.task import Task
from tests.chromium import Heard, visiting
from tests.mockserver.cloud import Answer, Cloud
from tests.mockserver.control_plane import API, Control, start

TOPIC = "ee20bb16-3025-4048-b81a-dd436373062e"


class Quiet(WSGIRequestHandler):
    """Each request on a connection of its own, and nothing written about it."""

    def log(self, *_: object) -> None:
        """Nothing."""


class Served:
    """One mock, which can leave its port and come back to it, until the context ends."""

    def __init__(self, make: Callable[[], Control] = start) -> None:
        self._make = make
        self._place = socket()  # is bound and never listens: nobody else is given the port while the mock is gone
        self._place.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        self._place.bind(("127.0.0.1", 0))
        self.port: int = self._place.getsockname()[1]
        self.begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self._place.close()

    def begin(self) -> None:
        """Answer, as a mock that knows nothing of an earlier one."""
        self.control = self._make()
        self._server = make_server("127.0.0.1", self.port, self.control.app, threaded=True, request_handler=Quiet)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Leave the port, and everybody who is connected."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.control.app.extensions["mock"].streams.end()

    @property
    def cloud(self) -> Cloud:
        return self.control.cloud

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def create(self, **changes: Any) -> str:
        """The id of a new task."""
        answer: Answer = self.cloud.example(API, "CreateExport", **changes)
        found: str = answer.json["Response"]["ExportId"]
        return found

    def ask(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """What the control plane answers over the network."""
        answer = requests.request(method, f"{self.url}/_mock{path}", json=body, headers=headers, timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    def fill(self, count: int) -> None:
        """Let the first account hold so many tasks, one created each second, the last now."""
        now = self.cloud.clock.now()
        with self.cloud.engine.store.holdings(API, FIRST.number) as holdings:
            for number in range(count):
                created = now - count + number
                times = (created, created + 5, created + 3600, created + 90_000)
                name, file = f"task-{number:05}", f"{number}.csv"
                holdings.add(Task(name, API, "CreateExport", FIRST.number, "", {}, "", "", file, *times))


@dataclass
class Opened:
    """The page, with everything that it said and asked for."""

    page: Page
    served: Served
    heard: Heard

    def open(self, fragment: str = "") -> None:
        self.page.goto(f"{self.served.url}/_mock/ui#{fragment}")
        self.wait_until_live()
        self.wait_for(f"#view-{fragment.partition('/')[0] or 'tasks'}")

    def wait_until_live(self) -> None:
        """Until the page is told what happens; keys are heard from then on."""
        self.wait_for('#live[data-state="live"]')

    def wait_for(self, selector: str) -> Locator:
        found = self.page.locator(selector)
        found.wait_for()
        return found

    def row(self, text: str) -> Locator:
        """The row of the list in sight that says this."""
        return self.page.locator(".view:not([hidden]) .item", has_text=text)

    def has(self, locator: Locator, text: str) -> None:
        """Wait until an element says this."""
        locator.filter(has_text=text).first.wait_for()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def evaluate(self, script: str) -> Any:
        return self.page.evaluate(script)

    @property
    def focused(self) -> str:
        found: str = self.evaluate("(({ ariaLabel, textContent }) => ariaLabel || textContent)(document.activeElement)")
        return found

    @property
    def said(self) -> list[str]:
        """What stands on the console, but for refusals: the page asks for a task to learn whether it is still there."""
        return [text for text in self.heard.said if not re.search("status of 40[04]", text)]

    @property
    def asked(self) -> list[str]:
        """The addresses that were asked for."""
        return self.heard.asked

    @property
    def hosts(self) -> set[str]:
        """Whom it asked."""
        return {urlsplit(each).netloc for each in self.asked if not each.startswith(("data:", "blob:"))}


@contextmanager
def opened(browser: Browser, served: Served, fragment: str | None = "", **options: Any) -> Iterator[Opened]:
    """The page of a mock, in a browser of its own."""
    with visiting(browser, **{"viewport": {"width": 1280, "height": 800}, **options}) as (page, heard):
        found = Opened(page, served, heard)
        if fragment is not None:
            found.open(fragment)
        yield found
