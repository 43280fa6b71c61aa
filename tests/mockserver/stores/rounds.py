"""One round of each race between clients who come over HTTP: what has to come of it, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock

from mockserver.accounts import FIRST
from mockserver.store import Store
from mockserver.stores.opening import open_store
from tests.mockserver.cloud import Answer
from tests.mockserver.stores.races import CLIENTS, CREATE, LIST, PATIENCE, QUOTAS, RATES, at_once
from tests.mockserver.stores.served import Front
from tests.mockserver.stores.tasks import ids, task

FILE = "ShowExportTask"  # one download in 30 seconds
COMING, MAKE, REMOVE, SHOWN = "baidu-bls", "CreateDownloadTask", "DeleteDownloadTask", "ListDownloadTask"
APIS = (QUOTAS, RATES, COMING)
CALLS = 4  # of each client that makes, removes or lists tasks


@dataclass(frozen=True)
class Round:
    """Mocks whose store is as if new, but for their clock."""

    front: Front
    store: Store  # theirs

    def room(self) -> Iterator[str]:
        """64 clients want one of five tasks."""
        answers = at_once(CLIENTS, self._create)
        yield from _differing("created", sum(answer.status == 201 for answer in answers), 5)
        with self.store.holdings(QUOTAS, FIRST.number) as holdings:
            yield from _differing("held", holdings.count(), 5)
        yield from self._told(CREATE, CLIENTS)

    def rate(self) -> Iterator[str]:
        """64 clients come within a second in which 20 are answered."""
        answers = at_once(CLIENTS, lambda _: self.front.example(RATES, LIST))
        yield from _differing("answered", sum("Error" not in answer.json["Response"] for answer in answers), 20)
        yield from self._told(LIST, CLIENTS)

    def eviction(self) -> Iterator[str]:
        """Where there is room for 50, five of 64 clients get a task, and the earliest five leave."""
        with self.store.holdings(QUOTAS, FIRST.number) as holdings:
            for number in range(50):
                name = f"old{number}"
                holdings.add(task(name, api=QUOTAS, account=FIRST.number, operation=CREATE))
        answers = at_once(CLIENTS, self._create)
        yield from _differing("created", sum(answer.status == 201 for answer in answers), 5)
        with self.store.holdings(QUOTAS, FIRST.number) as holdings:
            held = ids(holdings)
        yield from _differing("left", (len(held), held[:45]), (50, [f"old{number}" for number in range(5, 50)]))

    def download(self) -> Iterator[str]:
        """64 clients want a file that one may have in 30 seconds; 30 seconds later one may again."""
        made = self._create(0)
        self.front.wait(60)
        for time in (1, 2):
            answers = at_once(
                CLIENTS, lambda _: self.front.example(QUOTAS, FILE, export_task_id=made.json["export_task_id"])
            )
            yield from _differing(f"downloads, time {time}", sum(answer.status == 200 for answer in answers), 1)
            self.front.wait(30)

    def lists(self) -> Iterator[str]:
        """While tasks come and go a list shows each once, all that are there to stay, and none that is gone."""
        coming = Coming(self.front)
        wrong = at_once(8, lambda index: coming.look() if index % 2 else coming.come_and_go())
        for each in wrong:
            yield from each

    def _create(self, index: int) -> Answer:
        return self.front.example(QUOTAS, CREATE, resource_condition={"task_id": f"{index:024x}"})

    def _told(self, operation: str, times: int) -> Iterator[str]:
        """The journal has to know of every call, whichever process is asked."""
        answer = self.front.ask("POST", "/verify", {"request": {"operation": operation}, "times": times})
        if answer.status != 200:
            yield str(answer.json["error"]["message"]).partition("\n")[0]


@dataclass
class Coming:
    """Tasks that come and go, and what is known of them."""

    front: Front
    known: set[str] = field(default_factory=set[str])  # that were made, and are not to be removed
    gone: set[str] = field(default_factory=set[str])
    lock: Lock = field(default_factory=Lock)

    def come_and_go(self) -> list[str]:
        """Make tasks, remove every other of them."""
        for number in range(2 * CALLS):
            made = self.front.example(COMING, MAKE).json["result"]["uuid"]
            if number % 2:
                with self.lock:
                    self.known.add(made)
            elif self.front.example(COMING, REMOVE, uuid=made).json["success"]:
                with self.lock:
                    self.gone.add(made)
        return []

    def look(self) -> list[str]:
        """What is wrong with lists."""
        wrong = []
        for _ in range(CALLS):
            with self.lock:
                known, gone = set(self.known), set(self.gone)
            listed = self.front.example(COMING, SHOWN, pageSize=100).json["result"]
            names = [each["uuid"] for each in listed["tasks"]]
            wrong += [f"{name} is listed twice" for name in set(names) if names.count(name) > 1]
            wrong += [f"{name} is not listed" for name in known - {*names}]
            wrong += [f"{name} is gone and listed" for name in gone & {*names}]
        return wrong


RACES: Mapping[str, Callable[[Round], Iterator[str]]] = {
    "room": Round.room,
    "rate": Round.rate,
    "eviction": Round.eviction,
    "download": Round.download,
    "lists": Round.lists,
}


def run(front: Front, address: str, rounds: int, names: tuple[str, ...] = tuple(RACES)) -> dict[str, list[str]]:
    """What was wrong in so many rounds of each race; nothing is what has to be."""
    store, wrong = open_store(address, PATIENCE), {name: list[str]() for name in names}
    try:
        for number in range(rounds):
            for name in names:
                assert front.ask("POST", "/reset").status == 200
                wrong[name] += [f"round {number + 1}: {each}" for each in RACES[name](Round(front, store))]
    finally:
        store.close()
    return wrong


def _differing(what: str, found: object, wanted: object) -> Iterator[str]:
    if found != wanted:
        yield f"{what}: {found}, not {wanted}"
