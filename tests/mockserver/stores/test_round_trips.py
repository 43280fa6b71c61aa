"""How often does a request wait for PostgreSQL? Counted in what the two say to each other, as libpq writes it down."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mockserver.stores.postgresql import PostgresqlDatabase
from mockserver.stores.sql import SqlStore
from tests.mockserver.cloud import Cloud, gather, specs, start
from tests.mockserver.stores.races import PATIENCE

API = "baidu-bls"
FIRST = "the first page"
DONE = {"CreateDownloadTask": 2, FIRST: 3, "ListDownloadTask": 2, "DescribeDownloadTask": 2, "DeleteDownloadTask": 2}
TIMES = 3  # that all is done before, so that every statement is prepared


class Wire:
    """A mock, and what it says to its server."""

    def __init__(self, database: PostgresqlDatabase, path: Path) -> None:
        self.database = database
        self.path = path
        self.cloud = start({API: specs()[API]}, any_resource=True, store=SqlStore(database))

    def trips(self, act: Callable[[], Any]) -> int:
        """How often the server is waited for: everything up to a Sync is sent without waiting."""
        borrowed = self.database._borrow()
        connection: Any = borrowed.dbapi_connection
        borrowed.close()
        with self.path.open("wb") as file:
            connection.pgconn.trace(file.fileno())
            act()
            connection.pgconn.untrace()
        said = [line.split("\t") for line in self.path.read_text(errors="replace").splitlines()]
        return sum(len(words) > 3 and (words[1], words[3].strip()) == ("F", "Sync") for words in said)

    def create(self) -> str:
        """The id of a new task."""
        found: str = self.cloud.example(API, "CreateDownloadTask").json["result"]["uuid"]
        return found


@pytest.fixture
def wire(database: str, tmp_path: Path) -> Iterator[Wire]:
    with closing(PostgresqlDatabase(database, PATIENCE)) as made:
        yield Wire(made, tmp_path / "trace")


def calls(cloud: Cloud, task_id: str) -> dict[str, Callable[[], Any]]:
    """The calls that are counted, of which the last deletes the task."""

    def of(operation: str, **changes: Any) -> Callable[[], Any]:
        return lambda: cloud.example(API, operation, **changes)

    listed = {"project": None, "logStoreName": None}
    return {
        "CreateDownloadTask": of("CreateDownloadTask"),
        FIRST: of("ListDownloadTask", **listed),
        "ListDownloadTask": of("ListDownloadTask", **listed),
        "DescribeDownloadTask": of("DescribeDownloadTask", uuid=task_id),
        "DeleteDownloadTask": of("DeleteDownloadTask", uuid=task_id),
    }


def test_a_request_waits_for_a_server_as_often_as_the_docs_say(wire: Wire) -> None:
    for _ in range(TIMES):
        for call in calls(wire.cloud, wire.create()).values():
            assert call().json["success"]
    counted = {name: wire.trips(call) for name, call in calls(wire.cloud, wire.create()).items()}
    assert counted == DONE


def test_requests_that_come_together_wait_for_a_server_as_often_as_one(wire: Wire) -> None:
    cloud = wire.cloud
    for _ in range(TIMES):
        wire.create()
    example = cloud.operation(API, "CreateDownloadTask").example
    request = cloud.sign(cloud.make(API, "CreateDownloadTask", **example), API, "CreateDownloadTask")
    answers = list[Any]()
    gather(cloud.engine, *[request] * 8)
    assert wire.trips(lambda: answers.extend(gather(cloud.engine, *[request] * 8))) == DONE["CreateDownloadTask"]
    assert [answer.status for answer in answers] == [201] * 8
