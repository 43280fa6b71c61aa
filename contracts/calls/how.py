"""What may be different about a call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypedDict

from contracts.target import Account
from openapi.messages import Request

SAME_REQUEST = frozenset({"omit", "hurry"})  # what does not keep two calls from sending the same bytes


class How(TypedDict, total=False):
    """What may be different about a call."""

    omit: Iterable[str]  # arguments of the example that are not sent
    body: bytes  # sent instead of the composed one
    headers: Mapping[str, str]  # besides the composed ones, names in lower case; an empty value removes one
    scheme: str  # which of the documented schemes; empty: unsigned
    sign_as: Account  # instead of the account of this client
    now: datetime  # of the signature
    before: Callable[[Request], Request]  # changes the request before it is signed
    after: Callable[[Request], Request]  # changes it after it was signed
    hurry: bool  # does not wait for the documented rate limits, nor when it is throttled
