"""What is counted of the tasks of an account, so that nobody has to look at them."""

from __future__ import annotations

from mockserver.ids import new_key
from mockserver.stores.session import Values


class Counts:
    """How many tasks there are, as a row has it."""

    __slots__ = COUNTS = ("held", "made", "unfinished", "counted", "changes")

    def __init__(self, held: int, made: int, unfinished: int, counted: float, changes: int) -> None:
        """`made`: how many there ever were; `unfinished`: how many end later than `counted`, in epoch seconds.

        `changes` grows whenever any task is another.
        """
        self.held, self.made, self.unfinished, self.counted, self.changes = held, made, unfinished, counted, changes

    def values(self) -> tuple[float, ...]:
        """In the order of their names."""
        return self.held, self.made, self.unfinished, self.counted, self.changes

    def add(self, end: float) -> None:
        """Count a task that ends then."""
        self.changes += 1
        self.held += 1
        self.made += 1
        self.unfinished += end > self.counted

    def move(self, old: float, new: float) -> None:
        """Count a task that is another now, and ends at another time."""
        self.changes += 1
        self.unfinished += (new > self.counted) - (old > self.counted)

    def remove(self, end: float) -> None:
        """Count a task no more."""
        self.changes += 1
        self.held -= 1
        self.unfinished -= end > self.counted


COUNTS = Counts.COUNTS
UNSORTED = b"\xff"  # in the place of the greatest id where one was not greater than the one before


def latest(before: bytes, task_id: str) -> bytes:
    """The greatest id of those that were added, of which this is the last, whatever its letters' case."""
    now = task_id.lower().encode("utf-8", "surrogatepass")
    return now if before < now else UNSORTED


def nothing() -> Values:
    """What is counted of an account that has never had a task.

    Its changes begin anywhere: so nobody takes it for one whose row was deleted.
    """
    return {
        **dict.fromkeys(COUNTS, 0),
        "changes": int.from_bytes(new_key()[:7]),
        "calls": b"",
        "latest": b"",
        "recent": b"",
        "listed": "",
    }
