"""Does a request that needs a file which is not written yet keep nobody else waiting?"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from threading import Event
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from mockserver.files.produce import FEW
from openapi.messages import Request, Response
from openapi.reasons import Reason
from tests.mockserver.cloud import LONG_ENOUGH, Cloud, read
from tests.mockserver.files.exports import export
from tests.mockserver.records.seeded import API, TOPIC, Seeded, lines, row

MANY = FEW + 1


@dataclass
class Slow:
    """Rows that are read once they may be, and hold up the thread that writes files ahead."""

    go_on: Event
    columns: tuple[str, ...] = ("status",)

    def lines(self, _window: tuple[int, int] | None, *, newest_first: bool) -> Iterator[bytes]:
        assert newest_first
        self.go_on.wait(60)
        return itertools.repeat(b'{"status":200}\n', MANY)

    def count(self, _window: tuple[int, int] | None) -> int:
        return MANY


@pytest.fixture
def go_on() -> Event:
    """Until it is set, no file is written ahead."""
    return Event()


@pytest.fixture
def mock(cloud: Cloud, go_on: Event) -> Iterator[Seeded]:
    """A mock with many records whose files are not written ahead, as another comes first."""
    slow = Slow(go_on)
    cloud.engine.preparation.add(replace(export(f"slow {id(slow)}"), stored=slow))
    seeded = Seeded(cloud)
    seeded.post(lines(*(row(second % 3000, status=second, **unique()) for second in range(MANY))))
    yield seeded
    go_on.set()
    cloud.engine.preparation.end()


def unique() -> dict[str, str]:
    """A column that no other test has, as files of the same rows are written once."""
    return {"unique": uuid4().hex}


def look(mock: Seeded) -> Request:
    """A request for the list of exports."""
    mock.cloud.wait(1)
    return mock.cloud.sign(mock.cloud.make(API, "DescribeExports", TopicId=TOPIC), API, "DescribeExports")


def exports(response: Response | Callable[[], Response]) -> list[dict[str, Any]]:
    assert isinstance(response, Response)
    found: list[dict[str, Any]] = read(response).json["Response"]["Exports"]
    return found


def test_a_look_that_needs_the_size_of_a_long_file_can_be_waited_for_elsewhere(mock: Seeded) -> None:
    mock.export(Count=MANY)
    mock.cloud.wait(LONG_ENOUGH)
    before = mock.cloud.last().number
    answer = mock.cloud.engine.begin(look(mock))
    assert not isinstance(answer, Response)
    assert mock.cloud.last().number == before
    (shown,) = exports(answer())
    assert shown["FileSize"] > 0
    assert (mock.cloud.last().number, mock.cloud.last().operation) == (before + 1, "DescribeExports")
    (again,) = exports(mock.cloud.engine.begin(look(mock)))
    assert again["FileSize"] == shown["FileSize"]


def test_a_look_at_a_task_that_still_runs_waits_for_nothing(mock: Seeded) -> None:
    mock.export(Count=MANY)
    (shown,) = exports(mock.cloud.engine.begin(look(mock)))
    assert shown["FileSize"] == 0


def test_a_look_at_a_short_file_waits_for_nothing(mock: Seeded) -> None:
    mock.export(Count=FEW)
    mock.cloud.wait(LONG_ENOUGH)
    (shown,) = exports(mock.cloud.engine.begin(look(mock)))
    assert shown["FileSize"] > 0


def test_a_download_of_a_long_file_can_be_waited_for_elsewhere(mock: Seeded) -> None:
    answer = mock.cloud.engine.begin(download(mock))
    assert not isinstance(answer, Response)
    found = read(answer())
    assert (found.status, found.body.count(b"\n")) == (200, MANY)
    assert found.headers["content-length"] == str(len(found.body))


def test_what_is_refused_only_once_the_file_is_known_is_refused_then(mock: Seeded) -> None:
    answer = mock.cloud.engine.begin(download(mock, range="bytes=1000000000-"))
    assert not isinstance(answer, Response)
    assert answer().status == 416
    assert mock.cloud.last().reason == Reason.UNSATISFIABLE_RANGE


def test_who_waits_for_a_file_when_the_mock_ends_is_refused_and_taken_down(mock: Seeded) -> None:
    answer = mock.cloud.engine.begin(download(mock))
    assert not isinstance(answer, Response)
    before = mock.cloud.last().number
    mock.cloud.engine.preparation.is_waited_for = False
    try:
        assert answer().status == 500
    finally:
        mock.cloud.engine.preparation.is_waited_for = True  # other tests have it, too
    assert (mock.cloud.last().number, mock.cloud.last().reason) == (before + 1, Reason.INTERNAL_ERROR)


def test_a_file_that_is_written_is_sent_at_once(mock: Seeded, go_on: Event) -> None:
    wanted = download(mock)
    go_on.set()
    found = read(mock.cloud.engine.handle(wanted))
    assert isinstance(mock.cloud.engine.begin(wanted), Response)
    assert found.body.count(b"\n") == MANY


def download(mock: Seeded, **headers: str) -> Request:
    """A request for the file of a finished task that nobody has looked at."""
    rows = [
        {"timestamp": f"2024-11-04T06:00:{number % 60:02}Z", "status": number, **unique()} for number in range(MANY)
    ]
    mock.records.load(rows, api="baidu-bls", resource="default/test")
    task = mock.cloud.example("baidu-bls", "CreateDownloadTask", query="", limit=MANY).json["result"]["uuid"]
    mock.cloud.wait(LONG_ENOUGH)
    url = urlsplit(mock.cloud.call("baidu-bls", "GetDownloadTaskLink", uuid=task).json["result"]["link"])
    return Request("GET", url.path, url.query, {"host": url.netloc, **headers})
