"""What of the head of a message is passed on: all but what concerns one connection alone (RFC 9110, 7.6.1)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import h11

from contracts.proxy.passed import Headers

_OWN = frozenset({b"connection", b"keep-alive", b"proxy-connection", b"te", b"upgrade"})
_TO_PROXIES = frozenset({b"proxy-authorization"})  # of a request, meant for a proxy


def passed_on(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers of an answer that are passed on, in their order."""
    return _without(tuple(headers), _OWN)


def sent_on(headers: Iterable[tuple[bytes, bytes]], host: bytes, *, keeps_host: bool) -> Headers:
    """The headers of a request that are passed on, in their order; `host` is for one without Host, or for any."""
    kept = _without(tuple(headers), _OWN | _TO_PROXIES)
    if all(name.lower() != b"host" for name, _ in kept):
        return ((b"Host", host), *kept)
    return tuple((name, host if name.lower() == b"host" and not keeps_host else value) for name, value in kept)


def raw(event: h11.Request | h11.Response | h11.InformationalResponse | h11.EndOfMessage) -> Headers:
    """The headers of an event, their names as they were sent."""
    return tuple(event.headers.raw_items())


def split_target(target: bytes) -> tuple[str, bytes]:
    """The host of a request target, with its port, and its origin form; no host where the target names none.

    A client that was told of a proxy sends `http://host/path`, any other `/path`.
    """
    if target[:1] in {b"/", b"*"} or b"://" not in target:
        return "", target
    scheme, _, rest = target.partition(b"://")
    if scheme.lower() not in {b"http", b"https"}:
        return "", target
    end = min((place for place in (rest.find(mark) for mark in (b"/", b"?")) if place >= 0), default=len(rest))
    path = rest[end:]
    return rest[:end].decode("latin-1").lower(), path if path.startswith(b"/") else b"/" + path


def host_of(authority: str) -> str:
    """The host of `host:port`, in lower case; empty where there is none."""
    try:
        return urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return ""


def _without(headers: Headers, dropped: frozenset[bytes]) -> Headers:
    named = (part for name, value in headers if name.lower() == b"connection" for part in value.split(b","))
    gone = dropped | {each.strip().lower() for each in named} - {b"host", b"content-length", b"transfer-encoding"}
    return tuple((name, value) for name, value in headers if name.lower() not in gone)
