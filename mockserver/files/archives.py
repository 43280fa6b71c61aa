"""How one file is packed. A packer takes the member's name, when it was made (epoch seconds) and its bytes."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, cast

CHUNK = 65_536  # bytes, the most that is handed out at a time

Packer = Callable[[str, float, Iterable[bytes]], Iterator[bytes]]

_IN_MEMORY = 16 * CHUNK  # bytes of a member that are not yet worth a file on disk
_ZIP_YEARS = (datetime(1980, 1, 1, tzinfo=UTC), datetime(2107, 12, 31, tzinfo=UTC))  # that a ZIP entry can hold
_LAST_SECOND = 2**32 - 1  # that a gzip header can hold
_UNIX = 3  # "made by", so that an archive does not tell where it was made


class Outbox:
    """A file to write to whose bytes are taken away as they come; it cannot seek."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it to flush to."""

    def take(self) -> bytes:
        """Everything written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of `CHUNK`; only the last may be shorter, none is empty."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= CHUNK:
            yield bytes(held[:CHUNK])
            del held[:CHUNK]
    if held:
        yield bytes(held)


def bare(_member: str, _made: float, content: Iterable[bytes]) -> Iterator[bytes]:
    """No archive at all."""
    return iter(content)


def tar_gz(member: str, made: float, content: Iterable[bytes]) -> Iterator[bytes]:
    """A gzip-compressed tar. What is long waits on disk: a tar tells the size of a member before its bytes."""
    outbox = Outbox()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=outbox, mtime=_second(made)) as packed:
        for piece in _tar(member, _second(made), content):
            packed.write(piece)
            yield outbox.take()
    yield outbox.take()


def _tar(member: str, made: int, content: Iterable[bytes]) -> Iterator[bytes]:
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        for piece in content:
            spool.write(piece)
        entry = tarfile.TarInfo(member)
        entry.size, entry.mtime = spool.tell(), made
        yield entry.tobuf(tarfile.PAX_FORMAT)
        spool.seek(0)
        while piece := spool.read(CHUNK):
            yield piece
        yield bytes(-entry.size % tarfile.BLOCKSIZE + 2 * tarfile.BLOCKSIZE)


def zipped(member: str, made: float, content: Iterable[bytes]) -> Iterator[bytes]:
    """A ZIP archive with one deflated entry."""
    first, last = _ZIP_YEARS
    moment = min(max(datetime.fromtimestamp(_second(made), UTC), first), last)
    entry = zipfile.ZipInfo(member, moment.timetuple()[:6])
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, _UNIX, 0o644 << 16
    outbox = Outbox()
    with zipfile.ZipFile(cast(IO[bytes], outbox), "w") as archive, archive.open(entry, "w") as target:
        for piece in content:
            target.write(piece)
            yield outbox.take()
    yield outbox.take()


def _second(made: float) -> int:
    return min(max(int(made), 0), _LAST_SECOND)


PACKERS: Mapping[str, Packer] = {"none": bare, "tar.gz": tar_gz, "zip": zipped}
