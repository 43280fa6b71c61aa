"""How texts become bytes, hashes and percent-encoded words; nothing here fails on text that no encoding allows."""

from __future__ import annotations

import hashlib
import hmac
import re
from functools import lru_cache
from urllib.parse import quote

from openapi.messages import Request

EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
FORM = "application/x-www-form-urlencoded"
KEPT = 1024  # texts that are remembered with what they are encoded as
LONGEST = 1024  # characters of one
_BLOCK = 64  # bytes that SHA-256 takes at once
_INNER, _OUTER = (bytes(each ^ pad for each in range(256)) for pad in (0x36, 0x5C))  # of RFC 2104
_UNRESERVED = re.compile(r"[A-Za-z0-9\-_.~]*")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9\-_.~/]*")


def to_bytes(text: str) -> bytes:
    """UTF-8. A lone surrogate becomes the byte it stands for, or, if it stands for none, its three-byte form."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        try:
            return text.encode(errors="surrogateescape")
        except UnicodeEncodeError:
            return text.encode(errors="surrogatepass")


def to_text(data: bytes) -> str:
    """The reverse of `to_bytes`: a byte that is no UTF-8 becomes a lone surrogate."""
    return data.decode(errors="surrogateescape")


def sha256_hex(data: bytes) -> str:
    """64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest() if data else EMPTY_SHA256


def hmac_sha256(key: bytes, text: str) -> bytes:
    """32 bytes."""
    return hmac.digest(key, to_bytes(text), "sha256")


class SigningKey:
    """A key of HMAC-SHA256 that signs many texts: what is the same for all of them is hashed once (RFC 2104, 4)."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(block.translate(_INNER))
        self._outer = hashlib.sha256(block.translate(_OUTER))

    def sign(self, text: str) -> str:
        """The signature as 64 lower-case hex digits."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(to_bytes(text))
        outer.update(inner.digest())
        return outer.hexdigest()


def percent_encode(text: str, safe: str = "") -> str:
    """RFC 3986: everything but letters, digits, `-_.~` and `safe`, in upper-case hex."""
    if len(text) > LONGEST:
        return _encoded(text, safe)
    return _known_encoded(text, safe)


def _encoded(text: str, safe: str) -> str:
    plain = _PLAIN_PATH if "/" in safe else _UNRESERVED
    if plain.fullmatch(text):  # most texts are, and to find that out is ten times as quick
        return text
    return quote(to_bytes(text), safe=safe)


_known_encoded = lru_cache(KEPT)(_encoded)  # clients ask for the same paths again and again


def encode_pairs(pairs: list[tuple[str, str]]) -> str:
    """`name=value` joined with `&`, both percent-encoded, in the order given."""
    return "&".join(f"{percent_encode(name)}={percent_encode(value)}" for name, value in pairs)


def is_form(request: Request) -> bool:
    """Whether the body is declared to be a form."""
    return request.headers.get("content-type", "").lower().startswith(FORM)
