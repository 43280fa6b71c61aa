"""What every view of the control plane has at hand, and what it answers with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.clock import MovableClock
from mockserver.control.bodies import Unusable
from mockserver.control.stream import Streams
from mockserver.engine import Engine
from mockserver.feed import Feed
from mockserver.journal import Journal
from mockserver.start import Start
from mockserver.state.snapshots import Snapshots
from mockserver.tally import Tally


@dataclass(frozen=True, slots=True)
class Controls:
    """What the control plane looks into and moves."""

    engine: Engine
    clock: MovableClock
    journal: Journal
    feed: Feed
    streams: Streams  # of the feed
    tally: Tally
    snapshots: Snapshots
    start: Start
    is_open: bool = True  # whether there is a control plane, and a page, for those who may enter
    is_bare: bool = False  # whether even its paths are the providers'

    def end(self) -> None:
        """Nothing goes on after this by itself: no stream of events, no file that is written ahead."""
        self.streams.end()
        self.engine.preparation.end()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request to the control plane brings along, as its route takes it."""

    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    body: Mapping[str, Any] = field(default_factory=dict[str, Any])
    id: str = ""  # that the path ends with
    pieces: Iterable[bytes] = ()  # of the body, for a route that streams


@dataclass(frozen=True, slots=True)
class Content:
    """What is answered as it is, rather than as JSON."""

    type: str  # of the content
    pieces: Iterable[bytes]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: anything that JSON can say, or Content, and HTTP's status."""

    value: Any
    status: int = 200


@dataclass(frozen=True, slots=True)
class View:
    """One request to the control plane, and the mock that it is about."""

    controls: Controls
    asked: Asked = Asked()

    def _wanted(self) -> dict[str, Any]:
        """What the query asks for. Raises Unusable, also for a name that nothing has."""
        given, engine = dict(self.asked.query), self.controls.engine
        chosen = [spec for spec in engine.specs.values() if given.get("api") in (None, spec.name)]
        known = {
            "api": [*engine.specs],
            "operation": sorted({name for spec in chosen for name in spec.operations}),
            "account": [account.number for account in engine.accounts],
        }
        for name, names in known.items():
            if name in given and given[name] not in names:
                raise Unusable(f"{name}: there is no {given[name]!r}", names)
        return given


def missing(message: str, valid: Iterable[str] = ()) -> Answer:
    """That there is no such thing, and which there are, where they can be listed."""
    return Answer({"error": {"message": message, "valid": [*valid]}}, 404)
