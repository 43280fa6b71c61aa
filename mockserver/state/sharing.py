"""What all who have the same store share besides what it holds: clocks, accounts, resources, faults, timetables.

Each is a document of the store. Before a request is answered, those that others have changed since are read: to know
whether any has costs one question. Whoever changes one is the only one to do so until it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import RLock, local
from typing import TYPE_CHECKING, Any

from mockserver.state.encoding import from_bytes, to_bytes
from mockserver.state.parts import Part, parts_of
from mockserver.store import Store, StoreError

if TYPE_CHECKING:
    from mockserver.engine import Engine

SERVED = "served"  # the document that tells of what specs it all is
UNKNOWN = -1  # revision of one who has read nothing


class Sharing:
    """The part of one process in what is shared. Safe to share between its threads.

    Whoever waits for the store does so before taking the lock, never after: so nobody waits in a circle.
    """

    def __init__(self, store: Store, parts: tuple[Part, ...], served: Mapping[str, Any]) -> None:
        """`served`: what all have to agree on."""
        self._store = store
        self._served = served
        self._parts = {part.name: part for part in parts}
        self._lock = RLock()
        self._own = local()  # whether this thread is changing something, or reading what others changed
        self._seen = UNKNOWN
        self._known: dict[str, tuple[int, bytes]] = {}
        self.is_first = True  # whether there was nothing to take over

    def join(self) -> None:
        """Take over what there is; what there is not yet is as it is here. Raises StoreError."""
        with self._store.changing():
            found = self._store.documents()
            self._require_same(found.get(SERVED, (0, to_bytes(self._served)))[1])
            if SERVED not in found:
                self._store.put_document(SERVED, to_bytes(self._served))
            with self._entered():
                self._take(self._store.revision(), found)
                for name in self._parts.keys() - found.keys():
                    self._publish(name)
            self.is_first = not self._parts.keys() & found.keys()

    def _require_same(self, content: bytes) -> None:
        found = from_bytes(content)
        for what, ours in self._served.items():
            if found[what] != ours:
                message = f"it is the store of a mock with the {what} {_listed(found[what])}, not {_listed(ours)}"
                raise StoreError(f"{message}: start one of the same, or take another store")

    def look(self) -> None:
        """Read what others have changed. Raises StoreError."""
        revision = self._store.revision()
        if revision > self._seen:
            found = self._store.documents(self._seen)
            with self._entered():
                self._take(revision, found)

    def forget(self) -> None:
        """Read everything anew when it is needed next, as what was put last may not have been kept."""
        with self._lock:
            self._seen, self._known = UNKNOWN, {}

    @contextmanager
    def changing(self, name: str) -> Iterator[None]:
        """Nobody else changes this part, here or elsewhere; it is written at the end. Raises StoreError."""
        if getattr(self._own, "is_inside", False):
            yield
            return
        with self._store.changing():
            revision = self._store.revision()
            found = self._store.documents(self._seen) if revision > self._seen else {}
            with self._entered():
                self._take(revision, found)
                yield
                self._publish(name)

    @contextmanager
    def _entered(self) -> Iterator[None]:
        with self._lock:
            self._own.is_inside = True
            try:
                yield
            finally:
                self._own.is_inside = False

    def _take(self, revision: int, found: Any) -> None:
        for name, (version, content) in found.items():
            if name in self._parts and version > self._known.get(name, (UNKNOWN, b""))[0]:
                self._parts[name].write(from_bytes(content))
                self._known[name] = version, content
        self._seen = max(self._seen, revision)

    def _publish(self, name: str) -> None:
        content = to_bytes(self._parts[name].read())
        if content != self._known.get(name, (UNKNOWN, b""))[1]:
            revision = self._store.put_document(name, content)
            self._known[name] = revision, content
            self._seen = revision


@dataclass(frozen=True, slots=True)
class Turn:
    """Entered to change a part, however often by one thread."""

    changing: Callable[[], AbstractContextManager[None]]
    _own: local = field(default_factory=local)

    def __enter__(self) -> None:
        stack = ExitStack()
        stack.enter_context(self.changing())
        self._own.stacks = [*getattr(self._own, "stacks", ()), stack]

    def __exit__(self, *error: Any) -> None:  # noqa: PYI036 - handed on as they are
        *self._own.stacks, stack = self._own.stacks
        stack.__exit__(*error)


def share(engine: Engine, *more: Part) -> Sharing:
    """Have everything of a mock, and more, shared with all who have its store. Raises StoreError."""
    parts = (*parts_of(engine), *more)
    sharing = Sharing(engine.store, parts, {"APIs": sorted(engine.specs), "readings": dict(engine.readings)})
    sharing.join()
    for part in parts:
        part.share(Turn(partial(sharing.changing, part.name)))
    return sharing


def _listed(said: Mapping[str, str] | Iterable[str]) -> str:
    names = [f"{name}={answer}" for name, answer in said.items()] if isinstance(said, Mapping) else [*said]
    return ", ".join(names) or "none chosen"
