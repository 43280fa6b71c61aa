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


class Own(local):
    """What a thread is doing."""

    def __init__(self) -> None:
        self.is_reading = False  # what others changed
        self.changed = frozenset[str]()  # parts that it writes at the end

    @contextmanager
    def reading(self) -> Iterator[None]:
        before, self.is_reading = self.is_reading, True
        try:
            yield
        finally:
            self.is_reading = before

    @contextmanager
    def changing(self, name: str) -> Iterator[None]:
        before, self.changed = self.changed, self.changed | {name}
        try:
            yield
        finally:
            self.changed = before


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
        self._own = Own()
        self._seen = UNKNOWN
        self._known: dict[str, tuple[int, bytes]] = {}
        self._missing = frozenset(self._parts)  # that were not there when this one joined

    def join(self) -> None:
        """Take over what there is; what there is not yet is as it is here. Raises StoreError."""
        with self._store.changing():
            found = self._store.documents()
            self._require_same(found.get(SERVED, (0, to_bytes(self._served)))[1])
            if SERVED not in found:
                self._store.put_document(SERVED, to_bytes(self._served))
            with self._lock:
                self._take(self._store.revision(), found)
                for name in self._parts.keys() - found.keys():
                    self._publish(name)
            self._missing = frozenset(self._parts.keys() - found.keys())

    def _require_same(self, content: bytes) -> None:
        found = from_bytes(content)
        for what, ours in self._served.items():
            if found[what] != ours:
                message = f"it is the store of a mock with the {what} {_listed(found[what])}, not {_listed(ours)}"
                raise StoreError(f"{message}: start one of the same, or take another store")

    @property
    def is_older(self) -> bool:
        """Whether what there was to take over was left by a version that knew less of it."""
        return bool(self._missing) and self._missing != self._parts.keys()

    def look(self) -> None:
        """Read what others have changed. Raises StoreError."""
        revision = self._store.revision()
        if revision > self._seen:
            self._take(revision, self._store.documents(self._seen))

    def forget(self) -> None:
        """Read everything anew when it is needed next, as what was put last may not have been kept."""
        with self._lock:
            self._seen, self._known = UNKNOWN, {}

    @contextmanager
    def changing(self, name: str) -> Iterator[None]:
        """Nobody else changes this part, here or elsewhere; it is written at the end. Raises StoreError.

        A part that is changed within the change of another one is written, too. What fails leaves the part as it was.
        """
        if self._own.is_reading or name in self._own.changed:
            yield
            return
        with self._store.changing():
            revision = self._store.revision()
            found = self._store.documents(self._seen) if revision > self._seen else {}
            with self._lock:
                self._take(revision, found)
                with self._own.changing(name):
                    try:
                        yield
                    except BaseException:
                        self._restore(name)
                        raise
                self._publish(name)

    @contextmanager
    def changing_all(self) -> Iterator[None]:
        """Nobody else changes any part. Raises StoreError."""
        with ExitStack() as stack:
            for name in self._parts:
                stack.enter_context(self.changing(name))
            yield

    @contextmanager
    def unshared(self) -> Iterator[None]:
        """What this thread changes now is what others did: there is nothing to write."""
        with self._lock, self._own.reading():
            yield

    def _take(self, revision: int, found: Any) -> None:
        with self.unshared():
            for name, (version, content) in found.items():
                if name in self._parts and version > self._known.get(name, (UNKNOWN, b""))[0]:
                    self._parts[name].write(from_bytes(content))
                    self._known[name] = version, content
            self._seen = max(self._seen, revision)

    def _restore(self, name: str) -> None:
        """Let a part be as it was before something failed."""
        _, content = self._known.get(name, (UNKNOWN, b""))
        if content and content != to_bytes(self._parts[name].read()):
            with self.unshared():
                self._parts[name].write(from_bytes(content))

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
    engine.records.others = sharing
    return sharing


@contextmanager
def whole(engine: Engine) -> Iterator[None]:
    """What is done meanwhile is done whole or not at all where others have the same store. Raises StoreError."""
    if engine.sharing is None:
        yield
        return
    with engine.records.alone(), engine.sharing.changing_all():
        yield


def _listed(said: Mapping[str, str] | Iterable[str]) -> str:
    names = [f"{name}={answer}" for name, answer in said.items()] if isinstance(said, Mapping) else [*said]
    return ", ".join(names) or "none chosen"
