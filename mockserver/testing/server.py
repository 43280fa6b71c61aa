"""What one test sees of a mock on a port: an account of its own, its requests, its tasks."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from mockserver.client.control import Resources
from mockserver.client.records import Records
from mockserver.client.report import ClientReport
from mockserver.client.troubles import Clock, Faults
from mockserver.hosting import Server


class CloudServer:
    """A mock on a port, for one test, which has an account of its own: its clock and its faults touch no other's.

    The resources, which are everybody's, are put back at the end.
    """

    def __init__(self, server: Server, clock: str = "") -> None:
        self._server = server
        self._manner = clock
        self.resources: Resources = server.resources
        self.records: Records = server.records

    def __enter__(self) -> Self:
        self.login = self._server.accounts.open()
        self.clock: Clock = self._server.clock.of(self.login.number)
        self.faults: Faults = self._server.faults.of(self.login.number)
        if self._manner == "manual":
            self.clock.freeze()
        elif self._manner.startswith("x"):
            self.clock.scale(float(self._manner[1:]))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.accounts.close(self.login)
        self._server.reset()

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return self._server.url

    @property
    def host(self) -> str:
        """Host and port, as clients want it that take no scheme."""
        return self._server.host

    def env(self, api: str) -> dict[str, str]:
        """The environment with which the official clients of an API come here, as this test's account."""
        return self._server.env(api, self.login)

    def client(self, api: str) -> Any:
        """A client of the official SDK for Python that comes here as this test's account. Raises NoClient."""
        return self._server.client(api, self.login)

    def tasks(self, api: str = "") -> list[dict[str, Any]]:
        """The tasks of this test's account, oldest first."""
        return self._server.tasks(api, self.login.number)

    def operations(self) -> frozenset[str]:
        """The names of all that can be called."""
        return self._server.operations()

    def client_report(self) -> ClientReport:
        """How well the client behaves that calls with this test's account."""
        return self._server.client_report(self.login.number)

    def requests(self, **wanted: Any) -> list[dict[str, Any]]:
        """The last exchanges with this test's account, and those with nobody known, oldest first."""
        found = self._server.requests(**wanted)
        return [each for each in found if each["account"] in ("", self.login.number)]
