"""A mock on a port of this machine, served by a thread of this process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

from mockserver.client.control import Control
from mockserver.client.doors import PlaneDoor
from mockserver.control.plane import Plane
from mockserver.hints import environment, places, served
from mockserver.listeners import HOST, Listener
from mockserver.login import Login
from mockserver.settings import Keywords, check_names
from mockserver.tls import authority_file
from openapi.model import Spec


class ServerKeywords(Keywords, total=False):
    """What `Server` takes by name."""

    port: int  # a free one without it
    tls: bool  # whether it is HTTPS; no
    tls_folder: str | Path  # where the authority is kept; without it, in the folder of the user's settings


class Server(Control):
    """A mock that answers at `url` while it is entered, for clients that need a socket."""

    def __init__(self, *apis: str | Path, **keywords: Unpack[ServerKeywords]) -> None:
        """Raises SpecError for an API or a reading that cannot be used, TypeError, ValueError for the rest."""
        from mockserver.app import build
        from mockserver.configuration.keywords import of_keywords

        check_names("Server", keywords, ServerKeywords)
        settings = of_keywords(apis, keywords)
        app, self._tls = build(settings), settings.tls
        self._port, self._app = keywords.get("port", 0), app
        self._server: Listener | None = None
        controls = app.extensions["mock"]
        self._specs: Mapping[str, Spec] = controls.engine.specs
        super().__init__(PlaneDoor(lambda: Plane(controls)))

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http{'s' * (self._tls is not None)}://{self.host}"

    @property
    def authority(self) -> str:
        """The file of the authority that clients have to trust; empty without TLS, or with one's own certificate."""
        return str((self._tls and authority_file(self._tls)) or "")

    @property
    def host(self) -> str:
        """Host and port, as clients want it that take no scheme. Raises ConnectionError when it is not running."""
        if self._server is None:
            raise ConnectionError("the mock is not running: enter it with `with`, or call start()")
        return f"{HOST}:{self._server.port}"

    def env(self, api: str, login: Login | None = None) -> dict[str, str]:
        """The environment with which the official clients of an API come here. Raises KeyError for another API."""
        names = self._places(login)
        return {name: value for hint in self._spec(api).clients for name, value in environment(hint, names).items()}

    def client(self, api: str, login: Login | None = None) -> Any:
        """A client of the official SDK for Python that comes here, as the first account or as `login`.

        Raises KeyError for an API that is not served, NoClient where the SDK is not installed.
        """
        from mockserver.official import client_of

        return client_of(self._spec(api), self._places(login))

    def _spec(self, api: str) -> Spec:
        return served(self._specs, api)

    def _places(self, login: Login | None) -> dict[str, str]:
        return places(self.url, login or self.accounts.all()[0], self.authority)

    def start(self) -> Self:
        """Begin to answer. Raises OSError where the port is taken."""
        self._server = Listener(self._app.extensions["gateway"], self._port, self._tls)
        return self

    def stop(self) -> None:
        """Leave the port."""
        server, self._server = self._server, None
        self._app.extensions["mock"].end()
        if server is not None:
            server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
