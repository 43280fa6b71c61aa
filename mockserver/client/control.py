"""A mock, looked into and moved: its clock, tasks, resources, records, faults and requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic, sleep
from typing import Any, Literal, TypedDict, Unpack

from mockserver.client.assertion import Assertion, NotVerified
from mockserver.client.doors import Door, Refused, item
from mockserver.client.events import follow
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

    def close(self, account: Login | str) -> None:
        """Forget an account that was opened, and its tasks. Raises Refused for one that is there from the start."""
        number = account if isinstance(account, str) else account.number
        self.door.ask("DELETE", "/accounts", {"account": number})


class Narrower(TypedDict, total=False):
    """Which tasks are wanted besides those of an API and an account, and in which order."""

    phase: str
    search: str  # what the id, the file or the arguments contain
    order: Literal["oldest", "newest"]
    offset: int
    limit: int


class Draft(TypedDict, total=False):
    """What of a request is sent besides its method and address."""

    headers: Mapping[str, str]
    body: str
    account: str  # number; the first one without it


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
        return sorted({each["api"] for each in self.routes()})

    def health(self, wait: float = 0) -> dict[str, Any]:
        """That it runs: status, and with the token version, apis, clock. One that starts is given `wait` seconds."""
        deadline = monotonic() + wait
        while True:
            try:
                return dict(self._door.ask("GET", "/health"))
            except ConnectionError:
                if monotonic() >= deadline:
                    raise
                sleep(POLL)

    def tasks(self, api: str = "", account: str = "", **chosen: Unpack[Narrower]) -> list[dict[str, Any]]:
        """The tasks of all accounts, or those asked for, oldest first. Raises Refused for a name nobody has."""
        return list(self._door.ask("GET", "/tasks", _given(api=api, account=account, **chosen))["tasks"])

    def task(self, task_id: str) -> dict[str, Any]:
        """One task. Raises Refused."""
        return dict(self._door.ask("GET", _path(task_id)))

    def change_task(self, task_id: str, **changes: Any) -> dict[str, Any]:
        """The task with another `outcome`, `phase`, `ends` (epoch seconds), `expired` or `failure`. Raises Refused."""
        return dict(self._door.ask("PUT", _path(task_id), body=changes))

    def delete_task(self, task_id: str) -> None:
        """Forget a task. Raises Refused."""
        self._door.ask("DELETE", _path(task_id))

    def delete_tasks(self, api: str = "", account: str = "") -> int:
        """How many there were. Raises Refused for a name nobody has."""
        return int(self._door.ask("DELETE", "/tasks", _given(api=api, account=account))["deleted"])

    def file(self, task_id: str) -> Iterator[bytes]:
        """The file of a task, piece by piece, as nobody's download. Raises Refused with the first piece."""
        return self._door.read(item("/files", task_id))

    def operations(self) -> frozenset[str]:
        """The names of all that can be called."""
        return frozenset(each["operation"] for each in self.routes())

    def routes(self) -> list[dict[str, Any]]:
        """Every operation: api, operation, method, path, action, hosts, summary."""
        return list(self._door.ask("GET", "/routes")["routes"])

    def spec(self, api: str) -> dict[str, Any]:
        """The OpenAPI document of an API, served here. Raises Refused."""
        return dict(self._door.ask("GET", item("/specs", api)))

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document of the control plane."""
        return dict(self._door.ask("GET", "/openapi.json"))

    def quotas(self, api: str = "", account: str = "") -> dict[str, list[dict[str, Any]]]:
        """How much each account has used up of its `quotas` (held, limit) and `limits` (spent, limit, seconds)."""
        return dict(self._door.ask("GET", "/quotas", _given(api=api, account=account)))

    def sign(self, api: str, method: str, url: str, draft: Draft | None = None) -> dict[str, Any]:
        """What an honest client would send: operation, scheme, method, url, headers. Raises Refused."""
        given = {name: value for name, value in (draft or {}).items() if value}
        return dict(self._door.ask("POST", "/sign", body={"api": api, "method": method, "url": url, **given}))

    def metrics(self) -> str:
        """What is counted, in the text format of Prometheus."""
        return b"".join(self._door.read("/metrics")).decode()

    def events(self, after: str = "", backlog: int = 0) -> Iterator[dict[str, Any]]:
        """What happens from now on, or after a position, without end: event, id (the position), data."""
        return follow(self._door, after, backlog)

    def request(self, number: int) -> dict[str, Any]:
        """One exchange. Raises Refused where it is not kept."""
        return dict(self._door.ask("GET", f"/requests/{number}"))

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
    return item("/tasks", task_id)


def _given(**wanted: Any) -> dict[str, str]:
    return {name: str(value) for name, value in wanted.items() if value not in ("", 0)}
