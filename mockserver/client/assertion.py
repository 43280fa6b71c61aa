"""What can be asserted over the control plane of what clients sent."""

from __future__ import annotations

from typing import Any, Literal, TypedDict


class Request(TypedDict, total=False):
    """What a request is like; everything that is given has to fit."""

    api: str
    operation: str
    account: str  # number
    arguments: dict[str, Any]  # of query and body, among others, also within objects
    headers: dict[str, str | None]  # patterns as shells have them; None: it was not sent
    method: str
    path: str  # a pattern as shells have them: `/v1/*`
    status: int  # HTTP's, of the answer
    code: str  # the provider's error code
    accepted: bool  # whether the answer is no refusal


class Pause(TypedDict):
    """How long lies at least between two calls of an operation."""

    operation: str
    seconds: float


class Assertion(TypedDict, total=False):
    """One of the first five; `times`, `at_least` and `at_most` go with `request`, the rest with each."""

    request: Request
    order: list[Request]  # one after another, whatever came between
    pause: Pause
    nothing: Literal["refused", "missed", "unread"]
    habits: list[str]  # that are good; empty: that none is bad
    times: int
    at_least: int
    at_most: int
    account: str  # number: whose requests are looked at, besides those with nobody known
    since: int  # only exchanges with a greater number


class NotVerified(AssertionError):
    """What was asserted does not hold; the message tells why, and lists what was sent."""
