"""Which task stands at which place of a list, however long the list is?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from mockserver.task import Task

PLACES = 12  # a block has two to the power of these


class Line:
    """Tasks in the order of their numbers, in blocks, so that a page far behind is reached by passing whole blocks."""

    __slots__ = ("_blocks", "_count")

    def __init__(self) -> None:
        self._blocks: dict[int, dict[str, Task]] = {}  # none is empty
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, number: int, task: Task) -> None:
        """Put a task behind all others: its number is the largest."""
        self._blocks.setdefault(number >> PLACES, {})[task.id] = task
        self._count += 1

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

    def walk(self, *, newest_first: bool, skip: int = 0) -> Iterator[Task]:
        """All tasks but the first so many."""
        for block in reversed(self._blocks.values()) if newest_first else self._blocks.values():
            if skip >= len(block):
                skip -= len(block)
                continue
            yield from islice(reversed(block.values()) if newest_first else block.values(), skip, None)
            skip = 0
