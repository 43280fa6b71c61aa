"""One strange answer of a real endpoint is no verdict: what only reads is asked again, and a check is made again."""

from collections.abc import Callable

import pytest

from contracts.calls.client import Api
from contracts.judgement import Judgement, Verdict, judge
from contracts.target import Errand, Unreachable
from contracts.targets.embedded import open_embedded
from openapi.messages import Request, Response
from tests.contracts.bent import clause, spec
from tests.contracts.checks.foreign import Foreign

NAME = "tencent-cls"
PAGE = Response(502, {"content-type": "text/html"}, b"<html>")
EMPTY = Response(200, {"content-type": "application/json"}, b"")
TORN = Unreachable("the connection was reset")


class Uneven(Foreign):
    """A real endpoint that says something else instead of some answers, told apart by their number."""

    def __init__(self, strange: Response | Unreachable, when: Callable[[int], bool], what: str) -> None:
        super().__init__(open_embedded({NAME: spec(NAME)}))
        self.strange, self.when, self.what = strange, when, what
        self.count = 0
        self.waits: list[float] = []

    def wait(self, seconds: float, what: str = "") -> None:
        self.waits += [seconds] if seconds >= 1 else []
        super().wait(seconds, what)

    def send(self, request: Request, errand: Errand, origin: str = "") -> Response:
        answer = super().send(request, errand, origin)
        if errand.operation.id != self.what:
            return answer
        self.count += 1
        if not self.when(self.count):
            return answer
        if isinstance(self.strange, Unreachable):
            raise self.strange
        return self.strange


def judged(target: Uneven, name: str) -> Judgement:
    return judge(clause(f"{NAME}/{name}"), lambda: Api(target, spec(NAME)))


@pytest.mark.parametrize("strange", [PAGE, EMPTY])
def test_what_only_reads_is_asked_again_after_a_while(strange: Response) -> None:
    target = Uneven(strange, lambda number: number <= 2, "DescribeExports")
    assert judged(target, "DescribeExports/status").verdict is Verdict.HELD
    assert (target.count, target.waits) == (3, [1.0, 2.0])


@pytest.mark.parametrize("strange", [PAGE, EMPTY, TORN])
@pytest.mark.parametrize("name", ["CreateExport/Format/enum", "CreateExport/status"])
def test_a_check_of_what_creates_is_made_again(strange: Response | Unreachable, name: str) -> None:
    target = Uneven(strange, lambda number: number == 1, "CreateExport")
    assert judged(target, name).verdict is Verdict.HELD


def test_what_stays_is_the_servers_own_and_not_doubted_again() -> None:
    target = Uneven(PAGE, lambda _: True, "DescribeExports")
    first = judged(target, "DescribeExports/status")
    sent = target.count
    assert first.verdict is Verdict.BROKEN
    assert sent == 9
    assert judged(target, "DescribeExports/status").verdict is Verdict.BROKEN
    assert target.count == sent + 1


def test_answers_that_are_strange_now_here_and_now_there_say_nothing() -> None:
    target = Uneven(PAGE, lambda number: number in (2, 10), "CreateExport")
    found = judged(target, "CreateExport/Format/enum")
    assert found.verdict is Verdict.NOT_OBSERVED
    assert found.reason.startswith("the server answers strangely now and then: expected ")


def test_what_says_that_the_request_is_at_fault_is_not_asked_again() -> None:
    target = Uneven(Response(403, {"content-type": "text/html"}, b"<html>"), lambda _: True, "DescribeExports")
    assert not Api(target, spec(NAME)).call(spec(NAME).operations["DescribeExports"]).accepted
    assert target.count == 1
