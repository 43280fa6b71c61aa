"""The records of one place at one moment. Loading more makes another edition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from hashlib import sha256

from mockserver.files.row import Span
from mockserver.records.batch import Batch, as_one, joined
from mockserver.records.content import DIGITS
from mockserver.state.encoding import to_bytes
from mockserver.task import LOADED

FEW = 16  # batches that an edition has; before there are more, they become one


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where records belong."""

    api: str
    kind: str  # of rows
    account: str = ""  # number; empty: everybody's
    resource: str = ""  # id, or several joined by a slash; empty: every resource's


@dataclass(frozen=True, slots=True)
class Found:
    """The records of an address as they were at some moment."""

    seed: str  # what tasks know it by; equal ones are of the same rows at the same address
    batches: tuple[Batch, ...]
    columns: tuple[str, ...]  # in the order in which rows first had them

    @property
    def rows(self) -> int:
        return sum(batch.count for batch in self.batches)

    @property
    def size(self) -> int:
        """Bytes of their lines."""
        return sum(batch.size for batch in self.batches)

    @property
    def span(self) -> Span | None:
        """The first and the last moment, in epoch milliseconds; None where they have no time."""
        spans = [batch.span for batch in self.batches if batch.span]
        return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None

    def lines(self, window: Span | None, *, newest_first: bool) -> Iterator[bytes]:
        """The rows of a window as lines of JSON, in the order of their time or against it."""
        if len(self.batches) == 1:
            return self.batches[0].lines(self.batches[0].between(window), newest_first=newest_first)
        return (line for _, line in joined(self.batches, window, newest_first=newest_first))

    def count(self, window: Span | None) -> int:
        """How many rows a window has."""
        return sum(len(batch.between(window)) for batch in self.batches)

    def fetch(self) -> None:
        """Have all lines here, so that reading them cannot fail any more. Raises StoreError."""
        for batch in self.batches:
            batch.content()


@dataclass(frozen=True, slots=True)
class Summary:
    """What there is at an address."""

    address: Address
    found: Found


@dataclass(frozen=True, slots=True)
class Edition:
    """What was loaded for an address, and is found there, or only by the tasks that were created when it was."""

    address: Address
    found: Found
    is_current: bool


def edition(address: Address, batches: tuple[Batch, ...]) -> Found:
    """The edition that the batches make together. Its seed tells nothing but what it holds, and where."""
    if len(batches) > FEW:
        batches = (as_one(batches),)
    columns = tuple(dict.fromkeys(name for batch in batches for name in batch.columns))
    return Found(_seed(address, batches), batches, columns)


def _seed(address: Address, batches: tuple[Batch, ...]) -> str:
    said = to_bytes([*astuple(address), *(batch.digest for batch in batches)])
    return f"{LOADED}{sha256(said, usedforsecurity=False).hexdigest()[:DIGITS]}"
