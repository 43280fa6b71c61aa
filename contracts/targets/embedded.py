"""A mock inside this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Protocol

from contracts.targets.direct import Direct
from contracts.targets.mock import Mock, Wire
from contracts.targets.wsgi import App
from openapi.model import Spec

BASE_URL = "http://127.0.0.1"
FIRST = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
EPOCH = datetime.fromtimestamp(0, UTC)
YEAR = timedelta(days=365)  # within which time starts


class Clock(Protocol):
    """The mock's clock, turned without its control plane."""

    def now(self) -> float:
        """Seconds since 1970."""
        ...

    def advance(self, seconds: float) -> None:
        """Go forward."""
        ...

    def reset(self) -> None:
        """Back to where time starts."""
        ...

    def freeze(self) -> None:
        """Stand still."""
        ...

    def set(self, epoch: float) -> None:
        """Go to a moment, in epoch seconds, by which clients have to sign from then on."""
        ...


class Ids(Protocol):
    """Where the mock's ids come from."""

    def start_over(self) -> None:
        """From now on the first ids again."""
        ...


class Said(Protocol):
    """What a control plane answers."""

    @property
    def status(self) -> int:
        """HTTP's."""
        ...

    @property
    def value(self) -> Any:
        """A JSON object."""
        ...


class Plane(Protocol):
    """The mock's control plane, asked without HTTP."""

    def answer(self, method: str, path: str, query: Mapping[str, str] | None = None, body: bytes = b"") -> Said:
        """The answer to a request; `path` without the prefix."""
        ...


@dataclass(frozen=True, slots=True)
class Inside:
    """What moves a mock of this process."""

    plane: Plane
    clock: Clock
    ids: Ids


class Embedded(Mock):
    """A mock of this process alone, whose time and ids start over with each reset.

    So it does not matter to a check what was judged before it, and by which worker.
    """

    def __init__(self, wire: Wire, specs: Mapping[str, Spec], inside: Inside) -> None:
        self._plane, self._time, self._ids = inside.plane, inside.clock, inside.ids
        self._read = (0.0, EPOCH)
        super().__init__(BASE_URL, wire, specs)

    def now(self) -> datetime:
        """The time at which its clock stands."""
        seconds = self._time.now()
        if self._read[0] != seconds:
            self._read = seconds, EPOCH + timedelta(seconds=seconds)
        return self._read[1]

    def wait(self, seconds: float, what: str = "") -> None:  # noqa: ARG002 - nobody has to wait
        """Move its clock on."""
        if seconds > 0:
            self._time.advance(seconds)

    def reset(self) -> None:
        """Forget everything, and start over."""
        super().reset()
        self._time.reset()
        self._time.freeze()
        self._time.set(self._time.now())  # signatures are judged by this time alone
        self._ids.start_over()

    def _ask(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        said = self._plane.answer(method, path, body=body)
        return said.status, said.value


def open_embedded(
    specs: Mapping[str, Spec], seed: int = 0, lead: Callable[[Wire], Wire] = lambda wire: wire
) -> Embedded:
    """A mock of `specs` whose time and ids are the same for the same seed; nothing listens anywhere.

    `lead` may put something between those who call and the mock.
    """
    from mockserver.assembly import assemble, gateway_of
    from mockserver.clock import MovableClock
    from mockserver.control.plane import Plane as ControlPlane
    from mockserver.ids import SeededIds

    start = (FIRST + Random(seed).random() * YEAR).timestamp()  # noqa: S311 - nothing to guess
    clock, ids = MovableClock(lambda: start), SeededIds(seed)
    controls = assemble((), {"specs": specs, "clock": clock, "ids": ids, "journal": False})
    return Embedded(lead(Direct(gateway_of(controls))), specs, Inside(ControlPlane(controls), clock, ids))


def mock_app(specs: Mapping[str, Spec]) -> App:
    """The WSGI app of a mock in real time, for whoever puts it on a port."""
    from mockserver.app import create_app

    app: App = create_app(specs=specs).wsgi_app
    return app


def client_environment(spec: Spec, url: str) -> dict[str, str]:
    """The environment variables that lead the official clients of an API to a mock at `url`."""
    from mockserver.hints import fill, places

    names = places(url)
    return {name: fill(value, names) for hint in spec.clients for name, value in hint.env.items()}
