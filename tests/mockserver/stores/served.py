"""Mocks with one store as their clients see them: over HTTP, at one port behind which there are several processes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from mockserver.accounts import FIRST
from openapi.messages import Request
from tests.mockserver.cloud import Answer, Cloud, specs, start
from tests.mockserver.stores.network import machines
from tests.mockserver.stores.proxy import balanced
from tests.mockserver.stores.races import PATIENCE
from tests.mockserver.stores.running import TOKEN, Kill, running, together


@dataclass(frozen=True)
class Front:
    """One port, and a cloud of its own that makes and signs what is sent there."""

    port: int
    cloud: Cloud
    kill: Kill  # all processes behind it, at once

    def send(self, request: Request) -> Answer:
        """The answer, on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            path = f"{request.path}?{request.query}" if request.query else request.path
            connection.request(request.method, path, request.body or None, dict(request.headers))
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())
        finally:
            connection.close()

    def example(self, api: str, operation: str, **changes: Any) -> Answer:
        """The answer to the spec's own example, with some arguments changed."""
        arguments = {**self.cloud.operation(api, operation).example, **changes}
        return self.send(self.cloud.sign(self.cloud.make(api, operation, **arguments), api, operation, FIRST))

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """What the control plane answers."""
        sent = b"" if body is None else json.dumps(body).encode()
        host = f"127.0.0.1:{self.port}"
        return self.send(Request(method, f"/_mock{path}", headers={"host": host, "x-mock-token": TOKEN}, body=sent))

    def wait(self, seconds: float) -> None:
        """Let time pass, for them and for the cloud that signs."""
        assert self.ask("PUT", "/clock", {"action": "advance", "seconds": seconds}).status == 200
        self.cloud.wait(seconds)


@contextmanager
def workers(apis: Sequence[str], *words: str) -> Iterator[tuple[int, Kill]]:
    """One server with two processes."""
    with running(apis, "--workers", "2", *words) as (port, kill):
        yield port, kill


@contextmanager
def servers(apis: Sequence[str], *words: str) -> Iterator[tuple[int, Kill]]:
    """Two servers behind a load balancer."""
    with ExitStack() as leaving:
        found = [leaving.enter_context(running(apis, *words)) for _ in range(2)]
        port = leaving.enter_context(balanced([("127.0.0.1", port) for port, _ in found]))
        yield port, together([kill for _, kill in found])


WAYS: Mapping[str, Any] = {"alone": running, "workers": workers, "servers": servers, "machines": machines}


@contextmanager
def front(way: str, address: str, apis: Sequence[str]) -> Iterator[Front]:
    """Mocks on a store that all have it that time stands still."""
    words = ("--store", address, "--clock", "manual", "--resources", "any")
    with WAYS[way](apis, *words) as (port, kill):
        cloud = start({name: specs()[name] for name in apis}, any_resource=True)
        made = Front(port, cloud, kill)
        cloud.clock.set(made.ask("GET", "/clock").json["epoch"])
        yield made
