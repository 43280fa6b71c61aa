"""Files that were made, kept for as long as there is room: a small one in memory, a large one on disk."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

ROOM = 1 << 31  # bytes of all files together; the newest is kept however large it is
PLACES = 1024  # files

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


@dataclass(slots=True)
class _Place(Generic[Made]):
    lock: Lock = field(default_factory=Lock)  # held while the file is made, so that it is made once
    made: Made | None = None
    size: int = 0  # bytes that are counted of it
    askers: int = 0  # who make it, or wait for it


class Shelf(Generic[Key, Made]):
    """What was made last, as much as there is room for; `size_of` it is in bytes."""

    def __init__(self, size_of: Callable[[Made], int]) -> None:
        self._size_of = size_of
        self._lock = Lock()
        self._places: dict[Key, _Place[Made]] = {}  # those used last at the end
        self._bytes = 0

    def find(self, key: Key) -> Made | None:
        """What was made of a key; None where nobody has made it, or where it is being made."""
        with self._lock:
            place = self._places.get(key)
            return place.made if place else None

    def is_awaited(self, key: Key) -> bool:
        """Whether anybody waits for it, besides who makes it."""
        place = self._places.get(key)
        return place is not None and place.askers > 1

    def get(self, key: Key, make: Callable[[Key], Made]) -> Made:
        """What was made of a key, or is made of it now, while whoever else asks waits. Raises what `make` raises."""
        with self._lock:
            place = self._places.pop(key, None) or _Place[Made]()
            self._places[key] = place
        made = place.made
        return self._made(key, place, make) if made is None else made

    def _made(self, key: Key, place: _Place[Made], make: Callable[[Key], Made]) -> Made:
        self._add(place, 1)
        try:
            with place.lock:
                if place.made is None:
                    place.made = make(key)
                    self._count(key, place, self._size_of(place.made))
                return place.made
        finally:
            self._add(place, -1)

    def _add(self, place: _Place[Made], askers: int) -> None:
        with self._lock:
            place.askers += askers

    def _count(self, key: Key, place: _Place[Made], size: int) -> None:
        with self._lock:
            if self._places.get(key) is place:  # else it had to go while it was made
                place.size = size
                self._bytes += size
            while len(self._places) > 1 and (self._bytes > ROOM or len(self._places) > PLACES):
                self._bytes -= self._places.pop(next(iter(self._places))).size
