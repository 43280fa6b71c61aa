"""What was asked, and what was answered? The last exchanges, for whoever debugs a client."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from threading import Lock
from types import MappingProxyType

from mockserver.exchange import Entry, Exchange, Facts, show
from openapi.model import Spec

CAPACITY = 1000  # exchanges
ROOM = 1 << 24  # bytes that they may occupy together, about

Listener = Callable[[int, Facts], None]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which exchanges are wanted; an empty value asks for nothing."""

    api: str = ""
    operation: str = ""
    account: str = ""
    code: str = ""  # the provider's error code
    status: int = 0
    path: str = ""  # a pattern as shells have them: `/v1/*`
    fault: str = ""  # the same, of the name of a fault: `*` is any
    number: int = 0  # only this one
    since: int = 0  # only those with a greater number
    limit: int = CAPACITY  # the newest of them

    def reaches(self, number: int) -> bool:
        """Whether the exchange of a number may be one of them."""
        return self.number in (0, number) and number > self.since

    def takes(self, facts: Facts) -> bool:
        """Whether an exchange, if its number is one that this reaches, is one of them."""
        asked = (("api", self.api), ("operation", self.operation), ("account", self.account), ("code", self.code))
        return (
            all(not value or facts[name] == value for name, value in asked)  # type: ignore[literal-required]
            and self.status in (0, facts["response"].status)
            and (not self.path or fnmatchcase(facts["request"].path, self.path))
            and (not self.fault or any(fnmatchcase(name, self.fault) for name in facts["fault"]))
        )


class Journal:
    """The last `capacity` exchanges, fewer where they are large, oldest first.

    Adding is cheap: what is kept becomes values, and is rendered, when it is read.
    """

    def __init__(
        self, capacity: int = CAPACITY, room: int = ROOM, specs: Mapping[str, Spec] = MappingProxyType({})
    ) -> None:
        self._entries: deque[Entry] = deque()
        self._lock = Lock()
        self._capacity = capacity
        self._room = room
        self._specs = specs
        self._number = 0
        self._weight = 0
        self._forgotten = 0
        self._cleared = 0  # the number of the last exchange that somebody wanted to be forgotten
        self._listeners: tuple[Listener, ...] = ()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def weight(self) -> int:
        """Bytes that the exchanges occupy, about."""
        return self._weight

    @property
    def number(self) -> int:
        """Of the last exchange, kept or not; 0 before the first."""
        return self._number

    @property
    def forgotten(self) -> int:
        """The number of the last exchange that had to make room since they were cleared; 0: none had to."""
        return self._forgotten

    @property
    def gone(self) -> int:
        """The number of the last exchange that is not kept any more, for whatever reason; 0: all are."""
        return max(self.forgotten, self._cleared)

    def add(self, facts: Facts) -> None:
        """Keep an exchange; of long bodies only the start."""
        entry = Entry.of(facts)
        with self._lock:
            self._number = entry.number = number = self._number + 1
            self._entries.append(entry)
            self._weight += entry.weight
            self._make_room()
        for listener in self._listeners:
            listener(number, facts)

    def catch_up(self) -> None:
        """Write down what could not be before. Raises StoreError."""

    def follow(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each exchange from now on, in the thread of its request; the answer ends that.

        It has to be quick, and must not raise.
        """
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def stop() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each is not listener)

        return stop

    def find(self, wanted: Filter = Filter()) -> list[Exchange]:
        """The exchanges that `wanted` asks for, oldest first."""
        known = ((entry, entry.facts()) for entry in reversed(self._kept()) if wanted.reaches(entry.number))
        newest = islice(((entry, facts) for entry, facts in known if wanted.takes(facts)), wanted.limit)
        return [show(entry, facts, self._specs) for entry, facts in newest][::-1]

    def facts(self, account: str = "", since: int = 0) -> list[tuple[int, Facts]]:
        """What is known of the exchanges of an account, or of all, after number `since`, with theirs, oldest first."""
        known = ((entry.number, entry.facts()) for entry in self._kept() if entry.number > since)
        return [(number, facts) for number, facts in known if account in ("", facts["account"])]

    def numbers(self) -> list[int]:
        """Those of the exchanges, oldest first."""
        return [entry.number for entry in self._kept()]

    def clear(self) -> None:
        """Forget them; the numbers go on."""
        with self._lock:
            self._entries.clear()
            self._weight = self._forgotten = 0
            self._cleared = self._number

    def _kept(self) -> list[Entry]:
        with self._lock:
            return list(self._entries)

    def _make_room(self) -> None:
        """Let the oldest go that are too many or occupy too much; the newest stays, however large."""
        entries = self._entries
        while len(entries) > self._capacity or (self._weight > self._room and len(entries) > 1):
            gone = entries.popleft()
            self._weight -= gone.weight
            self._forgotten = gone.number
