"""The server that the proxy stands before: where it is, and connections to it."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import certifi
import h11

from contracts.proxy.peer import Peer
from contracts.proxy.trouble import Code, Trouble
from contracts.targets.network import authorities_of
from openapi.addresses import shown

CONNECTING = 30.0  # seconds in which a connection has to be there
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Upstream:
    """The server under test."""

    url: str  # scheme, host and perhaps port, as the user gave it
    tls: ssl.SSLContext | None = None  # None: plain HTTP

    @property
    def host(self) -> str:
        """The host, in lower case."""
        return urlsplit(self.url).hostname or ""

    @property
    def netloc(self) -> str:
        """Host and port, as a Host header names them."""
        return urlsplit(self.url).netloc

    async def connect(self) -> Peer:
        """A new connection. Raises Trouble."""
        parts = urlsplit(self.url)
        port = parts.port or PORTS[parts.scheme]
        try:
            with anyio.fail_after(CONNECTING):
                if self.tls is None:
                    return Peer(await anyio.connect_tcp(self.host, port), h11.CLIENT)
                stream = await anyio.connect_tcp(
                    self.host, port, ssl_context=self.tls, tls_standard_compatible=False, tls_hostname=self.host
                )
                return Peer(stream, h11.CLIENT)
        except TimeoutError as error:
            raise Trouble(Code.SILENT, f"{self.url} let nobody connect within {CONNECTING:g} s") from error
        except (OSError, ssl.SSLError, anyio.BrokenResourceError, anyio.EndOfStream) as error:
            raise Trouble(Code.UNREACHABLE, f"{self.url} cannot be reached: {_cause(error)}") from error


def upstream(url: str) -> Upstream:
    """The server at an address. Raises ValueError for what is no address."""
    parts = urlsplit(url.rstrip("/"))
    try:
        is_address = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or parts.path or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"{shown(url)!r} is no address of a server; one reads https://api.example.com")
    return Upstream(url.rstrip("/"), _trust() if parts.scheme == "https" else None)


def _trust() -> ssl.SSLContext:
    """Certificates are checked by the authorities that the environment names, else by the usual ones."""
    found = authorities_of(os.environ) or certifi.where()
    is_folder = Path(found).is_dir()
    try:
        context = ssl.create_default_context(capath=found if is_folder else None, cafile=None if is_folder else found)
    except OSError as error:
        raise ValueError(f"the certificates in {found} cannot be read: {error.strerror or error}") from error
    context.set_alpn_protocols(["http/1.1"])
    return context


def _cause(error: BaseException) -> str:
    """The innermost reason, in words."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    inner = error.__cause__ or error.__context__
    if isinstance(error, anyio.BrokenResourceError | anyio.EndOfStream) and inner is not None:
        return _cause(inner)
    if isinstance(error, OSError) and inner is not None and not error.strerror:
        return _cause(inner)
    return str(getattr(error, "strerror", None) or error) or type(error).__name__
