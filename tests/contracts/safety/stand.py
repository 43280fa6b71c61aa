"""A real endpoint without a socket and without time: it answers as a function says, behind the guard of a profile."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.calls.client import Api
from contracts.profiles import Allowance, Budget, Profile
from contracts.safety.guard import Clock, guard_of
from contracts.target import Account
from contracts.targets.cloud import Cloud
from openapi.messages import Credentials, Request, Response
from tests.contracts.bent import spec

CLS = spec("tencent-cls")
URL = "https://cloud.example.com"
START = datetime(2026, 1, 31, 8, 9, 10, tzinfo=UTC)
FIRST = Account(Credentials("AKIDFIRST", "first secret"))
EVERYTHING = Allowance(create=True, delete=True, download=True)
LISTED = {"Response": {"TotalCount": 0, "Exports": [], "RequestId": "r"}}
Answer = Callable[[Request], Response]


@dataclass
class Time:
    """A clock that stands still but for what is slept."""

    seconds: float = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(self.now, lambda: self.seconds, self.sleep)


@dataclass
class Wire:
    """Answers as it is told to, and keeps what was sent."""

    answer: Answer
    sent: list[Request] = field(default_factory=list[Request])

    def send(self, request: Request, _: str = "") -> Response:
        self.sent.append(request)
        return self.answer(request)

    def close(self) -> None:
        """Nothing is held."""


@dataclass
class Stand:
    """A real endpoint that answers as a function says, in no time."""

    answer: Answer
    allow: Allowance = EVERYTHING
    budget: Mapping[str, Any] = field(default_factory=dict[str, Any])
    time: Time = field(default_factory=Time)

    def __post_init__(self) -> None:
        accounts = {"first": FIRST, "second": Account(Credentials("AKIDSECOND", "second secret"))}
        profile = Profile(CLS.name, URL, accounts=accounts, allow=self.allow, budget=Budget(**self.budget))
        profile = replace(profile, resources={"topic": {"": ("t",)}})
        self.wire, self.guard = Wire(self.answer), guard_of(profile, URL, clock=self.time.clock)
        self.target = Cloud(URL, self.wire, profile, self.guard, 3600)
        self.api = Api(self.target, CLS)

    def read(self, **how: Any) -> Any:
        return self.api.call(CLS.operations["DescribeExports"], **how)

    def create(self) -> Any:
        return self.api.call(CLS.operations["CreateExport"])

    def delete(self, task: str) -> Any:
        return self.api.call(CLS.operations["DeleteExport"], {"ExportId": task})


def reply(body: object, status: int = 200, **headers: str) -> Response:
    return Response(status, {"content-type": "application/json", **headers}, json.dumps(body).encode())


def refusal(code: str, status: int = 200) -> Response:
    return reply({"Response": {"Error": {"Code": code, "Message": "m"}, "RequestId": "r"}}, status)


def listing(_: Request) -> Response:
    return reply(LISTED)


def cloud(request: Request) -> Response:
    """A task is created, deleted, or listed."""
    match request.headers.get("x-tc-action"):
        case "CreateExport":
            return reply({"Response": {"ExportId": "task-of-this-run-0001", "RequestId": "r"}})
        case "DeleteExport":
            return reply({"Response": {"RequestId": "r"}})
        case _:
            return listing(request)


def in_turn(*answers: Response) -> Answer:
    found = iter(answers)
    return lambda _: next(found)
