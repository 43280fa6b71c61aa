"""Tasks that somebody else made: none of them has to leave so that there is room for one of the run's."""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.target import Errand, Unallowed
from openapi.model import Action, Spec


@dataclass
class Crowd:
    """How many tasks of others each account has."""

    others: dict[str, int] = field(default_factory=dict[str, int])  # by the name of the account

    def require_room(self, errand: Errand, own: int) -> None:
        """Raise Unallowed where one task more than the `own` would make one leave that the run has not made."""
        if errand.operation.action is not Action.CREATE:
            return
        others, room = self.others.get(errand.account, 0), room_of(errand.spec)
        if others and room is not None and others + own >= room:
            raise Unallowed(f"with {others} tasks of others there, one more makes the earliest of them leave")


def room_of(spec: Spec) -> int | None:
    """How many tasks an account may have until another one makes the earliest leave; None where none ever has to."""
    return min((each.limit for each in spec.quotas if each.when_full != "refuse"), default=None)
