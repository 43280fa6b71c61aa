"""The server under test: where it is, whose credentials it takes, and how its time passes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from contracts.pace import Pace
from openapi.messages import Credentials, Request, Response
from openapi.model import Operation, Spec

if TYPE_CHECKING:  # they know accounts and errands
    from contracts.profiles import Profile
    from contracts.redaction import Redactor
    from contracts.safety.journal import Journal

PATIENCE = 120.0  # seconds that a check of a real endpoint may wait in all, unless the user says otherwise


class Capability(StrEnum):
    """What a target lets a check do, besides calling it."""

    CLOCK = "clock"  # time passes when the check says so
    SECOND_ACCOUNT = "second-account"
    RESOURCES = "resources"  # resources in any condition can be made
    FAULTS = "faults"  # the next call can be made to fail in any documented way
    PROVOKE_FAILURE = "provoke-failure"  # the next task can be made to fail
    EXCEED_LIMITS = "exceed-limits"  # documented limits may be exceeded, to see that they are ones


class Unreachable(ConnectionError):
    """The target did not answer, or not in HTTP; the message says which address and why."""

    def __init__(self, message: str, *, may_have_arrived: bool = True, is_elsewhere: bool = False) -> None:
        super().__init__(message)
        self.may_have_arrived = may_have_arrived  # whether the request may have had an effect all the same
        self.is_elsewhere = is_elsewhere  # whether it is a link of the target's that leads where nobody answers


class Oversized(Unreachable):
    """The body of an answer was longer than there was room for; the rest was not read."""


class Unavailable(LookupError):
    """The target has no such account, resource or power; the message says what a profile would have to name."""


class Unallowed(Unavailable):
    """The profile does not allow it; the message says which entry would."""


class Throttled(Unavailable):
    """The target did not let a call through for as long as it was tried; the message says how it was answered."""


class TooLong(Unavailable):
    """More time would have to pass than a clause is given; the message says how much."""


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant of the target."""

    key: Credentials
    project: str = ""
    token: str = field(default="", repr=False)  # for schemes that send a token instead of signing
    region: str = ""  # that its requests name; empty: that of the spec's examples


@dataclass(frozen=True, slots=True)
class Errand:
    """What a request is sent for."""

    spec: Spec
    operation: Operation
    account: str = "first"  # whose credentials it carries, by the name in the profile
    hurry: bool = False  # whether it goes beyond a documented limit on purpose
    locks: bool = False  # whether the key may be locked by it, on purpose
    is_spare: bool = False  # whether the check can do without: it is not sent where others need the last tasks


class Target(Protocol):
    """A server under test."""

    @property
    def base_url(self) -> str:
        """Scheme, host and port; no slash at the end."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What may be asked of it; anything else raises Unavailable."""
        ...

    @property
    def is_mock(self) -> bool:
        """Whether its state may be thrown away; what it refuses then is our own spec, assumptions included."""
        ...

    @property
    def redactor(self) -> Redactor:
        """What takes out of a text what has to stay with the holders of its accounts."""
        ...

    @property
    def profile(self) -> Profile:
        """What may be done there and used up: everything at a mock."""
        ...

    @property
    def pace(self) -> Pace:
        """How often it was called."""
        ...

    @property
    def journal(self) -> Journal | None:
        """What it was asked to create, where that does not go by itself."""
        ...

    @property
    def patience(self) -> float:
        """Seconds that a check may wait in all; infinite where time passes when the check says so."""
        ...

    def now(self) -> datetime:
        """Its time, in UTC."""
        ...

    def wait(self, seconds: float, what: str = "") -> None:
        """Let time pass; `what` says what for, to whoever is watching. Raises TooLong where nobody is so patient."""
        ...

    def reset(self) -> None:
        """Start a check: from a clean slate as far as that is possible, and with all patience."""
        ...

    def account(self, which: str = "first") -> Account:
        """The account `first`, `second`, or another that a profile names. Raises Unavailable."""
        ...

    def account_in(self, api: str, condition: str) -> Account:
        """An account in a condition that the API refuses. Raises Unavailable."""
        ...

    def provide(self, api: str, kind: str, condition: str = "", count: int = 1) -> list[str]:
        """Ids of resources in a condition; empty: usable ones. Raises Unavailable."""
        ...

    def fail_next(self, api: str, operation: str, code: str) -> None:
        """Let the next call of an operation be answered with an error code. Raises Unavailable.

        Where a spec has several entries of a code that the operation can answer, `CODE:2` names the second.
        """
        ...

    def fail_next_task(self, api: str) -> None:
        """Let the next task that is created fail. Raises Unavailable."""
        ...

    def send(self, request: Request, errand: Errand, origin: str = "") -> Response:
        """The answer to a signed request, its body read whole; `origin` when it goes elsewhere than `base_url`.

        Raises Unreachable.
        """
        ...

    def tidying(self) -> AbstractContextManager[None]:
        """While what was made is removed: nothing of what holds back a check holds back that."""
        ...

    def close(self) -> None:
        """Let go of it, in the state in which it was found as far as that is possible."""
        ...


class Toll(Protocol):
    """What is asked before a request of some kind is sent, beyond what the target itself asks."""

    def spend(self) -> None:
        """Count a request that is about to be sent. Raises Unavailable."""
        ...

    def create(self) -> None:
        """Count a task that was created."""
        ...
