"""The mock's control plane as tests use it, and the credentials that the mock publishes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

TIMEOUT = 60  # seconds
PATIENCE = 60  # looks at a task


@dataclass(frozen=True, slots=True)
class Account:
    """What a client needs to know of an account of the mock."""

    key: str
    secret: str
    project: str = ""
    token: str = ""


FIRST = Account("AKIDEXAMPLE", "SECRETEXAMPLE", "0123456789abcdef0123456789abcdef", "TOKENEXAMPLE")
SECOND = Account("AKIDOTHER", "SECRETOTHER", "fedcba9876543210fedcba9876543210", "TOKENOTHER")
TEMPORARY = Account("AKIDTEMPORARY", "SECRETTEMPORARY", FIRST.project, "SECURITYTOKENEXAMPLE")  # of the first account
UNKNOWN = Account("AKIDNOBODY", "SECRETEXAMPLE", FIRST.project, "TOKENNOBODY")
WRONG_SECRET = Account(FIRST.key, "SECRETWRONG", FIRST.project, "TOKENWRONG")


def account_in(condition: str) -> Account:
    """The account that is in a condition, such as `ISOLATED`."""
    return Account(f"AKID{condition}", f"SECRET{condition}")


@dataclass(frozen=True, slots=True)
class Mock:
    """A running mock: where it answers, and what its control plane does."""

    url: str
    session: requests.Session = field(repr=False)

    @property
    def host(self) -> str:
        """As clients that want no scheme are told: 127.0.0.1:PORT."""
        return self.url.partition("//")[2]

    def restart(self) -> None:
        """Forget everything, and stand still at the present moment, which is when the SDKs sign."""
        self._ask("POST", "reset", json={})
        self.return_to_the_present()

    def return_to_the_present(self) -> None:
        self._ask("PUT", "clock", json={"action": "reset"})
        self._ask("PUT", "clock", json={"action": "freeze"})

    def advance(self, seconds: float) -> None:
        self._ask("PUT", "clock", json={"action": "advance", "seconds": seconds})

    def shift(self, seconds: float) -> None:
        """Go to `seconds` after the present moment, or before it."""
        self._ask("PUT", "clock", json={"action": "set", "to": time.time() + seconds})

    def watch(self, look: Callable[[], str], until: str) -> list[str]:
        """The different states that `look` sees, second by second, the last of them `until`."""
        seen = [look()]
        while seen[-1] != until:
            assert len(seen) < PATIENCE, f"never {until}: {seen}"
            self.advance(1)
            seen.append(look())
        return list(dict.fromkeys(seen))

    def now(self) -> float:
        """Epoch seconds."""
        return float(self._ask("GET", "clock")["epoch"])

    def tasks(self, api: str) -> list[dict[str, Any]]:
        return list(self._ask("GET", "tasks", params={"api": api})["tasks"])

    def change_task(self, task_id: str, **changes: Any) -> None:
        self._ask("PUT", f"tasks/{task_id}", json=changes)

    def inject(self, api: str, code: str, operation: str = "", times: int = 1) -> None:
        """Answer the next calls with an error code; `task-fails` makes the next task fail."""
        what = {"effect": "fails"} if code == "task-fails" else {"code": code}
        self._ask("POST", "faults", json={"api": api, "operation": operation, "times": times, **what})

    def exist(self, api: str, kind: str, resource_id: str) -> None:
        """Make a resource exist."""
        self._ask("POST", "resources", json={"api": api, "kind": kind, "id": resource_id})

    def exchanges(self, **wanted: str) -> list[dict[str, Any]]:
        """What was asked and answered, oldest first."""
        return list(self._ask("GET", "requests", params=wanted)["requests"])

    def last_answer(self) -> dict[str, Any]:
        """The body of the last answer that a cloud's API gave."""
        return dict(json.loads(self.exchanges()[-1]["response"]["body"]))

    def download(self, url: str) -> requests.Response:
        """What a link leads to, for somebody who holds no key."""
        return self.session.get(url, timeout=TIMEOUT)

    def _ask(self, method: str, path: str, **what: Any) -> dict[str, Any]:
        answer = self.session.request(method, f"{self.url}/_mock/{path}", timeout=TIMEOUT, **what)
        assert answer.ok, answer.text
        return dict(answer.json())
