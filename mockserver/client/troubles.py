"""What a test does to a mock so that something happens to its client: time, and faults."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict, Unpack

from mockserver.client.doors import Door, item

EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of everything, or of one account. Clients may sign by their own machine's until it is `set`."""

    door: Door
    account: str = ""  # number; empty: the server's clock

    def of(self, account: str) -> Clock:
        """The clock of one account (its number): the server's until it is moved for the first time, then its own."""
        return replace(self, account=account)

    def now(self) -> datetime:
        """In UTC."""
        return _moment(self.state())

    def state(self) -> dict[str, Any]:
        """How it runs: now, epoch, frozen, scale; account, whether that has it for its own, all accounts that do."""
        return dict(self.door.ask("GET", "/clock", self._whose()))

    def freeze(self) -> datetime:
        """Stand still; the answer, as everywhere here, is the time then."""
        return self._move(action="freeze")

    def advance(self, seconds: float) -> datetime:
        """Let time pass, 0 seconds or more."""
        return self._move(action="advance", seconds=seconds)

    def next(self) -> datetime:
        """Go to the next change of any task that lives by this clock. Raises Refused where none has one."""
        return self._move(action="next")

    def set(self, to: datetime | float) -> datetime:
        """Go to a moment (aware, or epoch seconds), by which clients have to sign from then on."""
        return self._move(action="set", to=to.isoformat() if isinstance(to, datetime) else to)

    def scale(self, factor: float) -> datetime:
        """Run `factor` times as fast as real time."""
        return self._move(action="scale", factor=factor)

    def reset(self, *, accounts: bool = False) -> datetime:
        """Back to real time; an account, back to the server's. With `accounts`, the clocks of all of them, too."""
        return self._move(action="reset", **({"accounts": True} if accounts else {}))

    def _move(self, **move: Any) -> datetime:
        return _moment(self.door.ask("PUT", "/clock", body={**move, **self._whose()}))

    def _whose(self) -> dict[str, str]:
        return {"account": self.account} if self.account else {}


class Meant(TypedDict, total=False):
    """Whose calls a fault is meant for."""

    operation: str
    action: str  # create, list, show, link, download, delete …
    account: str  # number
    seed: int


class Effects(Meant, total=False):
    """Which of these calls it meets, and what its effect takes; docs/faults.md has all of it."""

    times: int
    every: int
    after: int
    probability: float
    effect: str
    retry_after: int
    seconds: float
    to: float
    sigma: float
    bytes: int
    share: float
    factor: float
    at: int
    message: str


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong on request."""

    door: Door
    account: str = ""  # number; empty: everybody's

    def of(self, account: str) -> Faults:
        """Those of one account (its number): what is added is meant for its calls alone."""
        return replace(self, account=account)

    def add(self, api: str = "", code: str = "", **fault: Unpack[Effects]) -> dict[str, Any]:
        """Set a fault, by default for the next call alone: an error code of the API, or another `effect`.

        Answers the fault as `all` lists it. Raises Refused with the valid names.
        """
        given = {"api": api, "code": code}
        return self.set({**{name: value for name, value in given.items() if value}, **fault})

    def set(self, fault: dict[str, Any]) -> dict[str, Any]:
        """Set a fault that is there as JSON, or a set (`{"set": "flaky"}`). Raises Refused."""
        own = {"account": self.account} if self.account else {}
        return dict(self.door.ask("POST", "/faults", body={**own, **fault}))

    def use(self, name: str, api: str = "", **meant: Unpack[Meant]) -> list[dict[str, Any]]:
        """Set the faults of a ready-made set, for all calls or those that are meant. Raises Refused."""
        given = {"set": name, "api": api, "account": self.account, **meant}
        return list(self.door.ask("POST", "/faults", body=given)["faults"])

    def all(self) -> list[dict[str, Any]]:
        """Those that are set, spent ones too, oldest first: their ids, as they were set, `met`, `fired`, `spent`."""
        found = list(self.door.ask("GET", "/faults")["faults"])
        return [each for each in found if self.account in ("", each["account"])]

    def sets(self) -> list[dict[str, Any]]:
        """The ready-made sets: name, description, faults."""
        return list(self.door.ask("GET", "/faults/sets")["sets"])

    def effects(self) -> list[dict[str, Any]]:
        """Everything that a fault can do: name, kind, description, members as JSON Schema, and which are required."""
        return list(self.door.ask("GET", "/faults/effects")["effects"])

    def remove(self, name: str) -> None:
        """Take one back, by its id. Raises Refused."""
        self.door.ask("DELETE", item("/faults", name))

    def clear(self) -> None:
        """Let all calls through again."""
        self.door.ask("DELETE", "/faults", {"account": self.account} if self.account else None)


def _moment(state: Any) -> datetime:
    return EPOCH + timedelta(seconds=float(state["epoch"]))
