"""One run of the proxy: from its options to its result."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import anyio

from contracts.hosts import is_loopback
from contracts.proxy.certificates import Certificates
from contracts.proxy.court import Court
from contracts.proxy.ending import Ending
from contracts.proxy.heads import host_of
from contracts.proxy.hub import Hub
from contracts.proxy.listening import Listening, NoTunnels, ReadTunnels
from contracts.proxy.serving import Serving, listen
from contracts.proxy.session import Rules
from contracts.proxy.upstream import Upstream
from contracts.result import INTERRUPTED, Head, Result
from openapi.model import Spec
from openapi.release import release
from openapi.routing import host_pattern

PROMPT = 0.0002  # seconds for which traffic waits at most for the thread of the judge


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for."""

    upstream: Upstream
    host: str = "127.0.0.1"
    port: int = 0
    authority: Path | None = None  # where the certificate of the proxy's own authority is written; None: no TLS
    keeps_host: bool = True
    patience: float = 120.0  # seconds for which nothing may move on a connection
    seconds: float = 0.0
    idle: float = 0.0


@dataclass
class Sitting:
    """A proxy that runs once."""

    options: Options
    specs: Mapping[str, Spec]
    named: frozenset[str]  # the APIs that the user named
    court: Court
    hub: Hub = field(default_factory=Hub)

    def run(self, started: Callable[[int], None]) -> Result:
        """Pass on and judge until it is time to end. Raises ValueError where nobody can listen."""
        began, interval = time.time(), sys.getswitchinterval()
        sys.setswitchinterval(PROMPT)
        try:
            ending = anyio.run(self._run, started)
        finally:
            sys.setswitchinterval(interval)
        result = Result(self._head(began))
        result.entries = [entry for name in self._told() for entry in self.court.ledgers[name].entries.values()]
        result.sort(clause.id for clause in self.court.clauses)
        result.selected = len(result.entries)
        result.duration = round(time.time() - began, 6)
        result.mistakes = list(dict.fromkeys(self.court.mistakes))
        result.stopped = INTERRUPTED if ending.is_interrupted else ""
        return result

    async def _run(self, started: Callable[[int], None]) -> Ending:
        options, hub = self.options, self.hub
        ending = Ending(hub, options.seconds, options.idle)
        certificates = Certificates() if options.authority else None
        context = None
        if certificates and options.authority:
            certificates.write(options.authority)
            context = certificates.context(*dict.fromkeys(("localhost", "127.0.0.1", "::1", *self._own_names())))
        tunnels = ReadTunnels(certificates) if certificates else NoTunnels()
        rules = Rules(
            options.upstream,
            self.is_meant,
            hub,
            lambda: datetime.now(UTC),
            tunnels,
            options.patience,
            options.keeps_host,
        )
        serving = Serving(Listening(rules, context), hub, self.court.judge)
        doors = await listen(options.host, options.port)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ending.listen, tasks.cancel_scope.cancel)
            await serving.run(doors, started, ending.wait)
            tasks.cancel_scope.cancel()
        return ending

    def is_meant(self, host: str) -> bool:
        """Whether a client that names this host means the server: by its own name, or by that of one of the APIs."""
        if host in {self.options.upstream.host, self.options.host} or is_loopback(host):
            return True
        return any(host_pattern(spec.hosts).fullmatch(host) for spec in self.specs.values() if spec.hosts)

    def _own_names(self) -> tuple[str, ...]:
        names = (self.options.host, self.options.upstream.host)
        return tuple(host_of(each) or each for each in names if each not in {"", "0.0.0.0", "::"})  # noqa: S104

    def _told(self) -> list[str]:
        """The APIs that the result is about: those that were named, else those that were called, else all."""
        called = [name for name in self.specs if self.court.seen.get(name)]
        return [name for name in self.specs if name in self.named] or called or [*self.specs]

    def _head(self, began: float) -> Head:
        return Head(
            target=self.options.upstream.url,
            is_mock=False,
            apis=tuple(self._told()),
            version=release(),
            started=datetime.fromtimestamp(began, UTC).isoformat(),
        )
