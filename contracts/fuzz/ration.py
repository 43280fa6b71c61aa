"""How much of what a run may use up at a real endpoint is for generated requests, and hostile ones.

Half of the requests, of the tasks and of the minutes at most. Each operation, and the sequences, have the same part of
the requests and of the time, whatever the others leave: so the other half is always there for checks that know what
they ask. Of an operation's part a fourth is for hostile requests.
Tasks are few: whoever comes first has one at least.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from contracts.profiles import Budget
from contracts.target import Target, Unavailable
from openapi.model import Action, Spec

SHARE = 2  # one part in so many of the budget
HOSTILE = 4  # one part in so many of what an operation has

Part = tuple[str, str, bool]  # API, operation (empty: sequences), whether hostile ones


class UsedUp(Unavailable):
    """The part of the budget that is for these generated requests is used up; the message says which."""


@dataclass
class Pool:
    """The tasks that all generated requests together may create."""

    tasks: int


@dataclass
class Ration:
    """What the generated requests of one operation, or of the sequences, may use up."""

    requests: int  # of which so many are left
    tasks: int
    seconds: float
    pool: Pool
    clock: Callable[[], float] = time.monotonic
    _begun: float | None = None

    def spend(self) -> None:
        """Count a request that is about to be sent. Raises UsedUp."""
        now = self.clock()
        self._begun = now if self._begun is None else self._begun
        if self.requests <= 0:
            raise UsedUp("the part of the budget of requests that is for generated ones is used up")
        if now - self._begun > self.seconds:
            raise UsedUp("the part of the budget of minutes that is for generated requests is used up")
        self.requests -= 1

    @property
    def may_create(self) -> bool:
        """Whether a task may be created."""
        return min(self.tasks, self.pool.tasks) > 0

    def create(self) -> None:
        """Count a task that was created."""
        self.tasks -= 1
        self.pool.tasks -= 1


@dataclass
class Rations:
    """The rations of one run, each as it was left."""

    budget: Budget
    pool: Pool = field(init=False)
    parts: dict[Part, Ration] = field(default_factory=dict[Part, Ration])

    def __post_init__(self) -> None:
        self.pool = Pool(self.budget.tasks // SHARE)

    def of(self, spec: Spec, operation: str = "", *, hostile: bool = False) -> Ration:
        """What is left for an operation; for sequences when none is named."""
        part = spec.name, operation, hostile
        if part not in self.parts:
            self.parts[part] = share(self.budget, spec, self.pool, operation, hostile=hostile)
        return self.parts[part]


def share(budget: Budget, spec: Spec, pool: Pool, operation: str = "", *, hostile: bool = False) -> Ration:
    """What an operation of an API, or the sequences when none is named, may use up."""
    parts = len(spec.operations) + 1
    creators = sum(each.action is Action.CREATE for each in spec.operations.values()) + 1
    whole = budget.requests // SHARE // parts
    part = whole // HOSTILE if operation else 0
    return Ration(
        requests=part if hostile else whole - part,
        tasks=max(pool.tasks // creators, 1),
        seconds=budget.minutes * 60 / SHARE / parts,
        pool=pool,
    )


_rations: WeakKeyDictionary[Target, Rations] = WeakKeyDictionary()


def ration_of(target: Target, spec: Spec, operation: str = "", *, hostile: bool = False) -> Ration:
    """What is left of the ration of an operation in the run of a target; of that for sequences when none is named."""
    return _rations.setdefault(target, Rations(target.profile.budget)).of(spec, operation, hostile=hostile)
