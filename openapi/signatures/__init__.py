"""How each cloud signs a request: one module per cloud, each listing its schemes by the names the specs use.

A scheme says what a request claims (`read`) and what an honest client would have sent (`expected`); whether the two
agree, whether the key exists and whether the time is right is decided by whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

from openapi.messages import Credentials, Request
from openapi.model import Operation, Spec
from openapi.values import value


class Malformed(ValueError):
    """The request tries to authenticate, but what it carries cannot be read, or something it needs is missing."""

    def __init__(self, message: str, missing: str = "") -> None:
        super().__init__(message)
        self.missing = missing  # the name of a header or parameter that had to be there; empty otherwise


@value
class Claim:
    """What a request says about who signed it, when, and over what."""

    key_id: str
    signature: str
    signed_at: datetime | None = None  # None: the scheme carries no time
    valid_seconds: int | None = None  # None: the scheme carries no period of its own
    signed_headers: tuple[str, ...] = ()
    token: str = ""  # of temporary credentials
    scope: Mapping[str, str] = field(default_factory=dict)  # date, region, service …, as the scheme names them

    def of(self, signature: str, signed_at: datetime, token: str) -> Claim:
        """This claim with the signature, time and token of another request."""
        return Claim(self.key_id, signature, signed_at, None, self.signed_headers, token, self.scope)


@value
class Evidence:
    """What the signature had to be, and the texts it is made of."""

    signature: str
    canonical_request: str
    string_to_sign: str


class Scheme(Protocol):
    """One way to sign a request."""

    @property
    def name(self) -> str:
        """The name that specs use, such as `tc3-hmac-sha256`."""
        ...

    @property
    def reads(self) -> frozenset[str]:
        """The headers and parameters that it reads, in lower case, besides those that a request lists as signed."""
        ...

    def is_used(self, request: Request) -> bool:
        """Whether the request tries to authenticate in this way, well or badly."""
        ...

    def read(self, request: Request) -> Claim:
        """What the request claims. Raises `Malformed`."""
        ...

    def canonical_request(self, request: Request, claim: Claim) -> str:
        """The text that stands for everything the claim covers; it depends on no secret."""
        ...

    def seal(self, canonical_request: str, claim: Claim, secret: str) -> Evidence:
        """The signature that `secret` puts under a canonical request."""
        ...

    def expected(self, request: Request, claim: Claim, secret: str) -> Evidence:
        """What an honest client holding `secret` would have sent for this request and claim."""
        ...

    def sign(self, request: Request, credentials: Credentials, now: datetime) -> Request:
        """`request` with whatever proves that the holder of `credentials` sent it at `now`."""
        ...


class Presigner(Scheme, Protocol):
    """A scheme that can also sign a link, to be followed by somebody who holds no key."""

    def presign(self, request: Request, credentials: Credentials, now: datetime, seconds: int) -> Request:
        """`request` with its signature in the query, good for `seconds` seconds from `now`."""
        ...


@cache
def schemes() -> Mapping[str, Scheme]:
    """Every scheme, by name."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return {scheme.name: scheme for module in modules for scheme in getattr(module, "SCHEMES", ())}


def signing(spec: Spec, operation: Operation) -> frozenset[str]:
    """The parameters of the query that sign a link to an operation, in lower case; none where no link leads to it."""
    link = spec.link
    return schemes()[link.scheme].reads if link is not None and link.operation == operation.id else frozenset()
