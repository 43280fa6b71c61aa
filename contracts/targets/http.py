"""Requests over a socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator, MutableSet
from contextlib import contextmanager, suppress
from threading import Event, Timer
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from contracts.target import Unreachable
from openapi.messages import Request, Response

TIMEOUT = 30.0  # seconds in which the next byte of an answer has to come
DEADLINE = 120.0  # seconds in which the whole of it has to
LARGEST = 1 << 28  # bytes of an answer that are read


class Http:
    """Sends requests as they are, over connections that are kept; follows nothing."""

    def __init__(self, base_url: str, timeout: float = TIMEOUT, deadline: float = DEADLINE) -> None:
        self._base_url = base_url
        self._timeout, self._deadline = timeout, deadline
        self._sockets: MutableSet[socket.socket] = WeakSet()
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no .netrc may change what is sent
        self._session.headers.clear()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(self._sockets))

    def send(self, request: Request, origin: str = "") -> Response:
        """The answer, its body read whole. Raises Unreachable."""
        url = wire_url(request, origin or self._base_url)
        prepared = requests.Request(request.method, url, data=request.body or None).prepare()
        headers: Any = prepared.headers  # its types know no bytes, which it takes
        headers.update({name: _header(value) for name, value in request.headers.items()})
        prepared.url = url  # as it was signed
        with self._limited() as is_late:
            try:
                answer = self._session.send(prepared, timeout=self._timeout, allow_redirects=False, stream=True)
                body = answer.raw.read(LARGEST + 1, decode_content=True)
                answer.close()
                if is_late.is_set():  # what was cut off may look like an end
                    raise TimeoutError
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                why = f"its answer took more than {self._deadline:g} s" if is_late.is_set() else self._cause(error)
                raise Unreachable(f"{origin or self._base_url} did not answer: {why}") from error
        if len(body) > LARGEST:
            raise Unreachable(f"{origin or self._base_url} answered more than {LARGEST} bytes")
        return Response(answer.status_code, _headers(answer), body)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    @contextmanager
    def _limited(self) -> Iterator[Event]:
        """While an answer is waited for: set, and the connection is closed, once that has taken too long."""
        is_late = Event()
        limit = Timer(self._deadline, self._hang_up, (is_late,))
        limit.daemon = True
        limit.start()
        try:
            yield is_late
        finally:
            limit.cancel()

    def _hang_up(self, is_late: Event) -> None:
        is_late.set()
        for each in list(self._sockets):
            with suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)  # not that of TLS, which would wait for the other side

    def _cause(self, error: BaseException) -> str:
        while error.__context__ is not None:
            error = error.__context__
        if isinstance(error, TimeoutError):
            return f"nothing came for {self._timeout:g} s"
        said = (error.strerror if isinstance(error, OSError) else "") or f"{type(error).__name__}: {error}"
        return " ".join(said.split())[:200]


class _Adapter(HTTPAdapter):
    """Keeps track of the sockets that it opens."""

    def __init__(self, sockets: MutableSet[socket.socket]) -> None:
        self._sockets = sockets
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        pools = {"http": urllib3.HTTPConnectionPool, "https": urllib3.HTTPSConnectionPool}
        connections = {"http": HTTPConnection, "https": HTTPSConnection}
        self.poolmanager.pool_classes_by_scheme = {
            scheme: type(pool.__name__, (pool,), {"ConnectionCls": _tracking(connections[scheme], self._sockets)})
            for scheme, pool in pools.items()
        }


def _tracking(base: type[HTTPConnection], sockets: MutableSet[socket.socket]) -> type[HTTPConnection]:
    """A class of connections that are known once they are open."""

    def connect(self: Any) -> None:
        base.connect(self)
        sockets.add(self.sock)

    return type(base.__name__, (base,), {"connect": connect})


def wire_url(request: Request, origin: str) -> str:
    """The address of a request, percent-encoded."""
    path = quote(request.path.encode("utf-8", "surrogateescape"), safe="/-._~!$&'()*+,;=:@")
    return f"{origin}{path}{'?' + request.query if request.query else ''}"


def _headers(answer: requests.Response) -> dict[str, str]:
    """Names in lower case; without the length of a body that was packed, as it is that of other bytes."""
    found = {name.lower(): value for name, value in answer.headers.items()}
    if found.get("content-encoding", "identity") != "identity":
        found.pop("content-length", None)
    return found


def _header(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")
