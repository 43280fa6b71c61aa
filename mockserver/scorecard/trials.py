"""Did a client come through the faults that struck it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.faults.effects import EFFECTS, Kind
from mockserver.faults.harm import LOSING
from mockserver.scorecard.steps import Step


@dataclass(frozen=True, slots=True)
class Trial:
    """All calls that one effect struck so that the client got no good answer."""

    effect: str
    struck: int
    survived: int  # of these, those after which the same call was answered well
    given_up: tuple[int, ...]  # the numbers of the others

    def as_json(self) -> dict[str, Any]:
        """As the control plane shows it."""
        return {
            "effect": self.effect,
            "struck": self.struck,
            "survived": self.survived,
            "given_up": list(self.given_up),
        }


def trials_of(steps: Sequence[Step]) -> list[Trial]:
    """One for each effect that struck, in the order in which effects are listed."""
    last = {step.sent: step.number for step in steps if not (step.is_refused or step.is_lost)}  # good answer, by call
    found = [(effect, step) for step in steps for effect in _struck_by(step)]
    trials = []
    for effect in EFFECTS:
        struck = [step for name, step in found if name == effect]
        given_up = tuple(step.number for step in struck if last.get(step.sent, 0) < step.number)
        if struck:
            trials.append(Trial(effect, len(struck), len(struck) - len(given_up), given_up))
    return trials


def _struck_by(step: Step) -> list[str]:
    """The effects that took the good answer from it."""
    effects = [EFFECTS[name] for name in step.effects if name in EFFECTS]
    return [each.name.value for each in effects if each.kind is Kind.REFUSAL or each.name in LOSING]
