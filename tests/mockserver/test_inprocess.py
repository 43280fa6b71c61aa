"""Is a mock inside a test process there while it is entered, and gone afterwards?"""

from __future__ import annotations

import asyncio
import io
import unittest
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

import mockserver
from mockserver.accounts import FIRST
from mockserver.client import Refused
from mockserver.inprocess import PASS
from mockserver.interception import NET
from openapi.document import SpecError

API, OTHER = "huawei-iotda", "huawei-clouddc"
TASKS = f"https://iotda.cn-north-4.myhuaweicloud.com/v5/iot/{FIRST.project}/export-tasks"
TOKEN = {"X-Auth-Token": FIRST.token}
CREATION = {"resource_type": "BatchTask", "resource_condition": {"task_id": "5f433ce0c24389024365fdfa"}}
REAL_SEND = HTTPAdapter.send


@pytest.fixture(autouse=True)
def leaves_nothing_behind() -> Iterator[None]:
    yield
    assert HTTPAdapter.send is REAL_SEND


def create() -> requests.Response:
    return requests.post(TASKS, headers=TOKEN, json=CREATION, timeout=5)


def count() -> int:
    page = requests.get(TASKS, headers=TOKEN, params={"resource_type": "BatchTask"}, timeout=5).json()
    return int(page["page"]["count"])


def test_calls_of_the_clouds_own_hosts_are_answered() -> None:
    with mockserver.mock(API):
        answer = create()
    assert (answer.status_code, answer.reason, answer.json()["status"]) == (201, "Created", "Processing")
    assert answer.headers["content-length"] == str(len(answer.content))
    assert "date" in answer.headers


def test_each_time_it_starts_empty() -> None:
    cloud = mockserver.mock(API)
    for _ in range(2):
        with cloud:
            assert create().status_code == 201
            assert count() == 1


def test_an_answer_to_head_has_no_body() -> None:
    with mockserver.mock(API):
        answer = requests.head(TASKS, headers=TOKEN, timeout=5)
        assert (answer.ok, answer.content) == (False, b"")
        assert int(answer.headers["content-length"]) > 0


def test_other_hosts_are_refused_with_what_would_let_them_through() -> None:
    with mockserver.mock(API), pytest.raises(requests.ConnectionError, match=r'example\.org.*others="pass"'):
        requests.get("https://example.org/", timeout=5)


def test_other_hosts_pass_where_that_is_chosen() -> None:
    with responses.RequestsMock() as beyond:
        beyond.add(responses.GET, "https://example.org/", body="beyond")
        with mockserver.mock(API, others=PASS):
            assert requests.get("https://example.org/", timeout=5).text == "beyond"


def test_the_newest_answers_and_the_one_around_it_goes_on_afterwards() -> None:
    with mockserver.mock(API):
        create()
        with mockserver.mock(API):
            assert count() == 0
        assert count() == 1


def test_what_the_newest_does_not_serve_the_one_around_it_does() -> None:
    with mockserver.mock(API) as outer, mockserver.mock(OTHER) as inner:
        assert create().status_code == 201
        assert (len(outer.tasks()), len(inner.tasks())) == (1, 0)


def test_two_that_overlap_may_end_in_any_order() -> None:
    first, second = mockserver.mock(API), mockserver.mock(OTHER)
    first.start()
    second.start()
    first.stop()
    with pytest.raises(requests.ConnectionError):
        create()
    second.stop()


def test_the_same_mock_can_be_entered_within_itself() -> None:
    cloud = mockserver.mock(API)
    with cloud:
        create()
        with cloud:
            assert cloud.tasks() == []
        assert len(cloud.tasks()) == 1


def test_it_cleans_up_after_an_exception() -> None:
    with pytest.raises(ZeroDivisionError), mockserver.mock(API):
        raise ZeroDivisionError
    with pytest.raises(ConnectionError, match="not running"):
        mockserver.mock(API).tasks()


def test_all_threads_are_answered() -> None:
    with mockserver.mock(API) as cloud:
        with ThreadPoolExecutor(8) as pool:
            assert {answer.status_code for answer in pool.map(lambda _: create(), range(16))} == {201}
        assert [each["number"] for each in cloud.requests()] == list(range(1, 17))


@mockserver.mock(API)
def test_a_function_is_mocked_while_it_runs() -> None:
    assert create().status_code == 201


def test_a_coroutine_is_mocked_while_it_runs() -> None:
    @mockserver.mock(API)
    async def work() -> int:
        await asyncio.sleep(0)
        return create().status_code

    assert asyncio.run(work()) == 201


def test_a_generator_is_mocked_until_it_ends() -> None:
    @mockserver.mock(API)
    def steps() -> Iterator[int]:
        yield create().status_code
        yield count()

    assert list(steps()) == [201, 1]


def test_of_a_test_case_set_up_and_every_test_are_mocked() -> None:
    @mockserver.mock(API)
    class Case(unittest.TestCase):
        def setUp(self) -> None:
            self.created = create().status_code

        def test_one(self) -> None:
            assert (self.created, count()) == (201, 1)

        def test_other(self) -> None:
            assert count() == 1

    found = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(found)
    assert (found.testsRun, found.failures, found.errors) == (2, [], [])


@mockserver.mock(API)
class TestOfAnyClass:
    def test_every_test_is_mocked(self) -> None:
        assert create().status_code == 201

    def test_and_starts_empty(self) -> None:
        assert count() == 0


def test_it_is_controlled_from_within() -> None:
    with mockserver.mock(API, clock="manual", seed=1) as cloud:
        create()
        task = cloud.tasks()[0]["id"]
        cloud.clock.next()
        assert cloud.task(task)["phase"] == "running"
        cloud.faults.add(API, "IOTDA.000006", operation="CreateExportTask")
        assert create().status_code >= 400
        assert cloud.requests(operation="CreateExportTask")[0]["response"]["status"] == 201


def test_a_wrong_name_is_told_with_the_right_ones() -> None:
    with mockserver.mock(API) as cloud, pytest.raises(Refused, match=API) as raised:
        cloud.tasks(api="nobody")
    assert API in raised.value.valid


@pytest.mark.parametrize(
    ("use", "said"),
    [
        (lambda: mockserver.mock(API, other="pass"), "takes no other"),  # type: ignore[call-arg]
        (lambda: mockserver.mock(API, others="perhaps"), "neither 'refuse' nor 'pass'"),  # type: ignore[arg-type]
        (lambda: mockserver.mock(API, clock="late"), "'late' is no clock"),
        (lambda: mockserver.mock(create), "called before it decorates"),  # type: ignore[arg-type]
        (lambda: mockserver.mock("nobody"), "unknown API 'nobody'"),
        (lambda: mockserver.mock("nowhere.yaml"), r"nowhere\.yaml: cannot be read"),
        (lambda: mockserver.mock(API, readings={f"{API}/nonsense": "yes"}), "no reading 'nonsense'"),
        (lambda: mockserver.mock(API, accounts=[{"key-id": "A"}]), '"secret" is a required property'),
        (lambda: mockserver.mock(API, timetables={OTHER: {"queued": 0}}), f"'{OTHER}' is no API with tasks"),
        (lambda: mockserver.mock(API, faults=[(API, "nonsense")]), "faults.0: .*'nonsense'"),
        (lambda: mockserver.mock(API, config="nowhere/mockserver.yaml"), "nowhere"),
    ],
)
def test_what_cannot_be_used_is_told_when_it_is_made(use: Any, said: str) -> None:
    with pytest.raises((TypeError, ValueError, SpecError), match=said):
        use()


def test_a_decorator_that_cannot_be_used_is_told_before_any_test_runs() -> None:
    with pytest.raises(SpecError, match="unknown API 'huawei-iotd'"):

        @mockserver.mock("huawei-iotd")
        def work() -> None:
            """Never called."""


def test_records_are_read_when_it_is_entered(tmp_path: Path) -> None:
    rows = tmp_path / "rows.ndjson"
    cloud = mockserver.mock(API, records=rows)
    with pytest.raises(ValueError, match=r"rows\.ndjson: No such file"):
        cloud.start()
    rows.write_text('{"device_id": "one"}\n', encoding="utf-8")
    with cloud:
        assert [each["rows"] for each in cloud.records.all()] == [1]


def test_nothing_is_caught_when_entering_has_failed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nowhere"), mockserver.mock(API, records=tmp_path / "nowhere"):
        pass
    assert HTTPAdapter.send is REAL_SEND


def sent_again(count: int) -> requests.Session:
    session = requests.Session()
    retries = Retry(total=count, status_forcelist=[400], allowed_methods=None, backoff_factor=0)
    session.mount("https://", HTTPAdapter(max_retries=retries))
    return session


def test_an_adapter_that_sends_again_what_failed_does_so() -> None:
    with mockserver.mock(API, faults=[(API, "IOTDA.000006", "CreateExportTask", 2)]) as cloud, sent_again(2) as session:
        assert session.post(TASKS, headers=TOKEN, json=CREATION, timeout=5).status_code == 201
        assert [each["response"]["status"] for each in cloud.requests()] == [400, 400, 201]


def test_an_adapter_gives_up_after_as_many_times_as_it_was_told() -> None:
    with mockserver.mock(API, faults=[(API, "IOTDA.000006", "CreateExportTask", 9)]) as cloud, sent_again(1) as session:
        with pytest.raises(requests.exceptions.RetryError):
            session.post(TASKS, headers=TOKEN, json=CREATION, timeout=5)
        assert len(cloud.requests()) == 2


@pytest.mark.parametrize("body", [iter([b"{", b"}"]), io.BytesIO(b"{}")], ids=["pieces", "file"])
def test_a_body_that_is_read_as_it_is_sent_arrives(body: Any) -> None:
    with mockserver.mock(API) as cloud:
        requests.post(TASKS, headers=TOKEN, data=body, timeout=5)
        assert cloud.requests()[0]["request"]["body"] == "{}"


def test_nothing_is_kept_of_each_call_but_in_the_bounded_journal() -> None:
    with mockserver.mock(API):
        with sent_again(1) as session:
            for _ in range(5):
                count()
                session.get(TASKS, headers=TOKEN, params={"resource_type": "BatchTask"}, timeout=5)
        assert NET._mock is not None
        assert len(NET._mock.calls) <= 1


def test_one_that_is_made_in_a_thread_answers_in_another() -> None:
    with ThreadPoolExecutor(1) as pool:
        cloud = pool.submit(mockserver.mock, API).result()
    with cloud:
        assert create().status_code == 201


def test_two_of_the_same_apis_change_nothing_of_each_other() -> None:
    outer, inner = mockserver.mock(API, clock="manual"), mockserver.mock(API, clock="manual", seed=1)
    with outer:
        outer.faults.add(API, "IOTDA.000006", operation="CreateExportTask")
        outer.resources.remove(API, "batch-task", "5f433ce0c24389024365fdfa")
        with inner:
            assert create().status_code == 201
            assert inner.faults.all() == []
            assert inner.resources.all() != outer.resources.all()
