"""A store in the memory of one process."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from itertools import islice
from threading import RLock

from mockserver import windows
from mockserver.store import Conflict, Kept
from mockserver.task import Task


class MemoryHoldings:
    """What one account holds at one API. No call costs more because more tasks are held."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}
        self._scopes: defaultdict[str, dict[str, Task]] = defaultdict(dict)
        self._same: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._ends: list[float] = []  # sorted: how many are unfinished is a bisection
        self._calls: dict[str, deque[float]] = {}

    def add(self, task: Task) -> None:
        self._tasks[task.id] = task
        self._scopes[task.scope][task.id] = task
        self._names[task.file_name] = task.id
        if task.same:
            self._same[task.same] = task.id
        insort(self._ends, task.ends)

    def get(self, task_id: str) -> Task | None:
        return self._tasks.get(task_id)

    def named(self, file_name: str) -> Task | None:
        return self._tasks.get(self._names.get(file_name, ""))

    def same(self, key: str) -> Task | None:
        return self._tasks.get(self._same.get(key, ""))

    def replace(self, task: Task) -> None:
        old = self._tasks[task.id]
        self._tasks[task.id] = self._scopes[task.scope][task.id] = task
        if old.ends != task.ends:
            self._forget_end(old.ends)
            insort(self._ends, task.ends)

    def remove(self, task_id: str) -> None:
        task = self._tasks.pop(task_id, None)
        if task is None:
            return
        del self._scopes[task.scope][task_id]
        for names, name in ((self._names, task.file_name), (self._same, task.same)):
            if names.get(name) == task_id:
                del names[name]
        self._forget_end(task.ends)

    def earliest(self) -> Task | None:
        return next(iter(self._tasks.values()), None)

    def tasks(self, scope: str, *, newest_first: bool, skip: int = 0) -> Iterator[Task]:
        held = self._scopes.get(scope, {}) if scope else self._tasks
        ordered = reversed(held.values()) if newest_first else held.values()
        return islice(ordered, skip, None) if skip else iter(ordered)

    def count(self, scope: str = "") -> int:
        return len(self._scopes.get(scope, ())) if scope else len(self._tasks)

    def count_unfinished(self, now: float) -> int:
        return len(self._ends) - bisect_right(self._ends, now)

    def spend(self, limit: str, requests: int, seconds: float, now: float) -> float:
        calls = self._calls.get(limit)
        if calls is None or calls.maxlen != requests:
            calls = self._calls[limit] = deque(calls or (), maxlen=requests)
        return windows.spend(calls, seconds, now)

    def spent(self, limit: str, seconds: float, now: float) -> int:
        return windows.spent(self._calls.get(limit, ()), seconds, now)

    def calls(self) -> Iterator[tuple[str, tuple[float, ...]]]:
        """When the calls were that may still count, oldest first, by rate limit."""
        return ((limit, tuple(calls)) for limit, calls in self._calls.items() if calls)

    def recall(self, limit: str, calls: tuple[float, ...]) -> None:
        """Have it that these calls were counted against a rate limit."""
        self._calls[limit] = deque(calls)

    def _forget_end(self, ends: float) -> None:
        del self._ends[bisect_left(self._ends, ends)]


class _Opened:
    """What one account holds at one API, locked while the context lasts."""

    __slots__ = ("_held", "_key", "_lock")

    def __init__(self, lock: RLock, held: Mapping[tuple[str, str], MemoryHoldings], key: tuple[str, str]) -> None:
        self._lock, self._held, self._key = lock, held, key

    def __enter__(self) -> MemoryHoldings:
        self._lock.acquire()
        return self._held[self._key]

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class MemoryStore:
    """Everything, in dictionaries, behind one lock that is held for microseconds."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._held: defaultdict[tuple[str, str], MemoryHoldings] = defaultdict(MemoryHoldings)  # never replaced
        self._numbers: defaultdict[str, int] = defaultdict(int)
        self._strikes: dict[str, tuple[int, float]] = {}
        self._documents: dict[str, tuple[int, bytes]] = {}
        self._revision = 0

    @property
    def is_shared(self) -> bool:
        return False

    @property
    def exchanges(self) -> None:
        return None

    def close(self) -> None:
        """Nothing is kept anywhere else."""

    def reset(self) -> None:
        self.load(Kept())

    def forget(self, account: str) -> None:
        with self._lock:
            for held in [key for key in self._held if key[1] == account]:
                del self._held[held]

    def holdings(self, api: str, account: str) -> _Opened:
        return _Opened(self._lock, self._held, (api, account))

    def next_number(self, api: str) -> int:
        with self._lock:
            self._numbers[api] += 1
            return self._numbers[api]

    def find(self, task_id: str) -> Task | None:
        with self._lock:
            return next((task for held in self._held.values() if (task := held.get(task_id))), None)

    def all_tasks(self) -> list[Task]:
        with self._lock:
            return [task for held in self._held.values() for task in held.tasks("", newest_first=False)]

    def strike(self, key: str, now: float) -> None:
        with self._lock:
            self._strikes[key] = (self._strikes.get(key, (0, now))[0] + 1, now)

    def strikes(self, key: str) -> tuple[int, float]:
        return self._strikes.get(key, (0, 0.0))

    def forgive(self, key: str) -> None:
        if key in self._strikes:
            with self._lock:
                self._strikes.pop(key, None)

    def dump(self) -> Kept:
        with self._lock:
            calls = {(*key, limit): calls for key, held in self._held.items() for limit, calls in held.calls()}
            return Kept(tuple(self.all_tasks()), calls, dict(self._numbers), dict(self._strikes))

    def load(self, kept: Kept) -> None:
        held: defaultdict[tuple[str, str], MemoryHoldings] = defaultdict(MemoryHoldings)
        for task in kept.tasks:
            held[task.api, task.account].add(task)
        for (api, account, limit), calls in kept.calls.items():
            held[api, account].recall(limit, calls)
        with self._lock:
            self._held.clear()
            self._held.update(held)
            self._numbers = defaultdict(int, kept.numbers)
            self._strikes = dict(kept.strikes)

    def revision(self) -> int:
        return self._revision

    def documents(self, since: int = 0) -> Mapping[str, tuple[int, bytes]]:
        with self._lock:
            return {name: each for name, each in self._documents.items() if each[0] > since}

    def changing(self) -> RLock:
        return self._lock

    def put_document(self, name: str, content: bytes | None, version: int | None = None) -> int:
        with self._lock:
            if version is not None and version != self._documents.get(name, (0, b""))[0]:
                raise Conflict(name)
            self._revision += 1
            if content is None:
                self._documents.pop(name, None)
            else:
                self._documents[name] = self._revision, content
            return self._revision
