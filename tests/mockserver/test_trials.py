"""Does the scorecard tell how a client came through the faults that struck it?"""

from collections.abc import Iterator
from contextlib import suppress

import pytest
import requests

import mockserver
from mockserver.client.report import BAD, GOOD, NOT_SEEN, Trial
from mockserver.inprocess import Mock

API = "huawei-iotda"
URL = "https://iotda.cn-north-4.myhuaweicloud.com/v5/iot/0123456789abcdef0123456789abcdef/export-tasks"


@pytest.fixture
def cloud() -> Iterator[Mock]:
    with mockserver.mock(API, clock="manual") as running:
        yield running


def look(cloud: Mock, times: int = 1) -> None:
    """A client that calls so often, whatever comes."""
    for _ in range(times):
        with suppress(requests.RequestException):
            requests.get(
                URL, params={"resource_type": "BatchTask"}, headers={"X-Auth-Token": "TOKENEXAMPLE"}, timeout=5
            )
        cloud.clock.advance(1)


@pytest.mark.parametrize("effect", ["error", "throttle", "reset", "empty", "truncate", "garbage"])
def test_a_call_that_is_made_again_until_it_is_answered_is_survived(cloud: Mock, effect: str) -> None:
    cloud.faults.add(API, effect=effect, times=2)
    look(cloud, 2)
    assert cloud.client_report().faults == (Trial(effect, 2, 0, (1, 2)),)
    look(cloud)
    assert cloud.client_report().faults == (Trial(effect, 2, 2, ()),)


def test_an_answer_that_is_lost_is_a_failure_for_a_while(cloud: Mock) -> None:
    cloud.faults.add(API, effect="reset")
    look(cloud)
    assert cloud.client_report().habits["tries-again"].score == BAD
    look(cloud)
    assert cloud.client_report().habits["tries-again"].score == GOOD


def test_late_answers_take_nothing_from_a_client(cloud: Mock) -> None:
    cloud.faults.add(API, effect="latency", seconds=1)
    look(cloud)
    report = cloud.client_report()
    assert (report.faults, report.habits["tries-again"].score) == ((), NOT_SEEN)


def test_the_report_tells_which_were_given_up(cloud: Mock) -> None:
    cloud.faults.add(API, effect="empty")
    look(cloud)
    assert "empty: survived 0 of 1 (given up: requests 1)" in str(cloud.client_report())
