"""The checks of what accounts see of each other."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from contracts.calls.client import Api, Run
from contracts.judgement import Judgement, Verdict, failure_text, judge
from contracts.target import Account, Unavailable
from contracts.targets.embedded import BASE_URL, mock_app
from contracts.targets.mock import ACCOUNTS, Mock
from contracts.targets.wsgi import Wsgi
from openapi.clauses import ClauseKind
from openapi.messages import Request, Response
from openapi.signatures import schemes
from tests.contracts.bent import clause, judged, spec
from tests.contracts.checks.foreign import broken_from_outside
from tests.contracts.checks.verdicts import clauses_of
from tests.contracts.checks.whole import APIS, not_held
from tests.contracts.fuzz.tampering import Forward, tampered

ALL = clauses_of(ClauseKind.ISOLATION)


class Mixed(Mock):
    """A server that takes two accounts for one: whoever is the second is the first."""

    def account(self, which: str = "first") -> Account:
        return super().account("first") if which == "second" else super().account(which)


class Lonely(Mock):
    """A server of which one account is known."""

    def account(self, which: str = "first") -> Account:
        if which != "first":
            raise Unavailable(f"there is no account {which!r}")
        return super().account(which)


def judged_on(kind: type[Mock], clause_id: str) -> Judgement:
    found = clause(clause_id)
    specs = {found.api: spec(found.api)}
    target = kind(BASE_URL, Wsgi(mock_app(specs)), specs)
    return judge(found, lambda: Api(target, spec(found.api), run=Run()))


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.ISOLATION) == {}


@pytest.mark.parametrize("api", APIS)
def test_an_honest_server_breaks_nothing_from_outside(api: str) -> None:
    kinds = (ClauseKind.ISOLATION, ClauseKind.SIGNATURE, ClauseKind.IDENTITY, ClauseKind.ECHO, ClauseKind.TIME)
    assert broken_from_outside(api, *kinds) == {}


class Careless:
    """A server that tells another account that a task exists, or lets it do harm in spite of the refusal."""

    def __init__(self, *, harms: bool) -> None:
        self._harms = harms
        self._known: set[str] = set()

    def __call__(self, request: Request, send: Forward) -> Response:
        answer = send(request)
        found = json.loads(answer.body) if isinstance(answer.body, bytes) and answer.body else {}
        if request.method == "POST" and "uuid" in found.get("result", {}):
            self._known.add(found["result"]["uuid"])
        if found.get("code") == "DownloadTaskNotFound" and request.path.rpartition("/")[2] in self._known:
            if not self._harms:
                return replace(answer, status=403, body=json.dumps({**found, "code": "AccessDenied"}).encode())
            owner = ACCOUNTS["first"].key
            bare = {"host": request.headers["host"]}
            signed_at = datetime.strptime(request.headers["x-bce-date"], "%Y-%m-%dT%H:%M:%S%z")
            send(schemes()["bce-auth-v1"].sign(replace(request, headers=bare), owner, signed_at))
        return answer


@pytest.mark.parametrize(
    ("clause_id", "harms", "reason"),
    [
        (
            "baidu-bls/DescribeDownloadTask/isolation",
            False,
            "refused as DownloadTaskNotFound: the task of another account",
        ),
        (
            "baidu-bls/DeleteDownloadTask/isolation",
            False,
            "refused as DownloadTaskNotFound: the task of another account",
        ),
        ("baidu-bls/DeleteDownloadTask/isolation", True, "the task still there for its own account"),
    ],
)
def test_a_refusal_that_tells_too_much_or_comes_too_late_breaks_the_clause(
    clause_id: str,
    harms: bool,  # noqa: FBT001 - a column of the table above
    reason: str,
) -> None:
    mock, _ = tampered(spec("baidu-bls"), Careless(harms=harms))
    found = judge(clause(clause_id), lambda: Api(mock, spec("baidu-bls"), run=Run()))
    assert (found.verdict, found.reason) == (Verdict.BROKEN, reason)


@pytest.mark.parametrize("clause_id", ALL)
def test_a_server_that_takes_two_accounts_for_one_breaks_the_clause(clause_id: str) -> None:
    assert judged_on(Mixed, clause_id).verdict is Verdict.BROKEN


def test_a_server_that_does_not_look_at_the_project_breaks_the_clause() -> None:
    name = "huawei-iotda/ListExportTasks/isolation"
    changes = {"/components/parameters/ProjectId/x-tenant": None}
    assert judged(name, changes).verdict is Verdict.BROKEN


def test_without_a_second_account_nothing_is_judged() -> None:
    found = judged_on(Lonely, "tencent-cls/DescribeExports/isolation")
    assert (found.verdict, found.reason) == (Verdict.NOT_OBSERVED, "there is no account 'second'")


def test_a_failure_tells_whose_task_was_listed() -> None:
    found = judged_on(Mixed, "tencent-cls/DescribeExports/isolation")
    assert found.reason == "no task of another account in the list of the first"
    assert failure_text(found).splitlines()[0] == "tencent-cls/DescribeExports/isolation"
