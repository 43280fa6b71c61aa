"""How do calls of `requests` reach a mock in this process? `responses` catches them, the engine answers."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from http.client import responses as REASONS  # noqa: N812 - a table
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from responses import BaseResponse, RequestsMock
from urllib3 import HTTPHeaderDict, HTTPResponse

from mockserver.faults.harm import Harmed
from mockserver.mishaps import undergo
from openapi.messages import Request
from openapi.routing import host_pattern

if TYPE_CHECKING:
    from requests import PreparedRequest

    from mockserver.gateway import Gateway
    from openapi.model import Spec

ANY = "ANY"  # method and address of what is caught: all of them
ALL = re.compile("")  # the start of any address
KEPT = 128  # addresses that are remembered, as many as `urlsplit` remembers


@dataclass(frozen=True, slots=True, eq=False)
class Catch:
    """Whose hosts are caught, where their requests go, and whether those to others pass."""

    specs: Iterable[Spec]
    gateway: Gateway
    passes: bool = False
    is_own: Callable[[str], object] = field(init=False)  # whether a host is one of the clouds'

    def __post_init__(self) -> None:
        pattern = host_pattern([host for spec in self.specs for host in spec.hosts])
        object.__setattr__(self, "is_own", lru_cache(KEPT)(pattern.fullmatch))


class Net:
    """All catches under way; the newest comes first. `responses` is only in place while there is one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._catches: tuple[Catch, ...] = ()
        self._mock: _Calls | None = None

    def cast(self, catch: Catch) -> None:
        """Begin to catch, before all others."""
        with self._lock:
            self._catches = (catch, *self._catches)
            if self._mock is None:
                self._mock = _Calls(self)
                self._mock.add(_Clouds(self))
                self._mock.add_passthru(ALL)  # what belongs to nobody and is not refused
                self._mock.start()

    def haul(self, catch: Catch) -> None:
        """End it, whichever others have begun since."""
        with self._lock:
            self._catches = tuple(each for each in self._catches if each is not catch)
            if not self._catches and self._mock is not None:
                self._mock.stop()
                self._mock = None

    def owner(self, url: str) -> Catch | None:
        """The catch that a call belongs to; None where it passes. Raises ConnectionError where it must not."""
        (host, _, _), catches = _parts(url), self._catches
        for catch in catches:
            if catch.is_own(host):
                return catch
        if catches and not catches[0].passes:
            known = ", ".join(sorted({host for catch in catches for spec in catch.specs for host in spec.hosts}))
            raise requests.ConnectionError(
                f"nothing is mocked at {host}, and no other host is let through: mocked are "
                f"{known or 'no hosts, as `servers` of the specs name none'}; "
                'mockserver.mock(…, others="pass") lets the others through'
            )
        return None

    def forget(self) -> None:
        """Drop what `responses` keeps of every call; the mock has a journal of its own, which is bounded."""
        mock = self._mock
        if mock is not None:
            mock.calls.reset()


NET = Net()


class _Calls(RequestsMock):
    """What `responses` does with calls. Those to a mock go there at once, unless they may be sent again.

    To match each of them, and take it down, costs as much as half of what the engine needs.
    """

    def __init__(self, net: Net) -> None:
        super().__init__(assert_all_requests_are_fired=False, real_adapter_send=HTTPAdapter.send)
        self._net = net

    def unbound_on_send(self) -> Callable[..., Any]:
        """What takes the place of `HTTPAdapter.send`."""
        match, owner = super().unbound_on_send(), self._net.owner

        def send(adapter: HTTPAdapter, request: PreparedRequest, *arguments: Any, **named: Any) -> requests.Response:
            catch = owner(str(request.url)) if _is_sent_once(adapter) and not arguments else None
            if catch is None:
                return match(adapter, request, *arguments, **named)
            request.req_kwargs = named  # type: ignore[attr-defined]  # where `responses` leaves them, too
            return adapter.build_response(request, _answer(catch, request))

        return send


def _is_sent_once(adapter: HTTPAdapter) -> bool:
    """Whether no answer makes an adapter send a request again."""
    retries = adapter.max_retries
    return not retries.total and not retries.status_forcelist


class _Clouds(BaseResponse):
    """What a mock answers."""

    def __init__(self, net: Net) -> None:
        super().__init__(ANY, ANY)
        self._net = net

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        return self._net.owner(str(request.url)) is not None, "no mocked host"

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        self.calls.reset()
        self._net.forget()
        catch = self._net.owner(str(request.url))
        if catch is None:
            raise requests.ConnectionError(f"the mock of {request.url} has just ended")
        return _answer(catch, request)


def _answer(catch: Catch, request: PreparedRequest) -> HTTPResponse:
    """What the mock answers, as `urllib3` has it."""
    answer = catch.gateway.answer(_request(request))
    headers = HTTPHeaderDict()
    for name, value in catch.gateway.headers(answer):  # with the length of the whole body, however much of it arrives
        headers[name] = value
    if isinstance(answer, Harmed):
        answer = undergo(answer, request)
    return HTTPResponse(
        body=_content(b"" if request.method == "HEAD" else answer.body),
        headers=headers,
        status=answer.status,
        reason=REASONS.get(answer.status),
        preload_content=False,
        request_method=request.method,
    )


def _content(body: bytes | Iterable[bytes]) -> io.BytesIO | _Stream:
    return io.BytesIO(body) if isinstance(body, bytes) else _Stream(body)


class _Stream(io.RawIOBase):
    """The bytes of a file, made as they are read."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        given, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


def _request(prepared: PreparedRequest) -> Request:
    host, path, query = _parts(str(prepared.url))
    given = prepared.headers.lower_items()
    headers = {name: value if isinstance(value, str) else _text(value) for name, value in given}
    headers.setdefault("host", host)
    return Request(str(prepared.method), path, query, headers, _body(prepared.body))


@lru_cache(KEPT)
def _parts(url: str) -> tuple[str, str, str]:
    """Host, decoded path and query of an address."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2], unquote(parts.path, errors="surrogateescape") or "/", parts.query


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _body(body: Any) -> bytes:
    if isinstance(body, bytes):  # as most are
        return body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, bytearray) else b"".join(body)
