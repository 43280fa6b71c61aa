"""What would be sent: counted while a run is rehearsed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum


class Answered(StrEnum):
    """How a server that keeps its promises answers a request."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNTRUSTED = "untrusted"  # refused for its credentials: unsigned, signed wrongly, with a token that is not good


@dataclass(frozen=True, slots=True)
class Sort:
    """What requests have in common that are counted together."""

    operation: str
    purpose: str  # the kind of the clause that is judged; or one of the two below
    answered: Answered


PROBING = "probing"  # before anything is judged: is it the API, are the credentials good, are the resources there
TIDYING = "tidying"  # tasks that were made are removed


@dataclass
class Tally:
    """The requests of a rehearsal, and what it lacked."""

    requests: Counter[Sort] = field(default_factory=Counter[Sort])
    files: int = 0  # bodies that are the file of a task
    bytes: int = 0  # of the bodies of all answers
    purpose: str = PROBING
    lacking: dict[str, None] = field(default_factory=dict[str, None])  # entries of the profile that were asked for
    used: dict[str, None] = field(default_factory=dict[str, None])  # those that were there

    @property
    def sent(self) -> int:
        """Requests of every sort."""
        return self.requests.total()

    @contextmanager
    def judging(self, purpose: str) -> Iterator[None]:
        """While a clause of a kind is judged; what it lacked and used is known afterwards."""
        before, self.purpose = self.purpose, purpose
        self.lacking.clear()
        self.used.clear()
        try:
            yield
        finally:
            self.purpose = before
