"""Are generated requests to a real endpoint few, harmless, and the same each time?"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.calls.client import Api, Run
from contracts.fuzz.ration import Pool, Rations, UsedUp, share
from contracts.judgement import Judgement, Verdict, judge
from contracts.profiles import BOUNDLESS, Allowance, Budget
from contracts.safety.creation import witnessed
from contracts.safety.journal import Head, Journal
from contracts.target import Errand
from contracts.targets.embedded import open_embedded
from openapi.document import patch
from openapi.loader import spec_of
from openapi.messages import Request, Response
from openapi.model import Action
from tests.contracts.bent import clause, spec
from tests.contracts.checks.foreign import Foreign

NAME = "tencent-cls"
CREATES = Allowance(create=True, delete=True)
BUDGET = Budget(requests=300, tasks=6)
EACH = 30  # requests, of half of them, for four operations and the sequences
HOSTILE = 7  # of an operation's
Sent = tuple[Request, Errand, Response]


class Watched(Foreign):
    """A real endpoint that remembers what it was sent, and answers some of it as it is told."""

    def __init__(self, allow: Allowance, budget: Budget = BUDGET, changes: Mapping[str, Any] | None = None) -> None:
        own = spec(NAME)
        served = spec_of(patch(dict(own.document), changes or {}), Path(own.path), {})
        super().__init__(open_embedded({NAME: served}, seed=1))
        self.profile = replace(BOUNDLESS, allow=allow, budget=budget)
        self.sent: list[Sent] = []
        self.instead: dict[int, Response] = {}  # answers, by the number of the request

    def send(self, request: Request, errand: Errand, origin: str = "") -> Response:
        answer = self.instead.get(len(self.sent)) or self._sent(request, errand, origin)
        self.sent.append((request, errand, answer))
        return answer

    def _sent(self, request: Request, errand: Errand, origin: str) -> Response:
        if self.journal is None or errand.operation.action is not Action.CREATE:
            return super().send(request, errand, origin)
        return witnessed(
            self.journal, errand, request, lambda: super(Watched, self).send(request, errand, origin), self.now
        )

    def of(self, action: Action) -> list[Sent]:
        return [each for each in self.sent if each[1].operation.action is action]


def judged(target: Watched, name: str, seed: int = 0) -> Judgement:
    return judge(clause(f"{NAME}/{name}"), lambda: Api(target, spec(NAME), run=Run(seed, max_examples=8)))


def journalled(target: Watched, folder: Path) -> Watched:
    target.journal = Journal.open(folder / "journal", Head(target.base_url, apis=(NAME,)))
    return target


def tasks(target: Watched) -> Any:
    api = Api(target, spec(NAME))
    return api.call(api.operation("DescribeExports")).values["tasks.count"]


def accepted(sent: list[Sent]) -> list[Sent]:
    return [each for each in sent if b"Error" not in bytes(each[2].body)]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["CreateExport/refusal", "sequences"])
def test_what_creates_needs_leave_to(name: str) -> None:
    target = Watched(Allowance())
    found = judged(target, name)
    assert (found.verdict, target.sent) == (Verdict.NOT_OBSERVED, [])
    assert "allow.create" in found.reason


def test_a_wrong_request_that_is_accepted_is_a_finding_and_no_more_of_them_create_than_may(tmp_path: Path) -> None:
    bent = {clause(f"{NAME}/CreateExport/Format/{kind}").pointer: None for kind in ("enum", "type")}
    target = journalled(Watched(CREATES, Budget(requests=3000, tasks=2), bent), tmp_path)
    found = judged(target, "CreateExport/refusal")
    assert len(accepted(target.of(Action.CREATE))) == 1
    assert [each.clause.rpartition("/")[0] for each in found.findings] == [f"{NAME}/CreateExport/Format"]
    assert tasks(target) == 0


def test_wrong_requests_come_first_and_right_ones_create_no_more_than_their_part_of_the_tasks(
    tmp_path: Path,
) -> None:
    target = journalled(Watched(CREATES), tmp_path)
    found = judged(target, "CreateExport/conformance")
    creations = target.of(Action.CREATE)
    assert creations.index(accepted(creations)[0]) > 5
    assert 1 <= len(accepted(creations)) <= 2
    assert found.verdict is Verdict.HELD
    assert found.reason.startswith("seen in part: ")
    assert tasks(target) == 0


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("DescribeExports/conformance", EACH - HOSTILE),
        ("CreateExport/refusal", EACH - HOSTILE),
        ("sequences", EACH),
        ("DescribeExports/robustness", HOSTILE),
    ],
)
def test_no_more_than_a_part_of_the_budget_is_used(name: str, most: int, tmp_path: Path) -> None:
    target = journalled(Watched(CREATES), tmp_path)
    judged(target, name)
    removals = len(target.of(Action.DELETE))
    assert most // 3 < len(target.sent) <= most + removals


def test_the_same_seed_sends_the_same_requests_and_another_does_not() -> None:
    def sent(seed: int) -> list[bytes]:
        target = Watched(CREATES)
        judged(target, "DescribeExports/conformance", seed)
        return [request.body for request, _, __ in target.sent]

    first = sent(1)
    assert first == sent(1)
    assert first != sent(2)


def test_sequences_share_few_tasks_and_leave_none(tmp_path: Path) -> None:
    target = journalled(Watched(CREATES, Budget(requests=2000, tasks=6)), tmp_path)
    found = judged(target, "sequences")
    assert (found.verdict, len(accepted(target.of(Action.CREATE)))) == (Verdict.HELD, 1), found.reason
    assert tasks(target) == 0


def test_a_page_of_a_balancer_is_no_finding_when_it_passes() -> None:
    target = Watched(CREATES)
    target.instead = {number: Response(502, {"content-type": "text/html"}, b"<html>") for number in (3, 4, 9, 20, 21)}
    found = judged(target, "DescribeExports/conformance")
    assert found.verdict is Verdict.HELD, found.reason


def test_nothing_is_said_of_a_server_that_is_ill() -> None:
    target = Watched(CREATES)
    target.instead = {number: Response(502, {"content-type": "text/html"}, b"<html>") for number in range(5, 999)}
    found = judged(target, "DescribeExports/conformance")
    assert found.verdict is Verdict.NOT_OBSERVED
    assert "answered with 502 text/html, and so is what is right" in found.reason


def test_an_error_of_the_server_that_stays_is_a_finding() -> None:
    class Crashing(Watched):
        def send(self, request: Request, errand: Errand, origin: str = "") -> Response:
            answer = super().send(request, errand, origin)
            return Response(500, {"content-type": "text/html"}, b"<html>") if b"Error" in bytes(answer.body) else answer  # type: ignore[arg-type]

    found = judged(Crashing(CREATES), "DescribeExports/conformance")
    assert (found.verdict, found.reason) == (Verdict.BROKEN, "no error of the server itself")


def test_what_one_part_leaves_is_not_passed_on() -> None:
    rations = Rations(BUDGET)
    first = rations.of(spec(NAME), "CreateExport")
    for _ in range(EACH - HOSTILE):
        first.spend()
    with pytest.raises(UsedUp, match="budget of requests"):
        first.spend()
    assert rations.of(spec(NAME), "DescribeExports").requests == EACH - HOSTILE
    assert rations.of(spec(NAME), "CreateExport", hostile=True).requests == HOSTILE
    assert rations.of(spec(NAME)).requests == EACH
    assert rations.of(spec(NAME), "CreateExport") is first


def test_generated_requests_end_when_their_part_of_the_time_is_over() -> None:
    moments = iter([0.0, 1.0, 1000.0])
    ration = share(Budget(minutes=10), spec(NAME), Pool(1))
    ration.clock = lambda: next(moments)
    ration.spend()
    ration.spend()
    with pytest.raises(UsedUp, match="budget of minutes"):
        ration.spend()


def test_tasks_are_taken_from_one_pool() -> None:
    rations = Rations(Budget(tasks=4))
    first, second = rations.of(spec(NAME), "CreateExport"), rations.of(spec(NAME))
    first.create()
    assert (first.may_create, second.may_create) == (False, True)
    second.create()
    assert not second.may_create
