"""The tasks of a list as an answer writes them: what changes only with a task and its phase is written once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.facts import Facts
from mockserver.task import Task, phase
from openapi.model import Json, Phase
from openapi.values import value

KEPT = 4096  # tasks that a list remembers; when there are more, it forgets them all

Item = dict[str, Json]
WriteItem = Callable[[Facts], Item]


@value
class Settled:
    """What an item says of a task, for as long as it is the same and in the same phase."""

    task: Task
    phase: Phase
    item: Item


@value
class Items:
    """One array of tasks in an answer."""

    path: tuple[str, ...]  # to where it stands in the body
    settled: WriteItem  # the members that change only with the task and its phase, unless it is running
    moving: WriteItem | None  # all others; None: there are none
    order: tuple[str, ...]  # of all members
    check: Callable[[Json, Facts], None]  # of a whole item; raises what an answer of another form raises
    known: dict[str, Settled]  # by id of the task

    def put_into(self, body: Any, facts: Facts) -> None:
        """Write the tasks of the answer into the place that `body` has for them."""
        *steps, last = self.path
        for step in steps:
            body = body[step]
        body[last] = [self._written(task, facts) for task in facts.outcome.tasks]

    def _written(self, task: Task, facts: Facts) -> Item:
        found, known = phase(task, facts.call.now), self.known.get(task.id)
        if known is None or known.phase is not found or (known.task is not task and known.task != task):
            known = self._settle(task, found, facts)
        if self.moving is None:
            return known.item
        said = known.item | self.moving(facts.about(task))
        item = {name: said[name] for name in self.order if name in said}
        self.check(item, facts)
        return item

    def _settle(self, task: Task, found: Phase, facts: Facts) -> Settled:
        made = Settled(task, found, self.settled(facts.about(task)))
        if self.moving is None:
            self.check(made.item, facts)
        if found is not Phase.RUNNING:  # then it may say something else each moment
            if len(self.known) >= KEPT:
                self.known.clear()
            self.known[task.id] = made
        return made
