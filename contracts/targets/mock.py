"""A mock, driven by its control plane."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from contracts.pace import Pace
from contracts.profiles import BOUNDLESS, Profile
from contracts.redaction import OPEN, Redactor
from contracts.target import Account, Capability, Errand, Unavailable, Unreachable
from contracts.targets.silence import Silence
from openapi.headers import obstacle
from openapi.messages import Credentials, Request, Response
from openapi.model import Json, Spec

PREFIX = "/_mock"
HEALTH = f"{PREFIX}/health"
TASKS = f"{PREFIX}/tasks"
TASK_FAILS = "fails"
ACCOUNT = "account"

# What every mock is started with; published in its documentation.
ACCOUNTS: Mapping[str, Account] = {
    "first": Account(Credentials("AKIDEXAMPLE", "SECRETEXAMPLE"), "0123456789abcdef0123456789abcdef", "TOKENEXAMPLE"),
    "second": Account(Credentials("AKIDOTHER", "SECRETOTHER"), "fedcba9876543210fedcba9876543210", "TOKENOTHER"),
}


class Wire(Protocol):
    """How requests get there."""

    def send(self, request: Request, origin: str = "") -> Response:
        """The answer. Raises Unreachable."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class Mock:
    """A mock whose clock stands still unless a check lets time pass."""

    def __init__(self, base_url: str, wire: Wire, specs: Mapping[str, Spec], control_token: str = "") -> None:
        self._base_url = base_url
        self._access = access_of(control_token)
        self._wire = wire
        self._specs = specs
        self._pace = Pace()
        self._silence = Silence()
        self._now = self._stand_still()

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        return self._base_url

    @property
    def capabilities(self) -> frozenset[Capability]:
        """All there are."""
        return frozenset(Capability)

    @property
    def is_mock(self) -> bool:
        """It is."""
        return True

    @property
    def journal(self) -> None:
        """It forgets by itself what it was asked to create."""
        return

    @property
    def redactor(self) -> Redactor:
        """Its accounts are published."""
        return OPEN

    @property
    def profile(self) -> Profile:
        """No bounds."""
        return BOUNDLESS

    @property
    def pace(self) -> Pace:
        """Since the last reset, which empties its windows."""
        return self._pace

    @property
    def patience(self) -> float:
        """Without end: nobody has to wait."""
        return math.inf

    def now(self) -> datetime:
        """The time at which its clock stands."""
        return self._now

    def wait(self, seconds: float, what: str = "") -> None:  # noqa: ARG002 - nobody has to wait
        """Move its clock on."""
        if seconds > 0:
            self._now = self._clock({"action": "advance", "seconds": seconds})

    def reset(self) -> None:
        """Forget all tasks, windows, faults and resources; time stays."""
        self._silence.forget()
        self._control("POST", "/reset")
        self._pace.forget()

    def account(self, which: str = "first") -> Account:
        """One of the two accounts that every mock has."""
        if which not in ACCOUNTS:
            raise Unavailable(f"the mock has no account {which!r}; it has {', '.join(ACCOUNTS)}")
        return ACCOUNTS[which]

    def account_in(self, api: str, condition: str) -> Account:
        """The first account, put into that condition until the next reset."""
        account = self.account()
        self._put(api, ACCOUNT, account.key.key_id, condition)
        return account

    def provide(self, api: str, kind: str, condition: str = "", count: int = 1) -> list[str]:
        """The ids that the spec names, then others of the same form, made when they have to exist."""
        resource = self._specs[api].resources[kind]
        known = resource.conditions.get(condition)
        example = (known.example if known else "") or ("" if condition else resource.default)
        found = [example] if example else []
        for serial in range(1, count - len(found) + 1):
            made = vary(resource.default, f"{condition}{serial}")
            while made in {resource.default, *found}:  # an id with few characters to change has few variations
                made += "0"
            if condition != "missing":
                self._put(api, kind, made, condition)
            found.append(made)
        return found[:count]

    def fail_next(self, api: str, operation: str, code: str) -> None:
        """Let a fault wait for the next call."""
        self._control("POST", "/faults", {"api": api, "operation": operation, "code": code, "times": 1})

    def fail_next_task(self, api: str) -> None:
        """Let a fault wait for the next task."""
        self._control("POST", "/faults", {"api": api, "effect": TASK_FAILS, "times": 1})

    def send(self, request: Request, errand: Errand, origin: str = "") -> Response:  # noqa: ARG002 - the protocol's
        """The answer; every address of a cloud leads back to the mock."""
        return self._silence.send(lambda: self._wire.send(request, self._base_url if origin else ""))

    def tidying(self) -> AbstractContextManager[None]:
        """Nothing holds it back anyway."""
        return nullcontext()

    def close(self) -> None:
        """Give it back its own time, empty."""
        try:
            self.reset()
            self._clock({"action": "reset"})
        except Unreachable:
            pass  # it is gone already
        finally:
            self._wire.close()

    def _put(self, api: str, kind: str, resource_id: str, condition: str) -> None:
        self._control("POST", "/resources", {"api": api, "kind": kind, "id": resource_id, "condition": condition})

    def _stand_still(self) -> datetime:
        """Freeze its clock, and set it to where it stands: signatures are then judged by it alone."""
        now = self._clock({"action": "freeze"})
        return self._clock({"action": "set", "to": now.timestamp()})

    def _clock(self, move: dict[str, Json]) -> datetime:
        state = self._control("PUT", "/clock", move)
        try:
            return datetime.fromtimestamp(0, UTC) + timedelta(seconds=float(state["epoch"]))
        except (LookupError, TypeError, ValueError, OverflowError) as error:
            raise Unreachable(
                f"{self._base_url}{PREFIX}/clock does not say what time it is, as a mock's does"
            ) from error

    def _control(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        status, found = self._ask(method, path, b"" if body is None else json.dumps(body).encode())
        if status >= 400:  # noqa: PLR2004 - where HTTP's errors begin
            raise Unavailable(f"the mock refuses {method} {PREFIX}{path}: {refusal_of(found) or status}")
        return found

    def _ask(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """What the control plane answers: status, and object."""
        headers = {"host": urlsplit(self._base_url).netloc, "content-type": "application/json", **self._access}
        answer = self._wire.send(Request(method, PREFIX + quote(path), headers=headers, body=body), self._base_url)
        return answer.status, read_object(answer)


def read_object(answer: Response) -> dict[str, Any]:
    """The JSON object that a control plane answered; empty where it is none."""
    try:
        found = json.loads(answer.body if isinstance(answer.body, bytes) else b"")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def refusal_of(found: Mapping[str, Any]) -> str:
    """Why a control plane refuses; empty where it does not say."""
    error = found.get("error")
    return str(error.get("message", "")) if isinstance(error, dict) else ""


def access_of(control_token: str) -> dict[str, str]:
    """The headers that let a request in where the control plane asks for a token.

    Raises ValueError for a token that no header can carry.
    """
    if wrong := obstacle(control_token):
        raise ValueError(f"the control token {wrong}")
    sent = control_token.encode("latin-1").decode("utf-8", "surrogateescape")  # a character is a byte
    return {"x-mock-token": sent} if control_token else {}


def vary(example: str, salt: str) -> str:
    """Another id of the form of `example`: letters and digits changed, everything else left as it is."""
    number = sum(ord(character) * 31**index for index, character in enumerate(salt))
    digits = list(example)
    for index in reversed([match.start() for match in re.finditer(r"[0-9a-f]", example)][-8:]):
        number, digit = divmod(number, 16 if re.search(r"[a-f]", example) else 10)
        digits[index] = format(digit, "x")
    return "".join(digits)
