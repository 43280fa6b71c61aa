"""What happens once is tried again, what stays is told; and no real endpoint is called more often than documented."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from contracts.calls.client import Api
from contracts.judgement import Verdict, judge
from contracts.profiles import Profile
from contracts.safety.backoff import LATER, SPREAD
from contracts.safety.guard import Clock, guard_of
from contracts.target import Account, Errand, Throttled, TooLong, Unreachable
from contracts.targets.cloud import Cloud
from contracts.targets.embedded import open_embedded
from contracts.targets.http import Http
from openapi.messages import Credentials, Request, Response
from tests.contracts.bent import clause, spec
from tests.contracts.checks.foreign import Foreign
from tests.contracts.raw import http, talking

NAME = "tencent-cls"
PROFILE = Profile(accounts={"first": Account(Credentials("key", "secret"))})
GET = Request("GET", "/", headers={"host": "here"})
ERRAND = Errand(spec(NAME), spec(NAME).operations["DescribeExports"])


class Busy(Foreign):
    """A real endpoint that lets nothing through for a while."""

    def __init__(self, refusals: float, answer: Response) -> None:
        super().__init__(open_embedded({NAME: spec(NAME)}))
        self.refusals, self.answer = refusals, answer
        self.waits: list[float] = []

    def wait(self, seconds: float, what: str = "") -> None:
        if seconds:
            self.waits.append(seconds)
        super().wait(seconds, what)

    def send(self, request: Request, errand: Errand, origin: str = "") -> Response:
        self.refusals -= 1
        return self.answer if self.refusals >= 0 else super().send(request, errand, origin)


def cloud(url: str, slept: list[float], patience: float = 9) -> Cloud:
    """A real endpoint for which nobody really waits."""
    return Cloud(url, Http(url), PROFILE, guard_of(PROFILE, url, clock=Clock(sleep=slept.append)), patience)


def times(answer: bytes, failures: int) -> Callable[[bytes], Iterator[bytes]]:
    """A server that says nothing so many times, and then always the same."""
    left = iter(range(failures))

    def say(_: bytes) -> Iterator[bytes]:
        if next(left, None) is None:
            yield answer

    return say


@pytest.mark.parametrize(("failures", "breaks"), [(0, 0.0), (1, 0.5), (2, 2.5)])
def test_a_request_that_is_not_answered_is_sent_again_after_a_while(failures: int, breaks: float) -> None:
    slept: list[float] = []
    with talking(times(http({"n": 1}), failures)) as url:
        assert cloud(url, slept).send(GET, ERRAND).body == b'{"n": 1}'
    assert breaks * (1 - SPREAD) <= sum(slept) <= breaks * (1 + SPREAD)


def test_a_server_that_stays_silent_is_given_up() -> None:
    slept: list[float] = []
    with talking(lambda _: []) as url, pytest.raises(Unreachable, match="did not answer"):
        cloud(url, slept).send(GET, ERRAND)
    assert 2.5 * (1 - SPREAD) <= sum(slept) <= 2.5 * (1 + SPREAD)


@pytest.mark.parametrize(
    ("answer", "waits"),
    [
        (Response(429, {}, b"{}"), (1 - SPREAD, 1 + SPREAD)),
        (Response(503, {"retry-after": "7"}, b"<html>"), (7, 7 + LATER)),
        (
            Response(200, {}, b'{"Response": {"Error": {"Code": "RequestLimitExceeded"}, "RequestId": "1"}}'),
            (1 - SPREAD, 1 + SPREAD),
        ),
    ],
)
def test_a_throttled_call_is_made_again_when_the_server_says_or_after_a_while(
    answer: Response, waits: tuple[float, float]
) -> None:
    target = Busy(1, answer)
    api = Api(target, spec(NAME))
    assert api.call(api.operation("DescribeExports")).accepted
    assert len(target.waits) == 1
    assert waits[0] <= target.waits[0] <= waits[1]


def test_a_call_that_is_never_let_through_is_told() -> None:
    api = Api(Busy(99, Response(429, {}, b"")), spec(NAME))
    with pytest.raises(
        Throttled, match="DescribeExports was not let through in 4 attempts, but answered with status 429"
    ):
        api.call(api.operation("DescribeExports"))


def test_a_call_in_a_hurry_is_made_once() -> None:
    target = Busy(99, Response(429, {}, b""))
    api = Api(target, spec(NAME))
    assert api.call(api.operation("DescribeExports"), hurry=True).status == 429
    assert target.waits == []


def test_a_clause_is_not_observed_where_nothing_is_let_through() -> None:
    target = Busy(9999, Response(503, {}, b""))
    found = judge(clause(f"{NAME}/DescribeExports/Limit/maximum"), lambda: Api(target, spec(NAME)))
    assert found.verdict is Verdict.NOT_OBSERVED
    assert "was not let through in 4 attempts" in found.reason


def test_a_clause_that_was_throttled_once_is_held() -> None:
    target = Busy(1, Response(429, {}, b""))
    found = judge(clause(f"{NAME}/DescribeExports/Limit/maximum"), lambda: Api(target, spec(NAME)))
    assert found.verdict is Verdict.HELD


def test_a_check_waits_no_longer_than_there_is_patience_and_the_next_has_all_of_it() -> None:
    slept: list[float] = []
    target = cloud("http://here", slept, 60)
    target.wait(50)
    with pytest.raises(TooLong, match="it takes about 70 s, and a check may wait 60 s in all"):
        target.wait(15)
    target.reset()
    target.wait(15)
    assert sum(slept) == 65


def test_the_pace_is_that_of_the_whole_run() -> None:
    target = Foreign(open_embedded({NAME: spec(NAME)}))
    operation = spec(NAME).operations["DescribeExports"]
    limit, begun = operation.rate_limits[0], target.now()
    for _ in range(limit.requests + 1):
        assert Api(target, spec(NAME)).call(operation).accepted
    assert target.now() - begun >= timedelta(seconds=limit.seconds)


def test_what_tries_a_thousand_requests_is_soon_told_that_nobody_answers() -> None:
    asked: list[bytes] = []
    with talking(lambda request: asked.append(request) or []) as url:  # type: ignore[func-returns-value]
        target = cloud(url, [])
        for _ in range(1000):
            with pytest.raises(Unreachable, match="did not answer"):
                target.send(GET, ERRAND)
    assert len(asked) == 9


def test_a_request_that_is_answered_begins_the_count_anew() -> None:
    silence = iter([True] * 6 + [False] + [True] * 6 + [False])

    def say(_: bytes) -> list[bytes]:
        return [] if next(silence) else [http({})]

    with talking(say) as url:
        target = cloud(url, [])
        for _ in range(2):
            for _ in range(2):
                with pytest.raises(Unreachable):
                    target.send(GET, ERRAND)
            assert target.send(GET, ERRAND).status == 200
