"""States under names, to go back to."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from mockserver.clock import iso
from mockserver.control.bodies import Unusable
from mockserver.engine import Engine
from mockserver.state.document import size_of
from mockserver.state.value import State, put, take

MOST = 100  # snapshots
ROOM = 1 << 28  # bytes that they occupy together, about, the records that they hold included


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state and its name."""

    name: str
    at: float  # epoch seconds, by the mock's clock
    size: int  # bytes, about
    state: State = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """As the control plane lists it."""
        return {"name": self.name, "at": iso(self.at), "tasks": len(self.state.kept.tasks), "bytes": self.size}


class Snapshots:
    """The snapshots of one mock, in the order in which they were first saved. Safe to share between threads."""

    def __init__(self, engine: Engine, room: int = ROOM) -> None:
        self._engine, self._room = engine, room
        self._lock = Lock()
        self._all: dict[str, Snapshot] = {}

    def all(self) -> list[Snapshot]:
        """Every one."""
        with self._lock:
            return [*self._all.values()]

    def get(self, name: str) -> Snapshot:
        """The one of this name. Raises LookupError."""
        return self._all[name]

    def save(self, name: str) -> Snapshot:
        """Keep the present state under a name, in place of what had it. Raises Unusable where there is no room."""
        if self._engine.store.is_shared:
            raise Unusable("snapshots are kept in the memory of one mock, and this one shares its store with others")
        state = take(self._engine)
        made = Snapshot(name, self._engine.clock.now(), size_of(self._engine, state), state)
        with self._lock:
            others = [each for each in self._all.values() if each.name != name]
            if len(others) >= MOST:
                raise Unusable(f"there are {MOST} snapshots, which are the most: delete some")
            if sum(each.size for each in others) + made.size > self._room:
                raise Unusable(f"the snapshots would occupy more than {self._room} bytes: delete some")
            self._all[name] = made
        return made

    def rewind(self, name: str) -> Snapshot:
        """Go back to a snapshot, which stays. Raises LookupError."""
        found = self._all[name]
        put(self._engine, found.state)
        return found

    def delete(self, name: str) -> None:
        """Forget one. Raises LookupError."""
        with self._lock:
            del self._all[name]
