"""A real endpoint: its time passes by itself, and what was done stays done."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime

from contracts.pace import Pace
from contracts.profiles import Profile
from contracts.redaction import Redactor, redactor_of
from contracts.safety.creation import witnessed
from contracts.safety.journal import Journal
from contracts.target import Account, Capability, Errand, TooLong, Unavailable
from contracts.targets.mock import Wire
from contracts.targets.silence import Silence
from openapi.messages import Request, Response
from openapi.model import Action

ROUND = 10  # to which a longer time is rounded up, so that like reasons read alike
BREAKS = (0.5, 2.0)  # seconds before a request that was not answered is sent again


class Cloud:
    """A server of which nothing is known but what a profile says."""

    def __init__(
        self, base_url: str, wire: Wire, profile: Profile, patience: float, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._base_url = base_url
        self._wire = wire
        self._profile = profile
        self._redactor = redactor_of(profile.accounts)
        self._pace = Pace()
        self._patience = patience
        self._left = patience  # of it, for this check
        self._silence = Silence()
        self._sleep = sleep
        self.journal: Journal | None = None  # of what is created; None: what is, is known to nobody but its check

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        return self._base_url

    @property
    def capabilities(self) -> frozenset[Capability]:
        """A second account, if the profile names one."""
        return frozenset({Capability.SECOND_ACCOUNT} if "second" in self._profile.accounts else ())

    @property
    def is_mock(self) -> bool:
        """It is not."""
        return False

    @property
    def redactor(self) -> Redactor:
        """Of the accounts of the profile, and of what their answers tell."""
        return self._redactor

    @property
    def pace(self) -> Pace:
        """Of the whole run: a limit does not begin anew with each check."""
        return self._pace

    @property
    def patience(self) -> float:
        """As the user says."""
        return self._patience

    def now(self) -> datetime:
        """The time of this machine."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Sleep. Raises TooLong."""
        if seconds > self._left:
            whole = self._patience - self._left + seconds
            about = f"about {math.ceil(whole / ROUND) * ROUND}" if whole > ROUND else f"{whole:.1f}"
            self._left = 0  # so that nothing else is tried in vain
            raise TooLong(f"it takes {about} s, and a check may wait {self._patience:g} s in all")
        self._left -= max(seconds, 0)
        self._sleep(max(seconds, 0))

    def reset(self) -> None:
        """Nothing can be taken back here; what a check created, it removes."""
        self._left = self._patience
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
        """The answer; a request that is not answered is sent again after a while. Raises Unreachable, JournalError."""
        return self._silence.send(lambda: self._attempt(request, errand, origin), BREAKS, self._sleep)

    def _attempt(self, request: Request, errand: Errand, origin: str) -> Response:
        """The answer to one attempt: each creation is one of its own, as the one before may have been carried out."""
        if self.journal is None or errand.operation.action is not Action.CREATE:
            return self._wire.send(request, origin)
        return witnessed(self.journal, errand, request, lambda: self._wire.send(request, origin), self.now)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()
