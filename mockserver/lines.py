"""Which task stands at which place of a list, however long the list is?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Protocol

from mockserver.task import Task
from openapi.values import value

PLACES = 12  # a block has two to the power of these


class Unlisted(LookupError):
    """It is not known where in a list the tasks begin whose ids are behind another."""


@value
class Part:
    """Which tasks of a list a page has."""

    newest_first: bool
    skip: int  # tasks before those of the page
    size: int | None  # how many it has at most; None: all
    after: str = ""  # the id behind which those of the list begin; empty: it begins with the first


class Ordered(Protocol):
    """Tasks in the order of their creation."""

    def __len__(self) -> int: ...

    def page(self, part: Part) -> tuple[list[Task], int]:
        """A part of these tasks, and how many there are in all. Raises Unlisted."""
        ...

    def walk(self, *, newest_first: bool, skip: int = 0) -> Iterator[Task]:
        """All tasks but the first so many."""
        ...


class Line:
    """Tasks in the order of their numbers, in blocks, so that a page far behind is reached by passing whole blocks."""

    __slots__ = ("_blocks", "_count", "_grows", "_latest")

    def __init__(self) -> None:
        self._blocks: dict[int, dict[str, Task]] = {}  # none is empty
        self._count = 0
        self._latest = ""  # the id that was added last, in lower case, as long as each was greater
        self._grows = True  # whether each id was greater than the one before, so that tasks stand in their order

    def __len__(self) -> int:
        return self._count

    def add(self, number: int, task: Task) -> None:
        """Put a task behind all others: its number is the largest."""
        self._blocks.setdefault(number >> PLACES, {})[task.id] = task
        self._count += 1
        if self._grows:
            before, self._latest = self._latest, task.id.lower()
            self._grows = before < self._latest

    def insert(self, number: int, task: Task, number_of: Callable[[str], int]) -> None:
        """Put a task in its place among the others, whose numbers are told by their ids."""
        at = number >> PLACES
        if at not in self._blocks:
            self._blocks = dict(sorted([*self._blocks.items(), (at, {})]))
        block = [*self._blocks[at].items(), (task.id, task)]
        self._blocks[at] = dict(sorted(block, key=lambda each: number_of(each[0])))
        self._count += 1
        self._grows = False  # as far as anybody knows

    def get(self, number: int, task_id: str) -> Task:
        """The task of an id, which stands at a number."""
        return self._blocks[number >> PLACES][task_id]

    def replace(self, number: int, task: Task) -> None:
        """Put a task in the place of the one with its id."""
        self._blocks[number >> PLACES][task.id] = task

    def remove(self, number: int, task_id: str) -> None:
        """Take the task of an id out, which stands at a number."""
        block = self._blocks[number >> PLACES]
        del block[task_id]
        if not block:
            del self._blocks[number >> PLACES]
        self._count -= 1

    def page(self, part: Part) -> tuple[list[Task], int]:
        """A part of these tasks, and how many there are in all. Raises Unlisted."""
        count = self._count
        start = min(part.skip + (self._place(part) if part.after else 0), count)
        end = count if part.size is None else min(start + part.size, count)
        if start <= count - end:
            return self._between(start, end, part.newest_first), count
        return self._between(count - end, count - start, not part.newest_first)[::-1], count  # from the nearer end

    def _between(self, start: int, end: int, newest_first: bool) -> list[Task]:  # noqa: FBT001
        """The tasks behind so many and before others."""
        found = list[Task]()
        for block in self._in_order(newest_first):
            if start < len(block):
                found += islice(_values(block, newest_first), start, end)
            start, end = max(start - len(block), 0), end - len(block)
            if end <= 0:
                break
        return found

    def walk(self, *, newest_first: bool, skip: int = 0) -> Iterator[Task]:
        """All tasks but the first so many."""
        return chain.from_iterable(self._parts(newest_first, skip))

    def _parts(self, newest_first: bool, skip: int) -> Iterator[Iterable[Task]]:  # noqa: FBT001
        """What blocks hold of these tasks."""
        for block in self._in_order(newest_first):
            if skip >= len(block):
                skip -= len(block)
                continue
            yield islice(_values(block, newest_first), skip, None)
            skip = 0

    def _place(self, part: Part) -> int:
        """How many tasks a part does not have that begins behind a task, that one included. Raises Unlisted."""
        if not self._grows:
            raise Unlisted(part.after)
        passed = 0
        for block in self._in_order(part.newest_first):
            if part.after in block:
                place = [*block].index(part.after)
                return passed + (len(block) - place if part.newest_first else place + 1)
            passed += len(block)
        raise Unlisted(part.after)

    def _in_order(self, newest_first: bool) -> Iterable[dict[str, Task]]:  # noqa: FBT001
        return reversed(self._blocks.values()) if newest_first else self._blocks.values()


def _values(block: dict[str, Task], newest_first: bool) -> Iterable[Task]:  # noqa: FBT001
    return reversed(block.values()) if newest_first else block.values()
