"""States under names, to go back to."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from threading import RLock
from typing import Any, Protocol

from mockserver.clock import iso
from mockserver.control.bodies import Unusable
from mockserver.engine import Engine
from mockserver.state import document
from mockserver.state.encoding import from_bytes, to_bytes
from mockserver.state.value import State, put, take

MOST = 100  # snapshots
ROOM = 1 << 28  # bytes that they occupy together in memory, about, the records that they hold included
SHARED_ROOM = 1 << 25  # bytes of those that several mocks have, each of which reads them once
PREFIX = "snapshot/"  # of the names of their documents
SHELF = "snapshots"  # the document that tells of all of them

Heads = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is told of a state that is kept."""

    name: str
    at: float  # epoch seconds, by the mock's clock
    tasks: int
    size: int  # bytes, about

    def as_json(self) -> dict[str, Any]:
        """As the control plane lists it."""
        return {"name": self.name, "at": iso(self.at), "tasks": self.tasks, "bytes": self.size}


class Shelf(Protocol):
    """Where snapshots are kept."""

    @property
    def room(self) -> int:
        """Bytes that they may occupy together."""
        ...

    def alone(self) -> AbstractContextManager[object]:
        """Nobody else changes anything meanwhile."""
        ...

    def size_of(self, state: State) -> int:
        """How many bytes a state would occupy, about."""
        ...

    def all(self) -> dict[str, Snapshot]:
        """Every one by its name, in the order in which they were first kept."""
        ...

    def keep(self, snapshot: Snapshot, state: State) -> None:
        """Put a state on the shelf, in the place of what has its name."""
        ...

    def state(self, name: str) -> State:
        """The state that has the name. Raises LookupError."""
        ...

    def drop(self, name: str) -> None:
        """Take what has the name off the shelf."""
        ...


class OwnShelf:
    """In the memory of one mock: what does not change is not copied."""

    def __init__(self, engine: Engine, room: int = ROOM) -> None:
        self.room = room
        self._engine = engine
        self._lock = RLock()
        self._kept: dict[str, tuple[Snapshot, State]] = {}

    def alone(self) -> RLock:
        return self._lock

    def size_of(self, state: State) -> int:
        return document.size_of(self._engine, state)

    def all(self) -> dict[str, Snapshot]:
        return {name: snapshot for name, (snapshot, _) in [*self._kept.items()]}

    def keep(self, snapshot: Snapshot, state: State) -> None:
        self._kept[snapshot.name] = snapshot, state

    def state(self, name: str) -> State:
        return self._kept[name][1]

    def drop(self, name: str) -> None:
        del self._kept[name]


class SharedShelf:
    """In the store, for all who have the same: a document for each, and one that tells of all of them."""

    room = SHARED_ROOM

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._store = engine.store
        engine.records.hold(self._all_held)

    def alone(self) -> AbstractContextManager[object]:
        return self._engine.records.alone()

    def size_of(self, state: State) -> int:
        return len(document.without_lines(self._engine, state))

    def all(self) -> dict[str, Snapshot]:
        return {name: Snapshot(**head["snapshot"]) for name, head in self._heads().items()}

    def keep(self, snapshot: Snapshot, state: State) -> None:
        heads = self._heads()
        before = _held(heads.get(snapshot.name, {}))
        held = sorted({batch.digest for each in state.records for batch in each.found.batches})
        self._store.put_document(PREFIX + snapshot.name, document.without_lines(self._engine, state))
        self._tell({**heads, snapshot.name: {"snapshot": asdict(snapshot), "held": held}})
        self._engine.records.sweep(before)

    def state(self, name: str) -> State:
        found = self._store.document(PREFIX + name)
        if found is None:
            raise LookupError(name)
        return document.recalled(self._engine, from_bytes(found[1].rpartition(b"\n")[2]))

    def drop(self, name: str) -> None:
        heads = self._heads()
        self._store.put_document(PREFIX + name, None)
        self._tell({other: head for other, head in heads.items() if other != name})
        self._engine.records.sweep(_held(heads[name]))

    def _all_held(self) -> set[str]:
        """The batches of records, by their digests, that the states need."""
        return {digest for head in self._heads().values() for digest in _held(head)}

    def _tell(self, heads: Heads) -> None:
        self._store.put_document(SHELF, to_bytes(heads))

    def _heads(self) -> Heads:
        """What is told of each, by its name, in the order in which they were first kept."""
        found = self._store.document(SHELF)
        return from_bytes(found[1]) if found else self._older_heads()

    def _older_heads(self) -> Heads:
        """The heads in an older store, which has no document of them: they are the first lines of the snapshots."""
        kept = [content for name, (_, content) in self._store.documents().items() if name.startswith(PREFIX)]
        heads = sorted((from_bytes(each.partition(b"\n")[0]) for each in kept), key=lambda head: int(head["number"]))
        return {head["snapshot"]["name"]: head for head in heads}


def _held(head: Mapping[str, Any]) -> list[str]:
    """Digests of the batches that a snapshot needs, which older ones do not tell, as they have none."""
    return list(head.get("held", ()))


class Snapshots:
    """The snapshots of one mock, or of all who have its store. Safe to share between threads."""

    def __init__(self, engine: Engine, shelf: Shelf | None = None) -> None:
        self._engine = engine
        self._shelf = shelf or (SharedShelf(engine) if engine.store.is_shared else OwnShelf(engine))

    def all(self) -> list[Snapshot]:
        """Every one, in the order in which they were first saved."""
        return [*self._shelf.all().values()]

    def state(self, name: str) -> State:
        """The state of this name. Raises LookupError."""
        return self._shelf.state(name)

    def save(self, name: str) -> Snapshot:
        """Keep the present state under a name, in place of what had it. Raises Unusable where there is no room."""
        with self._shelf.alone():
            self._engine.look()
            state = take(self._engine)
            size = self._shelf.size_of(state)
            made = Snapshot(name, self._engine.clock.now(), len(state.kept.tasks), size)
            others = [each for each in self.all() if each.name != name]
            if len(others) >= MOST:
                raise Unusable(f"there are {MOST} snapshots, which are the most: delete some")
            if sum(each.size for each in others) + size > self._shelf.room:
                raise Unusable(f"the snapshots would occupy more than {self._shelf.room} bytes: delete some")
            self._shelf.keep(made, state)
        return made

    def rewind(self, name: str) -> Snapshot:
        """Go back to a snapshot, which stays. Raises LookupError."""
        found = self._shelf.all()[name]
        put(self._engine, self._shelf.state(name))
        return found

    def delete(self, name: str) -> None:
        """Forget one. Raises LookupError."""
        with self._shelf.alone():
            self._shelf.drop(self._shelf.all()[name].name)
