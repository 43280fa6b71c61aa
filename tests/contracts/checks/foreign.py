"""A server of which nothing is known but what a profile says: the mock, behind a target that has no control plane."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from contracts.calls.client import Api, Run
from contracts.judgement import Judgement, Verdict, judge
from contracts.pace import Pace
from contracts.profiles import BOUNDLESS
from contracts.redaction import OPEN
from contracts.safety.journal import Journal
from contracts.target import Account, Capability, Errand, Unavailable
from contracts.targets.embedded import open_embedded
from contracts.targets.mock import Mock
from openapi.clauses import ClauseKind
from openapi.document import patch
from openapi.loader import spec_of
from openapi.messages import Request, Response
from tests.contracts.bent import all_clauses, clause, spec


class Foreign:
    """Time passes while one waits for it, no more; nothing can be made to fail, and nothing is taken back."""

    is_mock = False
    capabilities = frozenset({Capability.EXCEED_LIMITS})
    redactor = OPEN
    journal: Journal | None = None
    profile = BOUNDLESS

    def __init__(self, mock: Mock) -> None:
        self._mock = mock
        self.base_url = mock.base_url

    @property
    def pace(self) -> Pace:
        return self._mock.pace

    @property
    def patience(self) -> float:
        return 3600.0

    def now(self) -> datetime:
        return self._mock.now()

    def wait(self, seconds: float, what: str = "") -> None:
        self._mock.wait(seconds, what)

    def reset(self) -> None:
        """Nothing is taken back."""

    def account(self, which: str = "first") -> Account:
        return self._mock.account(which)

    def account_in(self, api: str, condition: str) -> Account:
        raise Unavailable(f"the profile names no account {condition!r}, in which {api} would refuse")

    def provide(self, api: str, kind: str, condition: str = "", count: int = 1) -> list[str]:
        return self._mock.provide(api, kind, condition, count)

    def fail_next(self, api: str, operation: str, code: str) -> None:
        raise Unavailable(f"{operation} of {api} cannot be made to answer {code}")

    def fail_next_task(self, api: str) -> None:
        raise Unavailable(f"a task of a real {api} cannot be made to fail")

    def send(self, request: Request, errand: Errand, origin: str = "") -> Response:
        return self._mock.send(request, errand, origin)

    def tidying(self) -> AbstractContextManager[None]:
        return nullcontext()

    def close(self) -> None:
        self._mock.close()


class Keyed(Foreign):
    """One at which nobody has a token."""

    def account(self, which: str = "first") -> Account:
        return replace(super().account(which), token="")


def judged_from_outside(
    clause_id: str, changes: Mapping[str, Any] | None = None, server: type[Foreign] = Foreign
) -> Judgement:
    """The verdict on a clause, given on a server that states something else in places, through HTTP alone."""
    found = clause(clause_id)
    own = spec(found.api)
    served = spec_of(patch(dict(own.document), changes or {}), Path(own.path), {})
    target = server(open_embedded({found.api: served}, seed=1))
    return judge(found, lambda: Api(target, own, run=Run()))


def broken_from_outside(api: str, *kinds: ClauseKind) -> dict[str, str]:
    """The clauses of these kinds that an honest server is said to break, judged one after the other, and why."""
    own = spec(api)
    target = Foreign(open_embedded({api: own} | {name: spec(name) for name in own.companions}, seed=1))
    found = (judge(each, lambda: Api(target, own, run=Run())) for each in all_clauses(api) if each.kind in kinds)
    return {each.clause.id: each.reason for each in found if each.verdict is Verdict.BROKEN}
