"""Does a client in the process meet what it would meet over a socket, and in no time?"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

import mockserver
from mockserver.inprocess import Mock

API = "huawei-iotda"
URL = "https://iotda.cn-north-4.myhuaweicloud.com/v5/iot/0123456789abcdef0123456789abcdef/export-tasks"
BODY = b'{"export_tasks":[],"page":{"count":0}}'


@pytest.fixture
def cloud() -> Iterator[Mock]:
    with mockserver.mock(API, clock="manual") as running:
        yield running


def ask(timeout: float = 5) -> bytes:
    query, headers = {"resource_type": "BatchTask"}, {"X-Auth-Token": "TOKENEXAMPLE"}
    return requests.get(URL, params=query, headers=headers, timeout=timeout).content


@pytest.mark.parametrize(
    ("effect", "error", "said"),
    [
        ("reset", requests.ConnectionError, "ConnectionResetError"),
        ("empty", requests.ConnectionError, "RemoteDisconnected"),
        ("truncate", requests.exceptions.ChunkedEncodingError, "IncompleteRead"),
    ],
)
def test_what_is_lost_is_raised_as_over_a_socket(
    cloud: Mock, effect: str, error: type[requests.RequestException], said: str
) -> None:
    cloud.faults.add(API, effect=effect)
    with pytest.raises(error, match=said):
        ask()
    assert ask() == BODY


def test_garbage_is_as_long_as_the_body(cloud: Mock) -> None:
    cloud.faults.add(API, effect="garbage")
    assert BODY != ask() != ask()


def test_a_late_answer_takes_its_time_by_a_clock_that_stands_still(cloud: Mock) -> None:
    before = cloud.clock.now()
    cloud.faults.add(API, effect="latency", seconds=4)
    assert ask() == BODY
    assert cloud.clock.now() - before == timedelta(seconds=4)


def test_an_answer_that_is_too_late_is_a_timeout_of_the_client(cloud: Mock) -> None:
    before = cloud.clock.now()
    cloud.faults.add(API, effect="latency", seconds=600)
    with pytest.raises(requests.ReadTimeout, match="read timeout=5"):
        ask()
    assert cloud.clock.now() - before == timedelta(seconds=5)


def test_a_body_that_dribbles_is_whole_unless_a_pause_is_too_long(cloud: Mock) -> None:
    cloud.faults.add(API, effect="dribble", seconds=3, bytes=10)
    assert ask(timeout=4) == BODY
    cloud.faults.add(API, effect="dribble", seconds=3, bytes=10)
    with pytest.raises(requests.ConnectionError, match="timed out"):
        ask(timeout=2)


def test_late_answers_are_distributed_as_was_asked(cloud: Mock) -> None:
    waits = []
    for chosen in ({"to": 9.0}, {"sigma": 1.0}):
        cloud.faults.set({"api": API, "effect": "latency", "seconds": 1, "times": 20, **chosen})
        for _ in range(20):
            before = cloud.clock.now()
            ask(timeout=1000)
            waits.append((cloud.clock.now() - before).total_seconds())
            cloud.clock.advance(1)  # as the rate limit asks
    even, lognormal = waits[:20], sorted(waits[20:])
    assert all(1 <= wait < 9 for wait in even)
    assert len(set(even)) > 15
    assert lognormal[0] < 1 < lognormal[-1]


def test_faults_are_chosen_when_a_mock_begins_and_are_back_after_a_reset() -> None:
    fault = {"api": API, "effect": "empty", "every": 1}
    with mockserver.mock(API, clock="manual", faults=["slow-exports", (API, "IOTDA.000020"), fault]) as running:
        before = [each["effect"] for each in running.faults.all()]
        running.reset()
        assert [each["effect"] for each in running.faults.all()] == before
        assert before[-2:] == ["error", "empty"]
        with pytest.raises(requests.ConnectionError):
            ask()


def test_a_fault_that_is_no_fault_is_told_when_the_mock_begins() -> None:
    with pytest.raises(ValueError, match=r"there is no 'flakey'.*flaky"), mockserver.mock(API, faults=["flakey"]):
        pass
