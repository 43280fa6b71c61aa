"""The journal of all mocks that have one store: each writes down there what it answered before the answer leaves."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from threading import RLock
from typing import Any

from mockserver.accounts import Accounts
from mockserver.exchange import OVERHEAD, Entry, Facts
from mockserver.ids import new_key
from mockserver.journal import CAPACITY, ROOM, Journal
from mockserver.noted import Exchanges, Noted
from mockserver.state.encoding import from_bytes, to_bytes
from mockserver.state.exchanges import read, written
from mockserver.store import StoreError
from mockserver.tally import MOST, OTHERS, Count, Kind, Tally, bucket_of
from openapi.model import Spec

TRIMMED = 512  # exchanges, after each of which somebody looks whether some have to make room


class SharedJournal(Journal):
    """The last exchanges of all; what was read of the store once is not read again.

    What the store could not take is kept until it can. Whatever reads may raise StoreError.
    """

    def __init__(self, exchanges: Exchanges, specs: Mapping[str, Spec], accounts: Accounts, tally: SharedTally) -> None:
        super().__init__(CAPACITY, ROOM, specs)
        self._exchanges = exchanges
        self._accounts = accounts
        self._tally = tally
        self._late: deque[Noted] = deque(maxlen=CAPACITY)  # what the store could not take
        self._reading = RLock()

    def add(self, facts: Facts) -> None:
        """Have an exchange kept for all; of long bodies only the start."""
        content, kind, seconds = written(facts), self._tally.text_of(facts), facts["seconds"]
        noted = Noted(content, OVERHEAD + len(content), kind, bucket_of(seconds), seconds, new_key())
        try:
            self._exchanges.add(noted, partial(self._tell, facts))
        except StoreError:
            self._late.append(noted)
            self._tell(facts, 0)

    def clear(self) -> None:
        self._exchanges.clear()

    @property
    def number(self) -> int:
        self._look()
        return self._number

    @property
    def forgotten(self) -> int:
        self._look()
        return self._forgotten

    @property
    def weight(self) -> int:
        self._look()
        return self._weight

    def __len__(self) -> int:
        return len(self._kept())

    def _kept(self) -> list[Entry]:
        self._look()
        return super()._kept()

    def _tell(self, facts: Facts, number: int) -> None:
        """Tell of an exchange that the store has; 0: it could not take it."""
        if number and number % TRIMMED == 0:
            with suppress(StoreError):  # the next one will do
                self._exchanges.trim(CAPACITY, ROOM)
        for listener in self._listeners:
            listener(number, facts)

    def catch_up(self) -> None:
        while self._late:
            with suppress(IndexError):  # another thread was quicker
                noted = self._late.popleft()
                try:
                    self._exchanges.add(noted, lambda _: None)
                except StoreError:
                    self._late.appendleft(noted)
                    raise

    def _look(self) -> None:
        """Read what is new in the store."""
        self.catch_up()
        with self._reading:
            if self._exchanges.marks() != (self._number, self._cleared):
                self._take()

    def _take(self) -> None:
        notes = self._exchanges.since(self._number)
        with self._lock:
            for number, weight, content in notes.entries:
                entry = Entry.of(read(content, self._specs, self._accounts))
                entry.number, entry.weight = number, weight
                self._entries.append(entry)
                self._weight += weight
            while self._entries and self._entries[0].number <= notes.cleared:
                self._weight -= self._entries.popleft().weight
            self._cleared = notes.cleared
            self._number = max([self._number, notes.cleared, *(number for number, *_ in notes.entries[-1:])])
            self._forgotten = max(notes.forgotten, self._forgotten if self._forgotten > notes.cleared else 0)
            self._make_room()


class SharedTally(Tally):
    """Counts the exchanges of all who have a store, by what is kept there. All may raise StoreError."""

    def __init__(self, specs: Mapping[str, Spec], exchanges: Exchanges) -> None:
        super().__init__(specs)
        self._exchanges = exchanges
        # Of the kinds that are told apart.
        self._texts: dict[tuple[Any, ...], str] = {kind: _text(kind) for kind in self.counts()}

    def kind_of(self, facts: Facts) -> Kind:
        kind = super().kind_of(facts)
        if kind not in self._texts:
            if len(self._texts) >= MOST:
                return OTHERS
            self._texts[kind] = _text(kind)
        return kind

    def text_of(self, facts: Facts) -> str:
        """The kind of an exchange, as the store has it."""
        features: tuple[Any, ...] = self._features_of(facts)
        return self._texts.get(features) or self._texts.get(self.kind_of(facts), ALL_OTHERS)

    def counts(self) -> dict[Kind, Count]:
        found: dict[Kind, Count] = {}
        for (kind, bucket), (number, seconds) in self._exchanges.counts().items():
            count = found.setdefault(Kind(*from_bytes(kind.encode())), Count())
            count.buckets[bucket] += number
            count.seconds += seconds
        return found


def _text(kind: Kind) -> str:
    return to_bytes([*kind]).decode()


ALL_OTHERS = _text(OTHERS)
