"""A real endpoint as its profile describes it, played by a mock in this process: nothing is sent anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Self

from contracts.planning.tally import TIDYING, Answered, Sort, Tally
from contracts.profiles import Budget, Profile
from contracts.safety.guard import Clock, Guard, guard_of
from contracts.safety.outcome import Outcome, Outcomes
from contracts.safety.waiting import Waiting
from contracts.target import Account, Capability, Errand, Unavailable
from contracts.targets.cloud import Cloud
from contracts.targets.mock import Wire
from contracts.targets.wsgi import Wsgi
from openapi.messages import Credentials, Request, Response
from openapi.model import Action, Spec

START = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
ENDLESS = Budget(requests=10**9, tasks=10**9, bytes=10**15, minutes=10.0**9)
CHANGING = frozenset({Action.CREATE, Action.DELETE, Action.DOWNLOAD})
EXCEEDING = "allow.exceed-limits"
MISSING = "missing"  # the condition of what is not there
TENANTS = ("first", "second")  # every other account of a profile is named after the condition that it is in


class Leaping(Waiting):
    """Waits at once."""

    def wait(self, seconds: float, what: str = "") -> None:  # noqa: ARG002 - nobody watches
        """Let time pass, none where it is less than none."""
        if seconds > 0:
            self.sleep(seconds)


class Rehearsal(Cloud):
    """What may be asked of a real endpoint may be asked of it; requests are counted, and waiting takes no time."""

    def __init__(self, wire: Wire, profile: Profile, guard: Guard, patience: float) -> None:
        super().__init__(profile.target, wire, profile, guard, patience)
        self.tally = Tally()
        self.most = 0  # tasks that were there at once
        self._held: set[str] = set()
        self._outcomes = Outcomes()

    @property
    def capabilities(self) -> frozenset[Capability]:
        """As the profile allows; that limits may be exceeded is used by whoever asks and may."""
        return Asked(super().capabilities, self.tally)

    def account(self, which: str = "first") -> Account:
        """As the profile says."""
        with self._noted(f"accounts.{which}"):
            return super().account(which)

    def account_in(self, api: str, condition: str) -> Account:
        """As the profile says."""
        with self._noted(f"accounts.{condition}"):
            return super().account_in(api, condition)

    def provide(self, api: str, kind: str, condition: str = "", count: int = 1) -> list[str]:
        """As the profile says."""
        with self._noted(f"resources.{kind}.{condition or 'usable'}"):
            return super().provide(api, kind, condition, count)

    def send(self, request: Request, errand: Errand, origin: str = "") -> Response:
        """The answer of the mock, counted."""
        response = super().send(request, errand, self._as_there(origin))
        action = errand.operation.action
        if not self.guard.spending.is_tidying:
            self.tally.used |= {f"allow.{action.value}": None} if action in CHANGING else {}
            self.tally.used |= {EXCEEDING: None} if errand.hurry else {}
        self._count(errand, response)
        return response

    def _as_there(self, origin: str) -> str:
        """Where a link leads: the mock knows nothing of TLS, and hands out links to itself without."""
        plain = self.base_url.replace("https://", "http://", 1)
        return self.base_url if origin == plain else origin

    def _count(self, errand: Errand, response: Response) -> None:
        outcome = self._outcomes.read(errand, response)
        answered = Answered.REFUSED if outcome.code or outcome.is_refused else Answered.ACCEPTED
        if outcome.is_about_credentials:
            answered = Answered.UNTRUSTED
        purpose = TIDYING if self.guard.spending.is_tidying else self.tally.purpose
        self.tally.requests[Sort(errand.operation.id, purpose, answered)] += 1
        self.tally.bytes += len(response.body) if isinstance(response.body, bytes) else 0
        self._hold(errand, outcome)
        self.tally.files += errand.operation.action is Action.DOWNLOAD and answered is Answered.ACCEPTED

    def _hold(self, errand: Errand, outcome: Outcome) -> None:
        if errand.operation.action is Action.CREATE:
            self._held.update(outcome.tasks)
            self.most = max(self.most, len(self._held))
        elif errand.operation.action is Action.DELETE and not outcome.is_refused and self._held:
            self._held.pop()

    @contextmanager
    def _noted(self, entry: str) -> Iterator[None]:
        """An entry of the profile is asked for: there it is used, else it is lacking."""
        try:
            yield
        except Unavailable:
            self.tally.lacking[entry] = None
            raise
        self.tally.used[entry] = None


class Asked(frozenset[Capability]):
    """Capabilities that note who asks whether limits may be exceeded."""

    tally: Tally

    def __new__(cls, capabilities: Iterable[Capability], tally: Tally) -> Self:
        made = super().__new__(cls, capabilities)
        made.tally = tally
        return made

    def __contains__(self, wanted: object) -> bool:
        found = super().__contains__(wanted)
        if wanted is Capability.EXCEED_LIMITS:
            (self.tally.used if found else self.tally.lacking)[EXCEEDING] = None
        return found


def open_rehearsal(profile: Profile, specs: Mapping[str, Spec], patience: float, seed: int = 0) -> Rehearsal:
    """A mock that has the accounts and the resources of a profile, and nothing else, in the place of its endpoint.

    `profile` needs a target; its credentials are the mock's.
    """
    from mockserver.accounts import Accounts
    from mockserver.app import create_app
    from mockserver.clock import MovableClock
    from mockserver.control.plane import Plane
    from mockserver.ids import SeededIds

    clock = MovableClock(START.timestamp)
    clock.freeze()
    clock.set(clock.now())  # signatures are judged by this time alone
    tenants = Accounts(_tenants(profile))
    app = create_app(specs=specs, clock=clock, ids=SeededIds(seed), accounts=tenants)
    _furnish(Plane(app.extensions["mock"]), profile)
    read = Clock(
        now=lambda: datetime.fromtimestamp(0, UTC) + timedelta(seconds=clock.now()),
        monotonic=clock.now,
        sleep=clock.advance,
    )
    guard = guard_of(replace(profile, budget=ENDLESS), profile.target, clock=read)
    guard.waiting = Leaping(clock.advance)
    return Rehearsal(Wsgi(app.wsgi_app), profile, guard, patience)


def _tenants(profile: Profile) -> Iterable[Any]:
    from mockserver.accounts import Account as Tenant

    for index, (name, account) in enumerate(profile.accounts.items(), 1):
        yield Tenant(
            number=f"{index:012}",
            name=name,
            domain=name,
            key=Credentials(account.key.key_id or f"key-{index}", account.key.secret or f"secret-{index}"),
            project=account.project or sha256(name.encode()).hexdigest()[:32],
            token=account.token or f"token-{index}",
            password=f"password-{index}",
            condition="" if name in TENANTS else name,
        )


def _furnish(plane: Any, profile: Profile) -> None:
    """Let the mock have the resources of a profile, told to its control plane."""
    for kind, conditions in profile.resources.items():
        for condition, ids in conditions.items():
            for each in ids if condition != MISSING else ():
                told = {"api": profile.api, "kind": kind, "id": each, "condition": condition}
                plane.answer("POST", "/resources", {}, json.dumps(told).encode())
