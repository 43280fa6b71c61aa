"""What a mock holds from the start, and again after a reset: of all who have its store, the same."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from threading import RLock
from typing import Any

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Provisions:
    """What a mock holds from the start, as `provisions.SCHEMAS` describes it."""

    accounts: tuple[Entry, ...] = field(default=(), repr=False)  # with their secrets
    resources: tuple[Entry, ...] = ()
    timetables: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])
    records: tuple[Entry, ...] = ()
    faults: tuple[Entry, ...] = ()


class Start:
    """What was provided last. Safe to share between threads."""

    def __init__(self, *, any_resource: bool = False) -> None:
        self.provisions: Provisions | None = None  # None: nothing yet
        self.any_resource = any_resource  # whether settings said last that every resource exists
        self._turn: AbstractContextManager[object] = RLock()  # to change any

    def alone(self) -> AbstractContextManager[object]:
        """Nobody else provides anything meanwhile."""
        return self._turn

    def share(self, turn: AbstractContextManager[object]) -> None:
        """From now on take `turn` for each change, in place of a lock of one's own."""
        self._turn = turn

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return {"provisions": self.provisions and asdict(self.provisions), "any": self.any_resource}

    def load(self, said: Mapping[str, Any]) -> None:
        """Go on where `dump` was asked."""
        given, self.any_resource = said["provisions"], said["any"]
        self.provisions = None if given is None else provisions_as(given)


def provisions_as(given: Mapping[str, Any]) -> Provisions:
    """Provisions of which each list is a JSON array."""
    members: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }
    return Provisions(**members)
