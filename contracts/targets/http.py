"""Requests over a socket."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, MutableSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Timer
from typing import Any
from weakref import WeakSet

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from contracts.target import Oversized, Unreachable
from contracts.targets.network import DIRECT, Network
from contracts.targets.urls import wire_url
from openapi.addresses import shown
from openapi.messages import Request, Response

TIMEOUT = 30.0  # seconds in which the next byte of an answer has to come
DEADLINE = 120.0  # seconds in which the whole of it has to
LARGEST = 1 << 28  # bytes of an answer that are read


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an answer may take."""

    timeout: float = TIMEOUT
    deadline: float = DEADLINE
    room: Callable[[], int] = lambda: LARGEST  # bytes that the body of the next answer may have


class Http:
    """Sends requests as they are, over connections that are kept; follows nothing."""

    def __init__(self, base_url: str, bounds: Bounds = Bounds(), network: Network = DIRECT) -> None:
        self._base_url = base_url
        self._bounds, self._network = bounds, network
        self._sockets: MutableSet[socket.socket] = WeakSet()
        self._session = requests.Session()
        self._session.trust_env = False  # what counts of the environment is in `network`; .netrc never does
        self._session.headers.clear()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(self._sockets))

    def send(self, request: Request, origin: str = "") -> Response:
        """The answer, its body read whole. Raises Unreachable; Oversized where there was no room for all of it."""
        origin, room = origin or self._base_url, min(self._bounds.room(), LARGEST)
        prepared = self._prepared(request, origin)
        with self._limited() as is_late:
            try:
                answer = self._session.send(
                    prepared,
                    timeout=self._bounds.timeout,
                    allow_redirects=False,
                    stream=True,
                    proxies=self._network.proxies_for(origin),
                    verify=self._network.verify,
                )
                body = answer.raw.read(room + 1, decode_content=True)
                answer.close()
                if is_late.is_set():  # what was cut off may look like an end
                    raise TimeoutError
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                why = f"its answer took more than {self._bounds.deadline:g} s" if is_late.is_set() else ""
                raise self._unreachable(origin, error, why) from error
        if len(body) > room:
            raise Oversized(f"{origin} answered more than {room} bytes")
        return Response(answer.status_code, _headers(answer), body)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _prepared(self, request: Request, origin: str) -> requests.PreparedRequest:
        url = wire_url(request, origin)
        prepared = requests.Request(request.method, url, data=request.body or None).prepare()
        headers: Any = prepared.headers  # its types know no bytes, which it takes
        headers.update({name: _header(value) for name, value in request.headers.items()})
        prepared.url = url  # as it was signed
        return prepared

    @contextmanager
    def _limited(self) -> Iterator[Event]:
        """While an answer is waited for: set, and the connection is closed, once that has taken too long."""
        is_late = Event()
        limit = Timer(self._bounds.deadline, self._hang_up, (is_late,))
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

    def _unreachable(self, origin: str, error: BaseException, why: str) -> Unreachable:
        """Why there is no answer, in one line, and whether the request may have arrived all the same."""
        chain = [error]
        while chain[-1].__context__ is not None:
            chain.append(chain[-1].__context__)
        through = self._network.proxies_for(origin)
        way = f" through the proxy {shown(next(iter(through.values())))}" if through else ""
        told = f"{origin} did not answer{way}: {why or _cause(chain[-1], self._bounds.timeout, self._network)}"
        unsent = (
            urllib3.exceptions.NewConnectionError,
            urllib3.exceptions.ConnectTimeoutError,
            ssl.SSLCertVerificationError,
        )
        is_sent = not any(isinstance(each, unsent) for each in chain)
        return Unreachable(told, may_have_arrived=is_sent, is_elsewhere=origin != self._base_url)


def _cause(error: BaseException, timeout: float, network: Network) -> str:
    """What went wrong at the bottom of it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}; {network.trusted}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {(error.reason or error.strerror or 'it ends in the middle').lower().replace('_', ' ')}"
    if isinstance(error, socket.gaierror):
        return f"there is no such host: {error.strerror}"
    if isinstance(error, TimeoutError):
        return f"nothing came for {timeout:g} s"
    said = (error.strerror if isinstance(error, OSError) else "") or f"{type(error).__name__}: {error}"
    return " ".join(said.split())[:200]


class _Adapter(HTTPAdapter):
    """Keeps track of the sockets that it opens."""

    def __init__(self, sockets: MutableSet[socket.socket]) -> None:
        self._sockets = sockets
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools()

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        if not known and not proxy.lower().startswith("socks"):  # which brings connections of its own
            manager.pool_classes_by_scheme = self._pools()
        return manager

    def _pools(self) -> dict[str, Any]:
        pools = {"http": urllib3.HTTPConnectionPool, "https": urllib3.HTTPSConnectionPool}
        connections = {"http": HTTPConnection, "https": HTTPSConnection}
        return {
            scheme: type(pool.__name__, (pool,), {"ConnectionCls": _tracking(connections[scheme], self._sockets)})
            for scheme, pool in pools.items()
        }


def _tracking(base: type[HTTPConnection], sockets: MutableSet[socket.socket]) -> type[HTTPConnection]:
    """A class of connections that are known once they are open."""

    def connect(self: Any) -> None:
        base.connect(self)
        sockets.add(self.sock)

    return type(base.__name__, (base,), {"connect": connect})


def _headers(answer: requests.Response) -> dict[str, str]:
    """Names in lower case; without the length of a body that was packed, as it is that of other bytes."""
    found = {name.lower(): value for name, value in answer.headers.items()}
    if found.get("content-encoding", "identity") != "identity":
        found.pop("content-length", None)
    return found


def _header(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")
