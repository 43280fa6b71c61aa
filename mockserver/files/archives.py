"""How one file is packed. Its content is compressed once; what an archive adds for a task stands around it."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5

from isal import isal_zlib

from mockserver.files.spool import Spool
from mockserver.files.zips import Entry, zip_around

CHUNK = 65_536  # bytes, the most that is handed out at a time
SHORT = 1 << 16  # bytes of a content that are kept in memory

_LAST_SECOND = 2**32 - 1  # that a gzip header can hold
_RAW = -zlib.MAX_WBITS  # deflate without a header of its own
_GZIP = b"\x1f\x8b\x08\x00%b\x00\xff"  # deflated, no flags, when, no hint, made on no system that is told
_END = b"\x03\x00"  # of what is deflated: a last block with nothing in it


@dataclass(frozen=True, slots=True)
class Sums:
    """What a content comes to, as its archive holds it."""

    size: int  # bytes before they were compressed
    packed: int  # bytes
    crc: int  # CRC-32 of those that were not compressed yet
    digest: bytes  # MD5 of those that are held


@dataclass(frozen=True, slots=True)
class Outline:
    """All that the bytes around a content depend on."""

    member: str  # the name inside the archive
    made: float  # epoch seconds
    sums: Sums


@dataclass(frozen=True, slots=True)
class Archive:
    """One way to pack a file."""

    compresses: bool
    around: Callable[[Outline], tuple[bytes, bytes]]  # what stands before a content, and after it


def write(pieces: Iterable[bytes], *, compressed: bool) -> tuple[Spool, Sums]:
    """The content that `pieces` are; nothing is held in memory but what is short."""
    data, size, crc, digest = Spool(SHORT), 0, 0, md5(usedforsecurity=False)
    packer = isal_zlib.compressobj(wbits=_RAW) if compressed else None

    def hold(piece: bytes) -> None:
        digest.update(piece)
        data.write(piece)

    for piece in chunks(pieces):
        size += len(piece)
        crc = isal_zlib.crc32(piece, crc)
        hold(packer.compress(piece) if packer else piece)
    if packer:
        hold(packer.flush(isal_zlib.Z_SYNC_FLUSH))  # whole bytes, and something may follow
    return data, Sums(size, data.size, crc, digest.digest())


def chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of at least `CHUNK`; only the last may be shorter, none is empty."""
    held, length = list[bytes](), 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= CHUNK:
            yield b"".join(held)
            held, length = [], 0
    if length:
        yield b"".join(held)


def bare(_: Outline) -> tuple[bytes, bytes]:
    """No archive at all."""
    return b"", b""


def tar_gz(outline: Outline) -> tuple[bytes, bytes]:
    """A gzip-compressed tar."""
    entry = tarfile.TarInfo(outline.member)
    size = outline.sums.size
    entry.size, entry.mtime = size, _second(outline.made)
    head = entry.tobuf(tarfile.PAX_FORMAT)
    rest = bytes(-size % tarfile.BLOCKSIZE + 2 * tarfile.BLOCKSIZE)
    crc = zlib.crc32(rest, isal_zlib.crc32_combine(zlib.crc32(head), outline.sums.crc, size))
    length = len(head) + size + len(rest)
    sums = crc.to_bytes(4, "little") + (length & 0xFFFFFFFF).to_bytes(4, "little")
    begun = _GZIP % entry.mtime.to_bytes(4, "little") + _deflated(head, zlib.Z_SYNC_FLUSH)
    return begun, _deflated(rest, zlib.Z_FINISH) + sums


def zipped(outline: Outline) -> tuple[bytes, bytes]:
    """A ZIP archive with one deflated entry."""
    moment = datetime.fromtimestamp(_second(outline.made), UTC)
    sums = outline.sums
    entry = Entry(outline.member, moment, sums.size, sums.packed + len(_END), sums.crc)
    head, directory = zip_around(entry)
    return head, _END + directory


def _deflated(data: bytes, flush: int) -> bytes:
    packer = zlib.compressobj(wbits=_RAW)
    return packer.compress(data) + packer.flush(flush)


def _second(made: float) -> int:
    return min(max(int(made), 0), _LAST_SECOND)


ARCHIVES: Mapping[str, Archive] = {
    "none": Archive(compresses=False, around=bare),
    "tar.gz": Archive(compresses=True, around=tar_gz),
    "zip": Archive(compresses=True, around=zipped),
}
