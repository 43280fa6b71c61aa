"""What would an honest client have sent? A request that a page or a script composed, signed as its operation asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from mockserver.accounts import Account
from mockserver.control.bodies import Unusable
from openapi.addresses import shown
from openapi.messages import Request
from openapi.model import Operation, Spec
from openapi.routing import Router
from openapi.signatures import Scheme, schemes

NOT_SENT = frozenset({"host", "content-length"})  # headers that whoever sends the request adds by itself


@dataclass(frozen=True, slots=True)
class Draft:
    """A request before it is signed; a fragment of its address (`#Name=value`) stands for headers."""

    method: str
    url: str  # absolute
    headers: Mapping[str, str]
    body: str = ""

    def request(self, spec: Spec) -> Request:
        """The request as it goes onto the wire, but for its signature. Raises Unusable."""
        try:
            parts = urlsplit(self.url)
        except ValueError as error:
            raise self._bad_url() from error
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise self._bad_url()
        headers = {name.lower(): value for name, value in self.headers.items()}
        headers |= {name.lower(): value for name, value in parse_qsl(parts.fragment)} | {"host": parts.netloc}
        if spec.addressing is not None and spec.addressing.action_header.lower() in headers:
            headers.setdefault(spec.addressing.version_header.lower(), spec.addressing.version)
        return Request(self.method.upper(), unquote(parts.path) or "/", parts.query, headers, self.body.encode())

    def _bad_url(self) -> Unusable:
        return Unusable(f"url: {shown(self.url)!r} is no address; one looks like http://127.0.0.1:4010/path?query")


def sign(draft: Draft, spec: Spec, account: Account, now: float) -> dict[str, Any]:
    """The address and the headers to send, by the first documented scheme that leaves the body as it is.

    Raises Unusable for a request that addresses no operation.
    """
    request = draft.request(spec)
    route = Router([spec]).route(request)
    if route.operation is None:
        wanted = {_addressed(spec, each): None for each in spec.operations.values()}
        raise Unusable(f"{request.method} {request.path} is no operation of {spec.name}", sorted(wanted))
    signed, scheme = _signed(request, spec, route.operation, account, datetime.fromtimestamp(now, UTC))
    parts = urlsplit(draft.url)
    return {
        "operation": route.operation.id,
        "scheme": scheme,
        "method": signed.method,
        "url": parts._replace(query=signed.query, fragment="").geturl(),
        "headers": {name: value for name, value in signed.headers.items() if name not in NOT_SENT},
    }


def _addressed(spec: Spec, operation: Operation) -> str:
    """What a request has to have that addresses an operation."""
    place = f"{operation.method} {operation.path}"
    if spec.addressing is None or not operation.action_name:
        return place
    return f"{place} with {spec.addressing.action_header}: {operation.action_name}"


def _signed(request: Request, spec: Spec, operation: Operation, account: Account, now: datetime) -> tuple[Request, str]:
    if request.query and any(schemes()[name].is_used(request) for name in operation.schemes):
        return request, ""  # a link that is signed already
    for name in operation.schemes:
        scheme = _scheme(name, spec.authentication.service)
        signed = scheme.sign(request, replace(account.key, token=account.token), now)
        if _has_key(scheme, signed):
            signed = scheme.sign(request, account.key, now)  # whose token is that of temporary credentials
        if signed.body == request.body and signed.method == request.method:
            return signed, name
    return request, ""


def _scheme(name: str, service: str) -> Scheme:
    """A scheme that names the service which the API asks for, where it names one."""
    scheme: Any = schemes()[name]
    found: Scheme = replace(scheme, service=service) if service and hasattr(scheme, "service") else scheme
    return found


def _has_key(scheme: Scheme, signed: Request) -> bool:
    """Whether a scheme signs with a key; others send a token."""
    return scheme.read(signed).key_id != ""
