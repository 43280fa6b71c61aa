"""A mock, looked into and moved: its clock, tasks, resources, records, faults and requests."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic, sleep
from typing import Any, TypedDict, Unpack

from mockserver.client.assertion import Assertion, NotVerified
from mockserver.client.doors import Door, Refused
from mockserver.client.records import Records
from mockserver.client.report import ClientReport, report_of
from mockserver.client.states import Snapshots, States
from mockserver.client.troubles import Clock, Faults
from mockserver.login import Login

POLL = 0.05  # seconds between two looks at a mock that is starting


class Wanted(TypedDict, total=False):
    """Which exchanges are wanted; every one of what is not given."""

    api: str
    operation: str
    account: str  # number
    code: str  # the provider's error code
    status: int
    path: str  # a pattern as shells have them: `/v1/*`
    fault: str  # the same, of the name of a fault: `*` is any
    since: int  # only those with a greater number
    limit: int  # the newest of them


@dataclass(frozen=True, slots=True)
class Resources:
    """What requests may refer to."""

    door: Door

    def put(self, api: str, kind: str, name: str, condition: str = "") -> None:
        """Make something exist, in a condition; empty: usable. Raises Refused."""
        self.door.ask("POST", "/resources", body={"api": api, "kind": kind, "id": name, "condition": condition})

    def remove(self, api: str, kind: str, name: str) -> None:
        """Make it not exist. Raises Refused."""
        self.door.ask("DELETE", "/resources", {"api": api, "kind": kind, "id": name})

    def all(self) -> list[dict[str, str]]:
        """Everything that exists: api, kind, id, condition."""
        return list(self.door.ask("GET", "/resources")["resources"])


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who may call."""

    door: Door

    def all(self) -> list[Login]:
        """Everybody, those of the start first."""
        return [Login(**each) for each in self.door.ask("GET", "/accounts")["accounts"]]

    def open(self) -> Login:
        """A new account, of which nobody else knows, and which holds nothing."""
        return Login(**self.door.ask("POST", "/accounts", body={}))

    def close(self, login: Login) -> None:
        """Forget an account that was opened, and its tasks. Raises Refused for one that is there from the start."""
        self.door.ask("DELETE", "/accounts", {"account": login.number})


class Control:
    """One mock, through a door to its control plane. Everything raises ConnectionError where it has gone."""

    def __init__(self, door: Door) -> None:
        self.accounts = Accounts(door)
        self.clock = Clock(door)
        self.faults = Faults(door)
        self.records = Records(door)
        self.resources = Resources(door)
        self.snapshots = Snapshots(door)
        self.state = States(door)
        self._door = door

    @property
    def apis(self) -> list[str]:
        """The names of the APIs that it serves."""
        return list(self.health()["apis"])

    def health(self, wait: float = 0) -> dict[str, Any]:
        """That it runs: its version, APIs and clock. One that is starting is given `wait` seconds."""
        deadline = monotonic() + wait
        while True:
            try:
                return dict(self._door.ask("GET", "/health"))
            except ConnectionError:
                if monotonic() >= deadline:
                    raise
                sleep(POLL)

    def tasks(self, api: str = "", account: str = "") -> list[dict[str, Any]]:
        """The tasks of all accounts, or of those asked for, oldest first. Raises Refused for a name nobody has."""
        return list(self._door.ask("GET", "/tasks", _given(api=api, account=account))["tasks"])

    def task(self, task_id: str) -> dict[str, Any]:
        """One task. Raises Refused."""
        return dict(self._door.ask("GET", _path(task_id)))

    def change_task(self, task_id: str, **changes: Any) -> dict[str, Any]:
        """The task with another `outcome`, `phase`, `ends` (epoch seconds), `expired` or `failure`. Raises Refused."""
        return dict(self._door.ask("PUT", _path(task_id), body=changes))

    def delete_tasks(self, api: str = "", account: str = "") -> int:
        """How many there were. Raises Refused for a name nobody has."""
        return int(self._door.ask("DELETE", "/tasks", _given(api=api, account=account))["deleted"])

    def operations(self) -> frozenset[str]:
        """The names of all that can be called."""
        return frozenset(each["operation"] for each in self._door.ask("GET", "/routes")["routes"])

    def requests(self, **wanted: Unpack[Wanted]) -> list[dict[str, Any]]:
        """The last exchanges, oldest first, with the diagnosis of signatures that did not match."""
        return list(self._door.ask("GET", "/requests", _given(**wanted))["requests"])

    def forget_requests(self) -> None:
        """Begin the list of exchanges anew."""
        self._door.ask("DELETE", "/requests")

    def verify(self, **assertion: Unpack[Assertion]) -> dict[str, Any]:
        """Assert something of what clients sent; `sentence`, and the `exchanges` that show it.

        Raises NotVerified, an AssertionError, with all that was sent, and Refused for what is no assertion.
        """
        try:
            return dict(self._door.ask("POST", "/verify", body=assertion))
        except Refused as error:
            if error.status == HTTPStatus.CONFLICT:
                raise NotVerified(str(error)) from None
            raise

    def client_report(self, account: str = "") -> ClientReport:
        """How well the client behaves that calls with an account (its number), or all that call."""
        return report_of(self._door.ask("GET", "/report", _given(account=account)))

    def reset(self) -> None:
        """Forget tasks, limits, faults and exchanges; resources and records are those of the start. The clock stays."""
        self._door.ask("POST", "/reset")


def _path(task_id: str) -> str:
    return f"/tasks/{task_id}"


def _given(**wanted: Any) -> dict[str, str]:
    return {name: str(value) for name, value in wanted.items() if value not in ("", 0)}
