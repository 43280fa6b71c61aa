"""What one process knows of what accounts hold, which is right as long as their rows say that nothing has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from mockserver.lines import Part
from mockserver.memory import MemoryHoldings
from mockserver.task import Task

PAGES, TASKS = 1 << 6, 1 << 10  # of an account
LISTED = 1 << 12  # tasks of an account of which all are known, once somebody has to look at all
ALL = 1 << 14  # tasks that are known at a time, of all accounts; each takes about 1.6 KB
Page = tuple[list[Task], int]  # and how many tasks there are in all


class Known:
    """What was read of the tasks of an account, and is not read again."""

    __slots__ = ("changes", "is_looked_through", "listed", "pages", "same", "size", "tasks")

    def __init__(self, changes: int) -> None:
        self.changes = changes  # as the row had them when all this was right
        self.tasks: dict[str, tuple[Task, int]] = {}  # and their places; by id
        self.same: dict[str, str] = {}  # the ids of those that are the latest of their keys
        self.pages: dict[tuple[str, Part], Page] = {}  # by scope, and which
        self.listed: MemoryHoldings | None = None  # all tasks, in the lists that memory has; None: they are not known
        self.is_looked_through = False  # whether somebody had to look at all tasks of a scope

    def weigh(self) -> int:
        """How many tasks are known here, an account with none counting as one."""
        listed = self.listed.count() if self.listed else 0
        self.size = 1 + len(self.tasks) + sum(len(tasks) for tasks, _ in self.pages.values()) + listed
        return self.size

    def list_all(self, tasks: Iterable[Task]) -> None:
        """Know all tasks, in the order of creation."""
        listed = MemoryHoldings()
        for task in tasks:
            listed.add(task)
        self.listed = listed

    def add(self, task: Task, place: int) -> None:
        """There is one more, behind all others."""
        self.pages.clear()
        self.put_task(task, place)
        if task.same:
            self.same[task.same] = task.id
        if self.listed is not None:
            self.listed.add(task)
            if self.listed.count() > LISTED:
                self.listed = None

    def replace(self, task: Task, place: int) -> None:
        """There is another in the place of the one with its id."""
        self.pages.clear()
        self.put_task(task, place)
        if self.listed is not None:
            self.listed.replace(task)

    def remove(self, task_id: str) -> None:
        """There is one less."""
        self.pages.clear()
        task, _ = self.tasks.pop(task_id)
        if self.same.get(task.same) == task_id:
            del self.same[task.same]
        if self.listed is not None:
            self.listed.remove(task_id)

    def put_task(self, task: Task, place: int) -> None:
        """Know one more task."""
        if len(self.tasks) >= TASKS:
            self.tasks.clear()
            self.same.clear()
        self.tasks[task.id] = task, place

    def latest(self, key: str) -> Task | None:
        """The one that has this key, if it is known."""
        known = self.tasks.get(self.same.get(key, ""))
        return known and known[0]

    def put_page(self, scope: str, part: Part, page: Page) -> None:
        """Know one more page."""
        if len(self.pages) >= PAGES:
            self.pages.clear()
        self.pages[scope, part] = page


class Acquaintance:
    """All that is known, of the accounts that were asked for last. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[int, Known] = OrderedDict()  # by owner; those that were asked for last at the end
        self._size = 0  # of all of them

    def take(self, owner: int, changes: int) -> Known:
        """What is known of an account whose row says so many changes, for the one who has that row, and nobody else."""
        with self._lock:
            known = self._known.pop(owner, None)
            self._size -= known.size if known else 0
        return known if known is not None and known.changes == changes else Known(changes)

    def put_back(self, owner: int, changes: int, known: Known) -> None:
        """Give back what `take` gave, once the row is kept that says so many changes now."""
        known.changes = changes
        with self._lock:
            before = self._known.pop(owner, None)
            self._size += known.weigh() - (before.size if before else 0)
            self._known[owner] = known
            while self._size > ALL and len(self._known) > 1:
                self._size -= self._known.popitem(last=False)[1].size
