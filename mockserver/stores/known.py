"""What one process knows of what accounts hold, which is right as long as their rows say that nothing has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock

from mockserver.lines import Part
from mockserver.memory import MemoryHoldings
from mockserver.stores.recent import LATEST, Recent
from mockserver.task import Task

PAGES, TASKS = 1 << 6, 1 << 10  # of an account
LISTED = 1 << 12  # tasks of an account of which all are known, once somebody has to look at all
ALL = 1 << 14  # tasks that are known at a time, of all accounts; each takes about 1.6 KB
Page = tuple[list[Task], int]  # and how many tasks there are in all


class Known:
    """What was read of the tasks of an account, and is not read again."""

    __slots__ = ("changes", "ids", "is_looked_through", "listed", "made", "paged", "pages", "same", "size", "tasks")

    def __init__(self, changes: int, made: int) -> None:
        self.changes, self.made = changes, made  # as the row had them when all this was right, pages aside
        self.tasks: dict[str, tuple[Task, int]] = {}  # and their places; by id
        self.ids: dict[int, str] = {}  # of all tasks that are known, by their places
        self.same: dict[str, str] = {}  # the ids of those that are the latest of their keys
        self.paged = changes  # as the row had them when the pages were right
        self.pages: dict[tuple[str, Part], Page] = {}  # by scope, and which
        self.listed: MemoryHoldings | None = None  # all tasks, in the lists that memory has; None: they are not known
        self.is_looked_through = False  # whether somebody had to look at all tasks of a scope

    def weigh(self) -> int:
        """How many tasks are known here, an account with none counting as one."""
        listed = self.listed.count() if self.listed else 0
        self.size = 1 + len(self.tasks) + sum(len(tasks) for tasks, _ in self.pages.values()) + listed
        return self.size

    def missed(self, changes: int, made: int, recent: Recent) -> Sequence[int] | None:
        """What happened since to tasks that are older, as `recent` has it; None: that is not told, or was too much."""
        added = made - self.made
        others = changes - self.changes - added
        return recent.last(others) if min(added, others) >= 0 and added + others <= LATEST else None

    def catch_up(self, missed: Iterable[int], found: Iterable[tuple[Task, int]]) -> None:
        """Know what others did: what happened to older tasks, and those that are new or another, by their places."""
        self.pages.clear()
        for place in missed:
            if place < 0 and -place in self.ids:
                self.remove(self.ids[-place], -place)
        for task, place in found:
            if place > self.made:
                self.add(task, place)
            elif place in self.ids:
                self.replace(task, place)

    def list_all(self, tasks: Iterable[tuple[Task, int]]) -> None:
        """Know all tasks with their places, in the order of creation."""
        listed, ids = MemoryHoldings(), dict[int, str]()
        for task, place in tasks:
            listed.add(task)
            ids[place] = task.id
        self.listed, self.ids = listed, ids

    def add(self, task: Task, place: int) -> None:
        """There is one more, behind all others."""
        self.pages.clear()
        self.put_task(task, place)
        if task.same:
            self.same[task.same] = task.id
        if self.listed is not None:
            self.listed.add(task)
            if self.listed.count() > LISTED:
                self.listed, self.ids = None, {place: task.id for task, place in self.tasks.values()}

    def replace(self, task: Task, place: int) -> None:
        """There is another in the place of the one with its id."""
        self.pages.clear()
        self.put_task(task, place)
        if self.listed is not None:
            self.listed.replace(task)

    def remove(self, task_id: str, place: int) -> None:
        """There is one less."""
        self.pages.clear()
        known = self.tasks.pop(task_id, None)
        self.ids.pop(place, None)
        if known is not None and self.same.get(known[0].same) == task_id:
            del self.same[known[0].same]
        if self.listed is not None:
            self.listed.remove(task_id)

    def put_task(self, task: Task, place: int) -> None:
        """Know one more task."""
        if len(self.tasks) >= TASKS:
            self.tasks.clear()
            self.same.clear()
            if self.listed is None:
                self.ids.clear()
        self.tasks[task.id] = task, place
        self.ids[place] = task.id

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

    def take(self, owner: int) -> Known | None:
        """What is known of an account, for the one who has its row, and nobody else; perhaps it is no longer right."""
        with self._lock:
            known = self._known.pop(owner, None)
            self._size -= known.size if known else 0
        return known

    def put_back(self, owner: int, known: Known) -> None:
        """Give back what is known of an account, once the row is kept that it goes with."""
        with self._lock:
            before = self._known.pop(owner, None)
            self._size += known.weigh() - (before.size if before else 0)
            self._known[owner] = known
            while self._size > ALL and len(self._known) > 1:
                self._size -= self._known.popitem(last=False)[1].size
