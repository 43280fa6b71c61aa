"""Is any part of the request larger than the provider takes?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from sys import maxsize

from mockserver.refusal import Refusal
from openapi.messages import Request
from openapi.model import SizeLimit
from openapi.reasons import Reason
from openapi.signatures import schemes

PARTS = ({"body"}, {"uri"}, {"headers", "header"})  # whatever all headers are below, each is
DEEPEST = 100  # levels of nesting read at all, for APIs that document no limit: deeper ones exhaust a parser's stack


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the parts of a request may be before any of the limits has to be looked at, in bytes."""

    body: int
    uri: int
    headers: int  # all together
    limits: tuple[SizeLimit, ...]


def sizes_of(limits: tuple[SizeLimit, ...]) -> Sizes:
    """What the limits of an API come to."""
    body, uri, headers = (min([each.limit for each in limits if each.of in of], default=maxsize) for of in PARTS)
    return Sizes(body, uri, headers, limits)


def check_sizes(request: Request, sizes: Sizes) -> None:
    """Refuse a request whose body, address or headers are too large."""
    if (
        len(request.body) > sizes.body
        or len(request.path) + len(request.query) > sizes.uri
        or (sizes.headers < maxsize and _length_of_headers(request) > sizes.headers)
    ):
        for limit in sizes.limits:
            _refuse_larger(request, limit)


def _refuse_larger(request: Request, limit: SizeLimit) -> None:
    size = _MEASURES[limit.of](request)
    if size > limit.limit and (not limit.scheme or schemes()[limit.scheme].is_used(request)):
        message = f"{limit.of}: {size} bytes, at most {limit.limit}"
        raise Refusal(limit.reason, message, limit=limit.limit, count=size, parameter=limit.of)


def _length_of_headers(request: Request) -> int:
    return len("".join([*request.headers, *request.headers.values()]))


_MEASURES: Mapping[str, Callable[[Request], int]] = {
    "body": lambda request: len(request.body),
    "uri": lambda request: len(request.path) + len(request.query),
    "headers": _length_of_headers,
    "header": lambda request: max(map(len, map("".join, request.headers.items())), default=0),
    "nesting": lambda _: 0,  # found while the body is read
}


def nesting(limits: tuple[SizeLimit, ...]) -> tuple[int, str]:
    """How many levels a body may be nested, and the reason for which a deeper one is refused."""
    documented = ((limit.limit, limit.reason) for limit in limits if limit.of == "nesting")
    return min(documented, default=(DEEPEST, str(Reason.MALFORMED_BODY)))


def largest_body(limits: tuple[SizeLimit, ...], otherwise: int) -> int:
    """The most bytes of a body that are worth reading."""
    return max((limit.limit for limit in limits if limit.of == "body"), default=otherwise)
