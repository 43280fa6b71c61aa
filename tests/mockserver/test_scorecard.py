"""Does the scorecard see what a client does well, and what it does not?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

import mockserver
from mockserver.accounts import FIRST
from mockserver.client.report import BAD, GOOD, NOT_SEEN
from mockserver.inprocess import Mock
from mockserver.scorecard import HABITS

API = "huawei-iotda"
TASKS = f"https://iotda.cn-north-4.myhuaweicloud.com/v5/iot/{FIRST.project}/export-tasks"
TOKEN = {"X-Auth-Token": FIRST.token}
CREATION = {"resource_type": "BatchTask", "resource_condition": {"task_id": "5f433ce0c24389024365fdfa"}}
FAILURE = "IOTDA.000020"


@dataclass
class Client:
    """A client that does as it is told, and the mock that watches it."""

    cloud: Mock

    def create(self, **changes: Any) -> int:
        return requests.post(TASKS, headers=TOKEN, json=CREATION | changes, timeout=5).status_code

    def look(self, **headers: str) -> int:
        query = {"resource_type": "BatchTask"}
        return requests.get(TASKS, headers=TOKEN | headers, params=query, timeout=5).status_code

    def delete(self) -> int:
        task = self.cloud.tasks()[0]["id"]
        return requests.delete(f"{TASKS}/{task}", headers=TOKEN, timeout=5).status_code

    def wait(self, seconds: float) -> None:
        self.cloud.clock.advance(seconds)

    def score(self, habit: str) -> str:
        return self.cloud.client_report().habits[habit].score


@pytest.fixture
def client() -> Iterator[Client]:
    with mockserver.mock(API, clock="manual") as cloud:
        yield Client(cloud)


def fail(client: Client, times: int) -> None:
    client.cloud.faults.add(API, FAILURE, operation="ListExportTasks", times=times)


def test_where_nothing_was_sent_no_habit_is_seen(client: Client) -> None:
    report = client.cloud.client_report()
    assert (report.requests, report.good, report.seen) == (0, 0, 0)
    assert [*report.habits] == [habit.name for habit in HABITS]


def test_whoever_deletes_what_it_made_is_told_from_who_does_not(client: Client) -> None:
    client.create()
    assert client.score("deletes") == BAD
    client.wait(60)
    assert client.delete() < 300
    assert client.score("deletes") == GOOD


def test_whoever_looks_again_after_the_end_is_seen(client: Client) -> None:
    client.create()
    client.look()
    assert client.score("stops-looking") == NOT_SEEN
    client.wait(60)
    client.look()
    assert client.score("stops-looking") == GOOD
    client.look()
    assert client.score("stops-looking") == BAD


def test_whoever_gives_up_after_a_failure_is_told_from_who_tries_again(client: Client) -> None:
    fail(client, 1)
    client.look()
    assert client.score("tries-again") == BAD
    client.wait(1)
    client.look()
    assert client.score("tries-again") == GOOD


@pytest.mark.parametrize(("waits", "score"), [((1, 2), GOOD), ((2, 4), GOOD), ((3, 1), BAD)])
def test_whoever_waits_longer_after_each_failure_backs_off(client: Client, waits: tuple[int, ...], score: str) -> None:
    fail(client, 2)
    client.look()
    for seconds in waits:
        client.wait(seconds)
        client.look()
    assert client.score("backs-off") == score


def test_whoever_repeats_what_can_never_be_accepted_is_seen(client: Client) -> None:
    client.create(resource_type="Nothing")
    assert client.score("gives-up") == GOOD
    client.create(resource_type="Nothing")
    habit = client.cloud.client_report().habits["gives-up"]
    assert (habit.score, habit.exchanges) == (BAD, (1, 2))


def test_a_request_that_was_accepted_after_all_could_be(client: Client) -> None:
    assert client.look(**{"X-Auth-Token": "one that has ended"}) == 401
    assert client.look() == 200  # with the token of another login
    assert client.look(**{"X-Auth-Token": "one that has ended"}) == 401
    assert client.score("gives-up") == GOOD


def test_whoever_calls_too_often_is_seen() -> None:
    with mockserver.mock("tencent-cls", clock="manual") as cloud:
        headers = {"X-TC-Action": "DescribeExports", "X-TC-Version": "2020-10-16", "X-TC-Region": "ap-guangzhou"}
        send = _signed("DescribeExports", headers)
        send()
        assert cloud.client_report().habits["keeps-limits"].score == GOOD
        for _ in range(30):
            send()
        assert cloud.client_report().habits["keeps-limits"].score == BAD


def test_whoever_sends_a_signature_twice_is_seen() -> None:
    headers = {"X-TC-Action": "DescribeExports", "X-TC-Version": "2020-10-16", "X-TC-Region": "ap-guangzhou"}
    with mockserver.mock("tencent-cls", clock="manual") as cloud:
        send = _signed("DescribeExports", headers)
        send()
        assert cloud.client_report().habits["signs-anew"].score == NOT_SEEN
        cloud.clock.set(time.time() + 5)
        send()
        habits = cloud.client_report().habits
        assert (habits["signs-anew"].score, habits["signs-right"].score) == (BAD, GOOD)
        assert "signature of the first time" in habits["signs-anew"].because


def test_who_asks_twice_in_a_second_cannot_sign_anew() -> None:
    headers = {"X-TC-Action": "DescribeExports", "X-TC-Version": "2020-10-16", "X-TC-Region": "ap-guangzhou"}
    with mockserver.mock("tencent-cls", clock="manual") as cloud:
        cloud.clock.set(time.time())
        send = _signed("DescribeExports", headers)
        for _ in range(2):
            send()
            cloud.clock.advance(0.9)
        assert cloud.client_report().habits["signs-anew"].score == NOT_SEEN


def test_what_is_not_good_is_told_with_the_requests_that_show_it(client: Client) -> None:
    client.create()
    with pytest.raises(
        AssertionError, match=r"not as a good client does: deletes\n1 of the 2 habits that showed are good"
    ) as raised:
        client.cloud.client_report().assert_good()
    assert "NO        deletes what it made: " in str(raised.value)
    assert "(requests 1)" in str(raised.value)


def test_a_habit_that_is_named_has_to_be_seen(client: Client) -> None:
    with pytest.raises(AssertionError, match="backs-off"):
        client.cloud.client_report().assert_good("backs-off")
    with pytest.raises(ValueError, match="there is no habit 'backoff'; there are signs-right"):
        client.cloud.client_report().assert_good("backoff")


def test_accounts_are_told_apart(client: Client) -> None:
    client.create()
    assert client.cloud.client_report(account=FIRST.number).requests == 1
    assert client.cloud.client_report(account=client.cloud.accounts.open().number).requests == 0


def _signed(operation: str, headers: dict[str, str]) -> Callable[[], Any]:
    from datetime import UTC, datetime

    from openapi.messages import Request
    from openapi.signatures import schemes

    body = b'{"TopicId": "ee20bb16-3025-4048-b81a-dd436373062e"}'
    base = {"host": "cls.tencentcloudapi.com", "content-type": "application/json"}
    lower = {name.lower(): value for name, value in headers.items()}
    request = schemes()["tc3-hmac-sha256"].sign(
        Request("POST", "/", "", base | lower, body), FIRST.key, datetime.now(UTC)
    )
    assert operation in request.headers.values()
    return lambda: requests.post(
        "https://cls.tencentcloudapi.com/", data=body, headers=dict(request.headers), timeout=5
    )
