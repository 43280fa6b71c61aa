"""A real endpoint: its time passes by itself, and what was done stays done."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from contracts.profile import Profile
from contracts.target import Account, Capability, Unavailable
from contracts.targets.mock import Wire
from openapi.messages import Request, Response


class Cloud:
    """A server of which nothing is known but what a profile says."""

    def __init__(self, base_url: str, wire: Wire, profile: Profile) -> None:
        self._base_url = base_url
        self._wire = wire
        self._profile = profile

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

    def now(self) -> datetime:
        """The time of this machine."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(max(seconds, 0))

    def reset(self) -> None:
        """Nothing can be taken back here; what a check created, it removes."""

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
        found = self._profile.resources.get(api, {}).get(kind, {}).get(condition, ())
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

    def send(self, request: Request, origin: str = "") -> Response:
        """The answer."""
        return self._wire.send(request, origin)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()
