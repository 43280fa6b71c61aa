"""A verdict is held only when every check could look; a clause that nobody documents breaks no real server."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from contracts import check as checks
from contracts.calls.client import Api
from contracts.check import Broken, Check, CheckFunction, NotObserved
from contracts.judgement import Judgement, Verdict, judge
from contracts.target import Errand, Target, Unreachable
from contracts.targets.embedded import open_embedded
from openapi.clauses import Clause, ClauseKind
from openapi.messages import Request, Response
from openapi.model import Citation, Page
from tests.contracts.bent import clause as clause_of
from tests.contracts.bent import spec
from tests.contracts.checks.foreign import Foreign

NAME = "tencent-cls"
PAGES = {
    "documented": Page("CreateExport", "https://example.com/create", "", "page"),
    "sdk": Page("the official SDK", "https://example.com/sdk", "", "sdk"),
    "assumed": None,
}
CLAUSE = Clause(NAME, "", ClauseKind.QUOTA, "subject", 1, Citation(None, "", "we chose it"), "/x-quotas/0")


@dataclass
class Elsewhere:
    """The mock in the guise of a real endpoint."""

    target: Target
    is_mock: bool = field(default=False)

    def __getattr__(self, name: str) -> object:
        return getattr(self.target, name)


def judged(
    monkeypatch: pytest.MonkeyPatch,
    *functions: CheckFunction,
    guise: Callable[..., object] = lambda x: x,
    clause: Clause = CLAUSE,
) -> Judgement:
    registered = [Check(function.__name__, function, lambda _: True) for function in functions]
    checks.all_checks()  # so that no module adds its own to what is put in their place
    monkeypatch.setitem(checks._CHECKS, ClauseKind.QUOTA, registered)
    target = guise(open_embedded({NAME: spec(NAME)}))
    return judge(clause, lambda: Api(target, spec(NAME)))  # type: ignore[arg-type]


def calls(api: Api, _: Clause) -> None:
    api.call(api.operation("DescribeExports"))


def breaks(api: Api, _: Clause) -> None:
    raise Broken("something else", api.call(api.operation("DescribeExports")))


def cannot_look(_: Api, __: Clause) -> None:
    raise NotObserved("the sky was clouded")


def loses_the_server(_: Api, __: Clause) -> None:
    raise Unreachable("nobody there")


def sends_nothing(_: Api, __: Clause) -> None:
    return


def test_a_check_that_returns_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    found = judged(monkeypatch, calls)
    assert found.verdict is Verdict.HELD
    assert [exchange.request.headers["x-tc-action"] for exchange in found.evidence] == ["DescribeExports"]


def test_a_check_that_cannot_look_makes_it_not_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = judged(monkeypatch, calls, cannot_look)
    assert (found.verdict, found.reason, found.check) == (Verdict.NOT_OBSERVED, "the sky was clouded", "cannot_look")


def test_one_broken_check_breaks_it_whatever_the_others_say(monkeypatch: pytest.MonkeyPatch) -> None:
    found = judged(monkeypatch, cannot_look, breaks, calls)
    assert (found.verdict, found.reason) == (Verdict.BROKEN, "something else")
    assert found.received.startswith("200 ")


def test_a_check_that_sends_nothing_has_not_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judged(monkeypatch, sends_nothing).verdict is Verdict.NOT_OBSERVED


def test_a_server_that_does_not_answer_is_not_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judged(monkeypatch, loses_the_server).reason == "nobody there"


def test_a_kind_without_a_check_is_not_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judged(monkeypatch).reason == "no check judges clauses of the kind quota"


def test_an_assumption_breaks_the_mock_but_no_real_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judged(monkeypatch, breaks).verdict is Verdict.BROKEN
    found = judged(monkeypatch, breaks, guise=Elsewhere)
    assert found.verdict is Verdict.NOT_OBSERVED
    assert "nobody documents it" in found.reason


@pytest.mark.parametrize(
    ("standing", "verdict", "severity"),
    [("documented", "broken", "error"), ("sdk", "broken", "warning"), ("assumed", "not-observed", "learned")],
)
def test_it_depends_on_who_says_so_what_a_real_endpoint_is_blamed_for(
    standing: str, verdict: str, severity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clause = replace(CLAUSE, citation=Citation(PAGES[standing], "", ""))
    found = judged(monkeypatch, breaks, guise=Elsewhere, clause=clause).as_json()
    assert (found["standing"], found["verdict"], found["severity"]) == (standing, verdict, severity)
    on_a_mock = judged(monkeypatch, breaks, clause=clause).as_json()
    assert (on_a_mock["verdict"], on_a_mock["severity"]) == ("broken", "error")


def test_the_entry_of_a_result_file_tells_who_says_so() -> None:
    page = spec(NAME).pages["create"]
    cited = replace(CLAUSE, citation=Citation(page, "a sentence", ""))
    entry = Judgement(cited, Verdict.HELD).as_json()
    assert entry["standing"] == "documented"
    assert entry["quote"] == "a sentence"
    assert entry["source"] == {"title": page.title, "url": page.url, "date": page.date}


@pytest.mark.parametrize(("is_elsewhere", "is_given_up"), [(True, False), (False, True)])
def test_a_link_that_leads_nowhere_is_no_silence_of_the_server(*, is_elsewhere: bool, is_given_up: bool) -> None:
    class Cut(Foreign):
        def send(self, request: Request, errand: Errand, origin: str = "") -> Response:
            if origin:
                raise Unreachable("https://files.example.com did not answer", is_elsewhere=is_elsewhere)
            return super().send(request, errand, origin)

    own = spec("tencent-cls")
    target = Cut(open_embedded({own.name: own}, seed=1))
    found = judge(clause_of("tencent-cls/GetExportedFile/status"), lambda: Api(target, own))
    assert (found.verdict, found.unanswered, found.unfinished) == (Verdict.NOT_OBSERVED, is_given_up, True)
