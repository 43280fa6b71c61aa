"""How large a request may be: the documented size is taken, a little more is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from contracts.calls.client import Api, Reply
from contracts.calls.composing import compose, compose_fields, in_query, scheme_for, takes_fields, takes_token
from contracts.check import NotObserved, check
from contracts.expect import expect_accepted, expect_refused
from contracts.files.links import is_linked
from contracts.situations.tasks import arguments_for
from contracts.situations.trials import call_with_room
from contracts.values import Arguments, find, of_length, put
from openapi.clauses import Clause, ClauseKind
from openapi.members import ITEM, Member, members
from openapi.messages import Credentials, Request
from openapi.model import Operation, SizeLimit

PADDING = "xNotDocumented"
INSTANT = timedelta(milliseconds=1)  # after which a signature is another one
TRIES = 60  # to hit a length to the byte, where the signature's own length varies
VAGUE = 256  # bytes; where the count begins and ends no page says, and a connection adds headers of its own

Build = Callable[[int], Request]  # an unsigned request with so much padding


@dataclass(frozen=True, slots=True)
class Sizer:
    """Makes signed requests of one operation of which one part has a given size."""

    api: Api
    operation: Operation
    limit: SizeLimit
    scheme: str
    build: Build

    def answer(self, size: int) -> Reply:
        """The answer to a request of that size. Raises NotObserved when none can be made."""
        padding = 0
        for attempt in range(TRIES):
            request = self._sign(self.build(max(padding, 0)), self.api.target.now() + attempt * INSTANT)
            missing = size - measure(request, self.limit.of)
            if missing == 0:
                return self.api.send(self.operation, request)
            padding += missing
        raise NotObserved(f"no request is known whose {self.limit.of} is of that size")

    def _sign(self, request: Request, now: datetime) -> Request:
        if not self.scheme:
            return request
        account, scheme = self.api.account, scheme_for(self.api.spec, self.scheme)
        key = Credentials("", "", account.token) if takes_token(self.scheme) else account.key
        return scheme.sign(request, key, now)


@check(ClauseKind.SIZE)
def takes_a_request_of_the_documented_size_and_no_larger_one(api: Api, clause: Clause) -> None:
    """A request whose part is as large as documented is accepted, a larger one is refused, the next is accepted."""
    limit = clause.detail
    sizer, unsure = sizer_for(api, limit), _unsure(api, limit)
    inside, outside = limit.limit - unsure, limit.limit + max(unsure, 1)
    largest = call_with_room(api, sizer.operation, lambda: sizer.answer(inside))
    expect_accepted(largest, f"{limit.of}: {inside} bytes")
    reply = sizer.answer(outside)
    expect_refused(api, sizer.operation, reply, limit.reason, situation=f"{limit.of}: {outside} bytes")
    later = call_with_room(api, sizer.operation, lambda: api.call(sizer.operation, arguments_for(api, sizer.operation)))
    expect_accepted(later, "an ordinary request after one that was too large")


def answer_to_one_too_large(api: Api, limit: SizeLimit) -> tuple[Operation, Reply]:
    """An operation, and its answer to a request that is too large. Raises NotObserved when none can be made."""
    sizer = sizer_for(api, limit)
    return sizer.operation, sizer.answer(limit.limit + max(_unsure(api, limit), 1))


def measure(request: Request, part: str) -> int:
    """The size of a part of a request in bytes: what cannot be missing from anybody's count."""
    match part:
        case "body":
            return len(request.body)
        case "uri":
            return len(request.path) + len(request.query)
        case "header":
            return max(len(name) + len(value) for name, value in request.headers.items())
        case "headers":
            return sum(len(name) + len(value) for name, value in request.headers.items())
    raise NotObserved(f"nothing is known that makes the {part} of a request larger")


def sizer_for(api: Api, limit: SizeLimit) -> Sizer:
    """What makes requests of the size of a limit, of the first operation that can. Raises NotObserved."""
    for operation in api.spec.operations.values():
        if is_linked(api, operation) or (limit.scheme and limit.scheme not in operation.schemes):
            continue
        scheme = limit.scheme or api.scheme(operation)
        build = _builder(api, operation, limit, scheme)
        if build is not None:
            return Sizer(api, operation, limit, scheme, build)
    raise NotObserved(f"no operation is known whose request can be given a larger {limit.of}")


def _builder(api: Api, operation: Operation, limit: SizeLimit, scheme: str) -> Build | None:
    if limit.of == "body" and operation.body is not None:
        return _longer_field(api, operation) if scheme and takes_fields(scheme) else _longer_json(api, operation)
    if limit.of == "uri":
        return _longer_query(api, operation)
    return _longer_headers(api, operation, limit) if limit.of in {"header", "headers"} else None


def _longer_json(api: Api, operation: Operation) -> Build:
    """Spaces after the JSON, which mean nothing."""
    request = compose(api.spec, operation, arguments_for(api, operation), _host(api))
    return lambda padding: replace(request, body=request.body + b" " * padding)


def _longer_field(api: Api, operation: Operation) -> Build | None:
    """A longer text in a field of a form."""
    found = _growing(api, operation)
    if found is None:
        return None
    return lambda padding: compose_fields(api.spec, operation, found(padding), _host(api))


def _longer_query(api: Api, operation: Operation) -> Build | None:
    """A parameter that nobody knows, or a longer text in one that is known."""
    if api.spec.addressing is not None:
        longer = _longer_field(api, operation)
        return None if longer is None else lambda padding: in_query(longer(padding))
    if operation.method != "GET" or operation.unknown_members != "ignore":
        return None
    request = compose(api.spec, operation, arguments_for(api, operation), _host(api))
    start = f"{request.query}&" if request.query else ""
    return lambda padding: replace(request, query=f"{start}{PADDING}={'a' * padding}")


def _longer_headers(api: Api, operation: Operation, limit: SizeLimit) -> Build:
    """One long header; or several, each of which is no longer than one may be."""
    longest = min((each.limit for each in api.spec.sizes if each.of == "header"), default=limit.limit) // 2
    request = compose(api.spec, operation, arguments_for(api, operation), _host(api))

    def build(padding: int) -> Request:
        most = longest if limit.of == "headers" else max(padding, 1)
        parts = [most] * (padding // most) + [padding % most]
        added = {f"x-padding-{index}": "a" * part for index, part in enumerate(parts) if part}
        return replace(request, headers={**request.headers, **added})

    return build


def _growing(api: Api, operation: Operation) -> Callable[[int], Arguments] | None:
    """Arguments with a text that is as much longer as is asked for; None where every text is bounded or means more.

    The item of an array of texts is preferred: what is longest in a request is seldom taken for what selects rows.
    """
    given = arguments_for(api, operation)
    texts = [each for each in members(operation) if _is_free(each)]
    for member in sorted(texts, key=lambda each: each.steps[-1:] != (ITEM,)):
        text = find(given, member)
        start = text if isinstance(text, str) else "a"
        if of_length(member.schema, len(start) + 1, start) is not None:
            return partial(_with_longer, given, member, start)
    return None


def _with_longer(given: Arguments, member: Member, text: str, padding: int) -> Arguments:
    return put(given, member, of_length(member.schema, len(text) + padding, text))


def _is_free(member: Member) -> bool:
    """Whether a member of the top of the body, or an item of one, is any text."""
    bounds = {"enum", "maxLength", "format", "x-resource", "x-bind", "x-tenant", "x-time"}
    at_top = len([step for step in member.steps if step != ITEM]) == 1
    return (
        member.where == "body"
        and at_top
        and member.schema.get("type") == "string"
        and not bounds & member.schema.keys()
    )


def _unsure(api: Api, limit: SizeLimit) -> int:
    if limit.of == "body" or (limit.of in {"uri", "header"} and api.target.is_mock):
        return 0
    return VAGUE


def _host(api: Api) -> str:
    return urlsplit(api.target.base_url).netloc
