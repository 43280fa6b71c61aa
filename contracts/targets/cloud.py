"""A real endpoint: its time passes by itself, and what was done stays done."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from random import Random

from contracts.pace import Pace
from contracts.profiles import Profile
from contracts.redaction import Redactor, redactor_of
from contracts.safety.backoff import spread
from contracts.safety.creation import witnessed
from contracts.safety.guard import Guard
from contracts.safety.journal import Journal
from contracts.target import PATIENCE, Account, Capability, Errand, Oversized, TooLong, Unavailable, Unreachable
from contracts.targets.mock import Wire
from contracts.targets.silence import Silence
from openapi.messages import Request, Response
from openapi.model import Action

ROUND = 10  # to which a longer time is rounded up, so that like reasons read alike
BREAKS = (0.5, 2.0)  # seconds, about, before a request that was not answered is sent again
SHARE = 0.8  # of a documented rate that is used: others may call in the name of the same account


class Cloud:
    """A server of which nothing is known but what a profile says; what is sent there passes its guard."""

    def __init__(self, base_url: str, wire: Wire, profile: Profile, guard: Guard, patience: float) -> None:
        self._base_url = base_url
        self._wire = wire
        self._profile = profile
        self._redactor = redactor_of(profile.accounts)
        self.guard = guard
        self._pace = Pace(SHARE)
        self._patience = patience
        self._left = patience  # of it, for this check
        self._silence = Silence()
        self._chance = Random(0)  # noqa: S311 - nothing to guess
        self.journal: Journal | None = None  # of what is created; None: what is, is known to nobody but its check

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        return self._base_url

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the profile names and allows."""
        found = {Capability.SECOND_ACCOUNT} if "second" in self._profile.accounts else set[Capability]()
        return frozenset(found | ({Capability.EXCEED_LIMITS} if self._profile.allow.exceed_limits else set()))

    @property
    def is_mock(self) -> bool:
        """It is not."""
        return False

    @property
    def redactor(self) -> Redactor:
        """Of the accounts of the profile, and of what their answers tell."""
        return self._redactor

    @property
    def profile(self) -> Profile:
        """As the user wrote it."""
        return self._profile

    @property
    def pace(self) -> Pace:
        """Of the whole run: a limit does not begin anew with each check."""
        return self._pace

    @property
    def patience(self) -> float:
        """As the user says; not less than usual for the removal of a task."""
        return max(self._patience, PATIENCE) if self.guard.spending.is_tidying else self._patience

    def now(self) -> datetime:
        """The time of this machine, corrected by what the server says of its own."""
        return self.guard.now()

    def wait(self, seconds: float, what: str = "") -> None:
        """Sleep. Raises TooLong, and Stopped where the run is to end meanwhile."""
        self._require_time(seconds)
        self._left -= max(seconds, 0)
        self.guard.wait(seconds, what)

    def _require_time(self, seconds: float) -> None:
        """Raise TooLong where so much time is not there, for the check or for the run."""
        if seconds > self._left:
            whole = self.patience - self._left + seconds
            about = f"about {math.ceil(whole / ROUND) * ROUND}" if whole > ROUND else f"{whole:.1f}"
            self._left = 0  # so that nothing else is tried in vain
            raise TooLong(f"it takes {about} s, and a check may wait {self.patience:g} s in all")
        spending = self.guard.spending
        if seconds > spending.seconds_left and not spending.is_tidying:
            raise TooLong(f"it takes longer than is left of the budget of {spending.budget.minutes:g} minutes")

    def reset(self) -> None:
        """Nothing can be taken back here; what a check created, it removes."""
        self._left = self.patience
        self._silence.forget()

    def account(self, which: str = "first") -> Account:
        """An account of the profile."""
        if which not in self._profile.accounts:
            raise Unavailable(f"the profile names no account {which!r}")
        return self._profile.accounts[which]

    def account_in(self, api: str, condition: str) -> Account:
        """The account that the profile names after the condition."""
        if condition not in self._profile.accounts:
            raise Unavailable(f"the profile names no account {condition!r}, in which {api} would refuse")
        return self._profile.accounts[condition]

    def provide(self, api: str, kind: str, condition: str = "", count: int = 1) -> list[str]:
        """Ids of the profile."""
        found = self._profile.ids(kind, condition)
        if len(found) < count:
            what = f"{kind} in the condition {condition!r}" if condition else f"usable {kind}"
            raise Unavailable(f"the profile names {len(found)} of {count} ids of a {what} for {api}")
        return list(found[:count])

    def fail_next(self, api: str, operation: str, code: str) -> None:  # noqa: ARG002 - the protocol's parameters
        """Nothing can be made to fail here."""
        raise Unavailable(f"a real endpoint cannot be made to answer {code}")

    def fail_next_task(self, api: str) -> None:
        """Nothing can be made to fail here."""
        raise Unavailable(f"a task of a real {api} cannot be made to fail")

    def send(self, request: Request, errand: Errand, origin: str = "") -> Response:
        """The answer; a request that is not answered is sent again after a while.

        Raises Unreachable, JournalError, and Unavailable for what must not be sent.
        """
        is_lost = errand.operation.action is Action.CREATE and self.journal is None  # nobody would find what it made
        breaks = [spread(seconds, self._chance) for seconds in BREAKS]
        return self._silence.send(
            lambda: self._attempt(request, errand, origin),
            breaks,
            lambda seconds: self.guard.wait(seconds, "an answer"),
            lambda error: not (is_lost and error.may_have_arrived),
        )

    def tidying(self) -> AbstractContextManager[None]:
        """Neither the budget nor a stop holds back what removes a task."""
        return self.guard.tidying()

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def _attempt(self, request: Request, errand: Errand, origin: str) -> Response:
        """One attempt to send a request, once it is in time and nothing holds it back."""
        self.guard.admit(request, errand, origin)
        self._keep_pace(errand)
        self.guard.spend(errand)
        sent = self.guard.clock.now()
        try:
            response = self._witnessed(request, errand, origin)
        except Oversized as error:
            raise self.guard.spending.cut() from error
        except Unreachable:
            self._pace.count(self._kind(errand), self.now())  # an answer is counted by who asked for it
            raise
        self.guard.spending.read(len(response.body) if isinstance(response.body, bytes) else 0)
        if not origin:
            date = response.headers.get("date", "")
            self._pace.shift(self.guard.skew.learn(date, sent, self.guard.clock.now()))
        self.guard.heed(request, errand, response, origin)
        return response

    def _witnessed(self, request: Request, errand: Errand, origin: str) -> Response:
        """The answer to one request; what it creates stands in the journal before it is sent."""
        creation = self.guard.permission.creation(request, errand, origin) if self.journal is not None else None
        if self.journal is None or creation is None:
            return self._wire.send(request, origin)
        _, signer = self.guard.failures.prove(request, creation)
        creation = replace(creation, account=signer or creation.account)
        return witnessed(self.journal, creation, request, lambda: self._wire.send(request, origin), self.now)

    def _keep_pace(self, errand: Errand) -> None:
        """Wait until one more call keeps within every documented rate limit, unless it is to exceed one."""
        if not errand.hurry:
            delay = self._pace.delay(self._kind(errand), errand.operation.rate_limits, self.now())
            self.wait(delay, f"the documented rate of {errand.operation.id}")

    def _kind(self, errand: Errand) -> tuple[str, ...]:
        """What rate limits count together."""
        account = self._profile.accounts.get(errand.account)
        name = (account.key.key_id or account.token) if account else errand.account
        return errand.spec.name, errand.operation.id, name
