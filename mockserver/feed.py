"""What happened since? The exchanges, and what was changed from outside, for whoever follows a mock at work.

Nothing is told while nobody asks: the exchanges are read out of the journal.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Self

from mockserver.clock import MovableClock, iso
from mockserver.exchange import Facts
from mockserver.journal import Journal
from mockserver.redaction import readable

KEPT = 200  # changes
_POSITION = re.compile(r"([0-9a-f]{1,32})-([0-9]{1,15})-([0-9]{1,15})")
_Happened = tuple[str, Mapping[str, Any], Mapping[str, int]]  # kind, data, and how far whoever reads it has come
_TOLD = ("api", "operation", "account", "reason", "message", "code", "fault", "seconds")  # of an exchange, as it is


@dataclass(frozen=True, slots=True)
class Position:
    """How far somebody has read: the numbers of the last exchange and of the last change, in one run of a mock."""

    run: str
    exchange: int
    change: int

    def __str__(self) -> str:
        return f"{self.run}-{self.exchange}-{self.change}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The position that a text is; the beginning of another run for one that is none."""
        match = _POSITION.fullmatch(text)
        return cls(match[1], int(match[2]), int(match[3])) if match else cls("", 0, 0)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: `hello`, `request`, `change`, or `gap`, where something was missed."""

    kind: str
    data: Mapping[str, Any]
    position: Position  # of whoever has read it

    def __str__(self) -> str:
        """As Server-Sent Events write it."""
        return f"event: {self.kind}\nid: {self.position}\ndata: {json.dumps(self.data)}\n\n"


class Feed:
    """Everything that happens to one mock in one `run`. Safe to share between threads."""

    def __init__(self, journal: Journal, clock: MovableClock, run: str) -> None:
        self._journal = journal
        self._clock = clock
        self._run = run
        self._lock = Lock()
        self._number = 0
        self._changes: deque[tuple[int, str]] = deque(maxlen=KEPT)
        self._turn: AbstractContextManager[object] = Lock()  # to take one down

    def change(self, what: str) -> None:
        """Take down that something was changed from outside, by the word that its path begins with."""
        with self._turn, self._lock:
            self._number += 1
            self._changes.append((self._number, what))

    def share(self, turn: AbstractContextManager[object]) -> None:
        """From now on take `turn` for each change, in place of a lock of one's own."""
        self._turn = turn

    def dump(self) -> dict[str, Any]:
        """The run, and what was changed in it, as JSON."""
        with self._lock:
            return {"run": self._run, "number": self._number, "changes": [[*each] for each in self._changes]}

    def load(self, said: Mapping[str, Any]) -> None:
        """Go on where `dump` was asked."""
        with self._lock:
            self._run, self._number = said["run"], said["number"]
            self._changes = deque(((number, what) for number, what in said["changes"]), maxlen=KEPT)

    def start(self, backlog: int = 0) -> Position:
        """Where the last `backlog` exchanges are still ahead."""
        last, kept = self._journal.number, self._journal.numbers()[-backlog:]
        return Position(self._run, kept[0] - 1 if kept and backlog else last, self._number)

    def hello(self, at: Position) -> Event:
        """The first event of whoever begins to read at a position: which run it is, and how its time runs."""
        return Event("hello", {"run": self._run, "clock": self._clock.state()}, at)

    def since(self, at: Position) -> list[Event]:
        """What happened after `at`, in order; a `gap` first where not all of it is known any more."""
        if at.run != self._run:
            return [Event("gap", {}, self.start())]
        happened = [*self._exchanges(at.exchange), *self._changed(at.change)]
        events = []
        for kind, data, reached in happened:
            at = Position(at.run, reached.get("exchange", at.exchange), reached.get("change", at.change))
            events.append(Event(kind, data, at))
        return events

    def _exchanges(self, after: int) -> Iterator[_Happened]:
        last = self._journal.number
        if last != after:
            found = self._journal.facts(since=after)
            if self._journal.gone > after or last < after:  # numbers that nobody ever had are no gap
                yield "gap", {}, {"exchange": found[0][0] - 1 if found else last}
            yield from (("request", _told(number, facts), {"exchange": number}) for number, facts in found)

    def _changed(self, after: int) -> Iterator[_Happened]:
        with self._lock:
            last, found = self._number, [(number, what) for number, what in self._changes if number > after]
        if last != after:
            before = found[0][0] - 1 if found else last
            if before != after:
                yield "gap", {}, {"change": before}
            yield from (("change", {"what": what}, {"change": number}) for number, what in found)


def _told(number: int, facts: Facts) -> dict[str, Any]:
    """One exchange in short."""
    known: Mapping[str, Any] = facts
    path = readable(facts["request"].path)
    told = {"number": number, "at": iso(facts["at"]), "method": facts["request"].method, "path": path}
    return told | {"status": facts["response"].status} | {name: known[name] for name in _TOLD}
