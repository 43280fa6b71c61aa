"""Is any part of the request larger than the provider takes?"""

from __future__ import annotations

from mockserver.refusal import Refusal
from openapi.messages import Request
from openapi.model import SizeLimit
from openapi.reasons import Reason
from openapi.signatures import schemes

DEEPEST = 100  # levels of nesting read at all, for APIs that document no limit: deeper ones exhaust a parser's stack


def check_sizes(request: Request, limits: tuple[SizeLimit, ...]) -> None:
    """Refuse a request whose body, address or headers are too large."""
    headers = len("".join([*request.headers, *request.headers.values()]))
    sizes = {
        "body": len(request.body),
        "uri": len(request.path) + len(request.query),
        "headers": headers,
        "header": headers,  # at most: that of the longest is only looked for where all together are too much for one
        "nesting": 0,  # found while the body is read
    }
    for limit in limits:
        if sizes[limit.of] > limit.limit:
            _refuse_larger(request, limit, sizes[limit.of])


def _refuse_larger(request: Request, limit: SizeLimit, size: int) -> None:
    if limit.of == "header":
        size = max(map(len, map("".join, request.headers.items())))
    if size > limit.limit and (not limit.scheme or schemes()[limit.scheme].is_used(request)):
        message = f"{limit.of}: {size} bytes, at most {limit.limit}"
        raise Refusal(limit.reason, message, limit=limit.limit, count=size, parameter=limit.of)


def nesting(limits: tuple[SizeLimit, ...]) -> tuple[int, str]:
    """How many levels a body may be nested, and the reason for which a deeper one is refused."""
    documented = ((limit.limit, limit.reason) for limit in limits if limit.of == "nesting")
    return min(documented, default=(DEEPEST, str(Reason.MALFORMED_BODY)))


def largest_body(limits: tuple[SizeLimit, ...], otherwise: int) -> int:
    """The most bytes of a body that are worth reading."""
    return max((limit.limit for limit in limits if limit.of == "body"), default=otherwise)
