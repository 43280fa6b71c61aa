"""A mock inside this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Protocol

from contracts.targets.mock import Mock, Wire
from contracts.targets.wsgi import App, Wsgi
from openapi.model import Spec

BASE_URL = "http://127.0.0.1"
FIRST = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
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


class Embedded(Mock):
    """A mock of this process alone, whose time and ids start over with each reset.

    So it does not matter to a check what was judged before it, and by which worker.
    """

    def __init__(self, wire: Wire, specs: Mapping[str, Spec], clock: Clock, ids: Ids) -> None:
        super().__init__(BASE_URL, wire, specs)
        self._time = clock
        self._ids = ids

    def now(self) -> datetime:
        """The time at which its clock stands."""
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=self._time.now())

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


def open_embedded(
    specs: Mapping[str, Spec], seed: int = 0, lead: Callable[[Wire], Wire] = lambda wire: wire
) -> Embedded:
    """A mock of `specs` whose time and ids are the same for the same seed; nothing listens anywhere.

    `lead` may put something between those who call and the mock.
    """
    from mockserver.app import create_app
    from mockserver.clock import MovableClock
    from mockserver.ids import SeededIds

    start = (FIRST + Random(seed).random() * YEAR).timestamp()  # noqa: S311 - nothing to guess
    clock, ids = MovableClock(lambda: start), SeededIds(seed)
    return Embedded(lead(Wsgi(create_app(specs=specs, clock=clock, ids=ids).wsgi_app)), specs, clock, ids)


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
