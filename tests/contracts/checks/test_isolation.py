"""The checks of what accounts see of each other."""

from dataclasses import replace

import pytest

from contracts.client import Api, Run
from contracts.judgement import Judgement, Verdict, failure_text, judge
from contracts.target import Account
from contracts.targets.embedded import open_embedded
from contracts.targets.mock import Mock
from openapi.clauses import ClauseKind
from tests.contracts.bent import clause, judged, spec
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.verdicts import clauses_of
from tests.contracts.checks.whole import APIS, not_held

ALL = clauses_of(ClauseKind.ISOLATION)


class Mixed(Mock):
    """A server that takes two accounts for one: the second is the first, with a project of its own or without."""

    own_project = False

    def account(self, which: str = "first") -> Account:
        first, other = super().account("first"), super().account("second")
        return replace(first, project=other.project) if which != "first" and self.own_project else first


def judged_mixed(clause_id: str) -> Judgement:
    found = clause(clause_id)
    specs = {found.api: spec(found.api)}
    mock = open_embedded(specs, seed=1)
    mixed = Mixed(mock.base_url, mock._wire, specs)
    return judge(found, lambda: Api(mixed, spec(found.api), run=Run()))


@pytest.mark.parametrize("api", APIS)
def test_the_mock_holds_every_clause(api: str) -> None:
    assert not_held(api, ClauseKind.ISOLATION) == {}


@pytest.mark.parametrize("clause_id", ALL)
def test_a_server_that_takes_two_accounts_for_one_breaks_the_clause(clause_id: str) -> None:
    assert judged_mixed(clause_id).verdict is Verdict.BROKEN


def test_a_server_that_does_not_look_at_the_project_breaks_the_clause() -> None:
    name = "huawei-iotda/ListExportTasks/isolation"
    changes = {"/components/parameters/ProjectId/x-tenant": None}
    assert judged(name, changes).verdict is Verdict.BROKEN


def test_a_server_without_a_second_account_is_not_judged() -> None:
    found = judged_from_outside("tencent-cls/DescribeExports/isolation")
    assert found.verdict in {Verdict.HELD, Verdict.NOT_OBSERVED}


def test_a_failure_tells_whose_task_was_listed() -> None:
    found = judged_mixed("tencent-cls/DescribeExports/isolation")
    assert found.reason == "no task of another account in the list of the first"
    assert failure_text(found).splitlines()[0] == "tencent-cls/DescribeExports/isolation"
