"""A mock is killed under load, again and again, at moments drawn by lot: is all there that was acknowledged?"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from random import Random
from threading import Lock, Thread
from typing import Any

from mockserver.accounts import FIRST
from mockserver.clock import MovableClock
from mockserver.task import Task
from openapi.messages import Request
from tests.mockserver.cloud import Cloud, specs, start
from tests.mockserver.stores.races import PATIENCE, stores
from tests.mockserver.stores.served import WAYS

API, CREATE, DELETE = "baidu-bls", "CreateDownloadTask", "DeleteDownloadTask"
CLIENTS = 4
MOST = 150  # answers before a kill


@dataclass
class Known:
    """What clients know of the tasks of their account, over all servers that they had."""

    kept: set[str] = field(default_factory=set[str])  # that they have and never wanted to be gone
    doubtful: set[str] = field(default_factory=set[str])  # that were to be deleted, without an answer
    deleted: set[str] = field(default_factory=set[str])
    seen: dict[str, Task] = field(default_factory=dict[str, Task])  # as they were after an earlier kill
    answers: int = 0
    lock: Lock = field(default_factory=Lock)

    def move(self, name: str, *, out_of: set[str], into: set[str]) -> None:
        with self.lock:
            out_of.discard(name)
            into.add(name)

    def check(self, address: str) -> list[str]:
        """What is wrong with what the store holds, after its server was killed."""
        with stores(address, 1) as (store,), store.holdings(API, FIRST.number) as holdings:
            held = {task.id: task for task in holdings.tasks("", newest_first=False)}
            counts = holdings.count(), sum(holdings.count(scope) for scope in {task.scope for task in held.values()})
            told = sum(number for number, _ in store.exchanges.counts().values()) if store.exchanges else 0
        wrong = [f"{name} is lost" for name in self.kept - held.keys()]
        wrong += [f"{name} is back" for name in self.deleted & held.keys()]
        wrong += [f"{name} has changed" for name, task in held.items() if self.seen.get(name, task) != task]
        wrong += [f"{len(held)} tasks are counted as {each}" for each in counts if each != len(held)]
        wrong += [f"{self.answers - told} answers are missing in the journal"] * (told < self.answers)
        self.seen = held
        return wrong


@dataclass(frozen=True)
class Client:
    """Creates tasks, and deletes some of them, until its server is gone."""

    cloud: Cloud  # that makes and signs what it sends
    port: int
    known: Known
    lot: Random

    def work(self, until: int, kill: Callable[[], None]) -> None:
        """Kill the server when all clients together have had so many answers."""
        own: list[str] = []
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with suppress(OSError, HTTPException):
            while True:
                if own and self.lot.random() < 1 / 3:
                    self._delete(connection, own.pop(self.lot.randrange(len(own))))
                else:
                    own += self._create(connection)
                with self.known.lock:
                    self.known.answers += 1
                    is_time = self.known.answers == until
                if is_time:
                    kill()
        connection.close()

    def _create(self, connection: HTTPConnection) -> list[str]:
        """The new task; none where it was refused, as on a machine that is too slow for the store."""
        said = self._ask(connection, CREATE, self.cloud.operation(API, CREATE).example)
        names = [str(said["result"]["uuid"])] if said["success"] else []
        for name in names:
            self.known.move(name, out_of=set(), into=self.known.kept)
        return names

    def _delete(self, connection: HTTPConnection, name: str) -> None:
        self.known.move(name, out_of=self.known.kept, into=self.known.doubtful)
        if self._ask(connection, DELETE, {"uuid": name})["success"]:
            self.known.move(name, out_of=self.known.doubtful, into=self.known.deleted)

    def _ask(self, connection: HTTPConnection, operation: str, arguments: Any) -> Any:
        request: Request = self.cloud.make(API, operation, **arguments)
        signed = self.cloud.sign(request, API, operation)
        path = f"{signed.path}?{signed.query}" if signed.query else signed.path
        connection.request(signed.method, path, signed.body or None, dict(signed.headers))
        response = connection.getresponse()
        return json.loads(response.read())


def kill_often(address: str, moments: int, seed: int, way: str = "alone") -> tuple[Known, list[str]]:
    """What clients know after so many kills, and what was wrong after any of them."""
    known, wrong, lot = Known(), list[str](), Random(seed)
    cloud = replace(start({API: specs()[API]}), clock=MovableClock())
    for moment in range(moments):
        with WAYS[way]([API], "--store", address) as (port, kill):
            until = known.answers + lot.randint(1, MOST)
            clients = [Client(cloud, port, known, Random(lot.random())) for _ in range(CLIENTS)]
            threads = [Thread(target=each.work, args=(until, kill)) for each in clients]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
        wrong += [f"kill {moment + 1}: {each}" for each in known.check(address)]
    return known, wrong
