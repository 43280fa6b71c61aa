"""Where are the lines of records, for all who have them? In the memory and on the disk of one mock, or in a store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Protocol

from mockserver.records.batch import About, Batch
from mockserver.records.content import Content, unpacked
from mockserver.store import Piece, Store, StoreError

LONGEST = 3600.0  # seconds that one who puts a batch may need from piece to piece; what is older and unused is removed
FEW = 8  # pieces that are forgotten at once


class Depot(Protocol):
    """Keeps batches, from before anything refers to them until nothing does any more. Everything raises StoreError."""

    held: Callable[[], Collection[str]]  # digests of batches that are wanted besides

    def put(self, batches: Iterable[Batch]) -> None:
        """Have these where all who need them find them."""
        ...

    def has(self, batches: Iterable[Batch]) -> bool:
        """Whether all of them are there, whole."""
        ...

    def batch(self, about: About) -> Batch:
        """The batch that this is known of. Its lines are fetched when they are needed first."""
        ...

    def idle(self, wanted: Collection[str], gone: Collection[str]) -> Collection[str]:
        """The batches that are there for nobody: those whose digests are `gone`, and old ones that are not `wanted`."""
        ...

    def forget_some(self, digest: str) -> bool:
        """Forget a part of a batch, unless it is wanted besides; whether there may be more of it."""
        ...


class OwnDepot:
    """Nothing is kept anywhere but where it is used."""

    def __init__(self) -> None:
        self.held: Callable[[], Collection[str]] = tuple

    def put(self, batches: Iterable[Batch]) -> None:
        pass

    def has(self, batches: Iterable[Batch]) -> bool:  # noqa: ARG002 - whoever has one has its lines
        return True

    def batch(self, about: About) -> Batch:
        raise StoreError(f"there are no lines of {about.digest} here")

    def idle(self, wanted: Collection[str], gone: Collection[str]) -> Collection[str]:  # noqa: ARG002 - nor left there
        return ()

    def forget_some(self, digest: str) -> bool:  # noqa: ARG002
        return False


class StoreDepot:
    """In a store, compressed, in pieces of which each is put by itself, so that nobody waits for long."""

    def __init__(self, store: Store, real: Callable[[], float]) -> None:
        """`real` tells the real time in epoch seconds."""
        self.held: Callable[[], Collection[str]] = tuple
        self._store = store
        self._real = real

    def put(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            if not self.has([batch]):
                self._send(batch)

    def has(self, batches: Iterable[Batch]) -> bool:
        found = self._store.pieces()
        return all(found.get(batch.digest, (0, 0.0))[0] == batch.count for batch in batches)

    def batch(self, about: About) -> Batch:
        return Batch(about, lambda: self._fetch(about))

    def idle(self, wanted: Collection[str], gone: Collection[str]) -> Collection[str]:
        long_ago = self._real() - LONGEST
        found = self._store.pieces().items()
        return [name for name, (_, at) in found if name not in wanted and (name in gone or at < long_ago)]

    def forget_some(self, digest: str) -> bool:
        return digest not in self.held() and self._store.forget_pieces(digest, FEW)

    def _send(self, batch: Batch) -> None:
        from isal import isal_zlib  # here, as below: what has no store need not wait for it to be imported

        for number, (rows, piece) in enumerate(batch.content().pieces()):
            self._store.put_piece(Piece(batch.digest, number, rows, isal_zlib.compress(piece)), self._real())

    def _fetch(self, about: About) -> Content:
        content = Content(unpacked(self._received(about)), timed=about.timed)
        if content.digest != about.content:
            raise StoreError(f"the lines of {about.digest} are not those that were put there")
        return content

    def _received(self, about: About) -> Iterator[bytes]:
        from isal import isal_zlib

        number = rows = 0
        while rows < about.rows:
            piece = self._store.piece(about.digest, number)
            if piece is None:
                raise StoreError(f"the lines of {about.digest} are not there any more")
            yield isal_zlib.decompress(piece.content)
            number, rows = number + 1, rows + piece.rows
