"""A store in the memory of one process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from threading import RLock

from mockserver import windows
from mockserver.ends import Ends
from mockserver.lines import Line, Part
from mockserver.store import Conflict, Kept, Piece, Together
from mockserver.task import Task
from mockserver.traits import Kind, Trait, Traits
from mockserver.windows import Calls, calls_at
from openapi.model import Phase

NOTHING = Line()  # what is listed of a scope that there are no tasks of


class MemoryHoldings:
    """What one account holds at one API. No call costs more because more tasks are held."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}  # of the tasks, by id: in the order of creation
        self._last = 0
        self._line = Line()
        self._scopes: defaultdict[str, Line] = defaultdict(Line)
        self._traits = Traits(self._numbered, self._numbers.__getitem__)
        self._same: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._ends = Ends(lambda: (task.ends for task in self._line.walk(newest_first=False)))
        self._calls: defaultdict[str, Calls] = defaultdict(calls_at)

    def add(self, task: Task) -> None:
        self._last += 1
        self._numbers[task.id] = self._last
        for line in self._lines_of(task):
            line.add(self._last, task)
        self._traits.add(self._last, task)
        self._names[task.file_name] = task.id
        if task.same:
            self._same[task.same] = task.id
        self._ends.add(task.ends)

    def get(self, task_id: str) -> Task | None:
        number = self._numbers.get(task_id)
        return None if number is None else self._line.get(number, task_id)

    def named(self, file_name: str) -> Task | None:
        return self.get(self._names.get(file_name, ""))

    def same(self, key: str) -> Task | None:
        return self.get(self._same.get(key, ""))

    def replace(self, task: Task) -> None:
        number = self._numbers[task.id]
        old = self._line.get(number, task.id)
        for line in self._lines_of(task):
            line.replace(number, task)
        self._traits.replace(number, old, task)
        if old.ends != task.ends:
            self._ends.remove(old.ends)
            self._ends.add(task.ends)

    def remove(self, task_id: str) -> None:
        task = self.get(task_id)
        if task is None:
            return
        number = self._numbers.pop(task_id)
        for line in self._lines_of(task):
            line.remove(number, task_id)
        self._traits.remove(number, task)
        for names, name in ((self._names, task.file_name), (self._same, task.same)):
            if names.get(name) == task_id:
                del names[name]
        self._ends.remove(task.ends)

    def earliest(self, skip: int = 0) -> Task | None:
        return next(self._line.walk(newest_first=False, skip=skip), None)

    def tasks(self, scope: str, *, newest_first: bool, skip: int = 0) -> Iterator[Task]:
        return self._listed(scope).walk(newest_first=newest_first, skip=skip)

    def page(self, scope: str, part: Part) -> tuple[list[Task], int]:
        return self._listed(scope).page(part)

    def line(self, scope: str, trait: Trait) -> Line:
        return self._traits.line(scope, trait) or NOTHING

    def in_phases(self, scope: str, phases: Collection[Phase], now: float) -> None:
        """None are listed apart: that would cost as much as to look at a few thousand."""

    def count(self, scope: str = "") -> int:
        return len(self._listed(scope))

    def count_unfinished(self, now: float, limit: int | None = None) -> int:  # noqa: ARG002 - exact in any case
        return self._ends.count_after(now)

    def spend(self, limit: str, requests: int, seconds: float, now: float) -> float:
        return windows.spend(self._calls[limit], requests, seconds, now)

    def spent(self, limit: str, seconds: float, now: float) -> int:
        return windows.spent(self._calls.get(limit, ()), seconds, now)

    def calls(self) -> Iterator[tuple[str, tuple[float, ...]]]:
        """When the calls were that may still count, oldest first, by rate limit."""
        return ((limit, tuple(calls)) for limit, calls in self._calls.items() if calls)

    def recall(self, limit: str, calls: tuple[float, ...]) -> None:
        """Have it that these calls were counted against a rate limit."""
        self._calls[limit] = calls_at(calls)

    def _listed(self, scope: str) -> Line:
        return self._scopes.get(scope, NOTHING) if scope else self._line

    def _numbered(self) -> Iterator[tuple[int, Task]]:
        return ((self._numbers[task.id], task) for task in self._line.walk(newest_first=False))

    def _lines_of(self, task: Task) -> tuple[Line, ...]:
        """Where the task is listed."""
        return (self._line, self._scopes[task.scope]) if task.scope else (self._line,)


class _AtOnce:
    """Each thing that is done is kept when it is done."""

    has_failed = False


AT_ONCE = _AtOnce()


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
        self._pieces: dict[str, dict[int, tuple[Piece, float]]] = {}

    @property
    def is_shared(self) -> bool:
        return False

    @property
    def is_slow(self) -> bool:
        return False

    def at_once(self) -> AbstractContextManager[object]:
        return nullcontext()

    def when_free(self, told: Callable[[], object]) -> None:
        """Nobody asks, as it never has to be waited for."""

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

    def list_by(self, api: str, kinds: Collection[Kind]) -> None:
        """Tasks are listed by a kind of traits from when somebody asks for it."""

    def holdings(self, api: str, account: str) -> _Opened:
        return _Opened(self._lock, self._held, (api, account))

    def together(self, number: int) -> AbstractContextManager[Together]:  # noqa: ARG002 - each is kept at once
        return nullcontext(AT_ONCE)

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

    def document(self, name: str) -> tuple[int, bytes] | None:
        return self._documents.get(name)

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

    def alone(self) -> RLock:
        return self._lock

    def holds(self, seeds: Collection[str]) -> set[str]:
        with self._lock:
            tasks = (task for held in self._held.values() for task in held.tasks("", newest_first=False))
            return {task.seed for task in tasks if task.seed in seeds} if seeds else set()

    def put_piece(self, piece: Piece, at: float) -> None:
        with self._lock:
            self._pieces.setdefault(piece.of, {}).setdefault(piece.number, (piece, at))

    def piece(self, of: str, number: int) -> Piece | None:
        found = self._pieces.get(of, {}).get(number)
        return found and found[0]

    def pieces(self) -> Mapping[str, tuple[int, float]]:
        with self._lock:
            every = {of: found.values() for of, found in self._pieces.items()}
            return {of: (sum(piece.rows for piece, _ in put), max(at for _, at in put)) for of, put in every.items()}

    def forget_pieces(self, of: str, most: int) -> bool:
        with self._lock:
            found = self._pieces.get(of, {})
            gone = sorted(found, reverse=True)[:most]
            for number in gone:
                del found[number]
            if not found:
                self._pieces.pop(of, None)
            return bool(gone)
