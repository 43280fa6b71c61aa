"""A mock on a port of this machine, served by a thread of this process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self, Unpack

from mockserver import settings
from mockserver.client.control import Control
from mockserver.client.doors import PlaneDoor
from mockserver.control.plane import Plane
from mockserver.hints import environment, places
from mockserver.login import Login
from openapi.model import Spec

HOST = "127.0.0.1"
THREADS = 8


class Choices(settings.Choices, total=False):
    """What may be chosen by name."""

    port: int  # a free one without it


class Server(Control):
    """A mock that answers at `url` while it is entered, for clients that need a socket."""

    def __init__(self, *apis: str | Path, **choices: Unpack[Choices]) -> None:
        """Raises SpecError for an API or a reading that cannot be used, TypeError, ValueError for the rest."""
        from mockserver.app import build
        from mockserver.configuration.choice import settings_of

        known = [*Choices.__annotations__]
        unknown = choices.keys() - {*known}
        if unknown:
            raise TypeError(f"Server() takes no {', '.join(sorted(unknown))}; it takes {', '.join(known)}")
        app = build(settings_of(apis, choices))
        self._port, self._app = choices.get("port", 0), app
        self._server: Any = None
        controls = app.extensions["mock"]
        self._specs: Mapping[str, Spec] = controls.engine.specs
        super().__init__(PlaneDoor(lambda: Plane(controls)))

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://{self.host}"

    @property
    def host(self) -> str:
        """Host and port, as clients want it that take no scheme. Raises ConnectionError when it is not running."""
        if self._server is None:
            raise ConnectionError("the mock is not running: enter it with `with`, or call start()")
        return f"{HOST}:{self._server.effective_port}"

    def env(self, api: str, login: Login | None = None) -> dict[str, str]:
        """The environment with which the official clients of an API come here. Raises KeyError for another API."""
        names = self._places(login)
        return {name: value for hint in self._specs[api].clients for name, value in environment(hint, names).items()}

    def client(self, api: str, login: Login | None = None) -> Any:
        """A client of the official SDK for Python that comes here, as the first account or as `login`.

        Raises KeyError for an API that is not served, NoClient where the SDK is not installed.
        """
        from mockserver.official import client_of

        return client_of(self._specs[api], self._places(login))

    def _places(self, login: Login | None) -> dict[str, str]:
        return places(self.url, login or self.accounts.all()[0])

    def start(self) -> Self:
        """Begin to answer. Raises OSError where the port is taken."""
        from waitress import create_server  # type: ignore[import-untyped]

        self._server = create_server(self._app, host=HOST, port=self._port, threads=THREADS, ident=None)
        self._thread = Thread(target=self._server.run, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Leave the port."""
        server, self._server = self._server, None
        self._app.extensions["mock"].streams.end()
        with server.trigger.lock:  # else it may be closed before it is pulled
            server.trigger.thunks.append(server.close)  # by the thread that waits for the sockets, as no other may
            server.pull_trigger()
        self._thread.join(timeout=1)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
