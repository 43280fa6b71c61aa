"""How many tasks of an account are in which block of places, and how many have which loaded records?"""

from __future__ import annotations

from mockserver.lines import PLACES
from mockserver.stores.session import Session
from mockserver.stores.statements import Statements, key
from mockserver.task import LOADED, Task

Block = tuple[bytes, int]  # key of a scope, and which of its blocks


class Tallies:
    """How many more there are than are written down."""

    __slots__ = ("_blocks", "_owner", "_seeds", "_session", "_sql")

    def __init__(self, session: Session, statements: Statements, owner: int) -> None:
        self._session, self._sql, self._owner = session, statements, owner
        self._blocks: dict[Block, int] = {}
        self._seeds: dict[str, int] = {}

    def count(self, task: Task, place: int, more: int) -> None:
        """There is one task more, or (-1) one less."""
        block = key(task.scope) if task.scope else b"", place >> PLACES
        self._blocks[block] = self._blocks.get(block, 0) + more
        if task.seed.startswith(LOADED):
            self._seeds[task.seed] = self._seeds.get(task.seed, 0) + more

    def write_blocks(self) -> None:
        """Write down how many tasks are in which block."""
        for (scope, block), more in self._blocks.items():
            if more:
                counted = {"owner": self._owner, "scope": scope, "block": block, "held": more}
                self._session.later(self._sql.count_in_block, counted)
        self._blocks.clear()

    def write_seeds(self) -> None:
        """Write down how many tasks have which records."""
        for seed, more in self._seeds.items():
            whose = {"owner": self._owner, "seed": key(seed)}
            if more:
                self._session.later(self._sql.count_holders, {**whose, "held": more})
            if more < 0:
                self._session.later(self._sql.forget_holder, whose)
        self._seeds.clear()
