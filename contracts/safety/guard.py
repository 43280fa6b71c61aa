"""What stands between a check and a real endpoint: before each request, and after each answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from contracts.profiles import Profile
from contracts.safety.allowance import Permission
from contracts.safety.budget import Spending
from contracts.safety.crowd import Crowd
from contracts.safety.lockout import Failures, Proof
from contracts.safety.outcome import Outcome, Outcomes
from contracts.safety.skew import Skew
from contracts.safety.stops import Stop
from contracts.safety.waiting import Waiting
from contracts.target import Errand
from openapi.messages import Request, Response
from openapi.model import Action

TENANTS = ("first", "second")  # accounts that are good for everything; others are named after what is wrong
SUSPICIOUS = 3  # refusals in a row of credentials that are good, after which it is asked whether they still are


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """How time is read and let pass."""

    now: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass
class Guard:
    """All that holds a request to a real endpoint back, and what its answers teach."""

    permission: Permission
    spending: Spending
    failures: Failures
    stop: Stop
    waiting: Waiting
    clock: Clock
    skew: Skew = field(default_factory=Skew)
    crowd: Crowd = field(default_factory=Crowd)
    notes: list[str] = field(default_factory=list[str])  # what a reader of the result has to know, besides the clock
    ask_again: Callable[[str], str] = lambda _: ""  # why the credentials of an account are refused; empty: they are not
    _outcomes: Outcomes = field(default_factory=Outcomes)
    _refused: dict[str, int] = field(default_factory=dict[str, int])  # in a row, by the name of the account

    @property
    def over(self) -> str:
        """Why nothing more is sent for a check; empty: something may be."""
        return self.stop.why or self.spending.over

    def now(self) -> datetime:
        """The time of the server, as far as it is known, in UTC."""
        return self.skew.shifted(self.clock.now())

    def admit(self, request: Request, errand: Errand, origin: str) -> None:
        """Raise Unavailable where a request must not be sent."""
        tidying = self.spending.is_tidying
        if not tidying:
            self.stop.check()
        self.permission.require(request, errand, origin, tidying=tidying)
        self.crowd.require_room(errand, self.spending.kept)
        proof, account = self.failures.prove(request, errand) if not origin else (Proof.NONE, "")
        if proof is Proof.WRONG:
            self.failures.require_few(account, errand)

    def spend(self, errand: Errand) -> None:
        """Count a request that is sent now. Raises Spent where there may be no more."""
        self.spending.spend(errand)

    def heed(self, request: Request, errand: Errand, response: Response, origin: str) -> None:
        """Learn from an answer: what was made, what is gone, and whose credentials are refused."""
        outcome = self._outcomes.read(errand, response)
        action = errand.operation.action
        if action is Action.CREATE:
            self.permission.made.update(outcome.tasks)
            if outcome.is_refused:
                self.spending.refused(errand)
        elif action is Action.DELETE and response.status < HTTPStatus.MULTIPLE_CHOICES and not outcome.is_refused:
            self.spending.removed(errand)
        else:
            self.permission.seen.update(outcome.tasks)
        if not origin:
            self._heed_credentials(request, errand, outcome)
            self._heed_redirect(response)

    def suspects(self) -> Iterator[str]:
        """The accounts whose credentials were good, and were refused when they were last used."""
        return (name for name, count in self._refused.items() if count)

    def examine(self, account: str) -> None:
        """Ask whether the credentials of an account are still good, and let the run end where they are not."""
        self._refused[account] = 0
        why = self.ask_again(account)
        if why:
            self.stop.ask(why)

    @contextmanager
    def tidying(self) -> Iterator[None]:
        """While what was made is removed, only the address of a request counts."""
        with self.spending.tidying():
            yield

    def wait(self, seconds: float, what: str = "") -> None:
        """Let time pass. Raises Unavailable where the run is to end meanwhile."""
        self.waiting.wait(seconds, what)

    def may_go_on(self) -> None:
        """Raise Stopped where it is not worth waiting any longer."""
        if not self.spending.is_tidying:
            self.stop.check()

    def as_json(self) -> dict[str, Any]:
        """What a result file tells of it."""
        return {"spent": self.spending.as_json(), "notes": [*self.skew.notes, *self.notes]}

    def _heed_redirect(self, response: Response) -> None:
        """Note each other address that requests are sent on to, once."""
        target, other = self.permission.base_url, urlsplit(response.headers.get("location", ""))
        is_redirect = HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST
        if is_redirect and other.netloc and f"{other.scheme}://{other.netloc}" != target:
            where = f"{other.scheme}://{other.netloc}"
            said = "which was not followed: credentials go to no other address"
            told = f"{target} redirected a request to {where}, {said}"
            self.notes += [] if told in self.notes else [told]

    def _heed_credentials(self, request: Request, errand: Errand, outcome: Outcome) -> None:
        proof, account = self.failures.prove(request, errand)
        if proof is Proof.NONE:
            return
        self.failures.count(account, proof, is_refused=outcome.is_about_credentials)
        if proof in {Proof.GOOD, Proof.TOKEN} and account in TENANTS and not self.spending.is_tidying:
            refused = self._refused.get(account, 0)
            self._refused[account] = refused + 1 if outcome.is_about_credentials else 0
            if self._refused[account] >= SUSPICIOUS:
                self.examine(account)


def guard_of(profile: Profile, base_url: str, stop: Stop | None = None, clock: Clock = Clock()) -> Guard:
    """The guard of an endpoint, as its profile says."""
    stop = stop or Stop()
    guard = Guard(
        permission=Permission(profile.allow, base_url),
        spending=Spending(profile.budget, clock.monotonic),
        failures=Failures(profile.accounts, profile.allow.exceed_limits),
        stop=stop,
        waiting=Waiting(clock.sleep),
        clock=clock,
    )
    guard.waiting.check = guard.may_go_on
    return guard
