"""The whole score of a client, habit by habit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mockserver.exchange import Facts
from mockserver.scorecard.habits import HABITS, Habit, Sign
from mockserver.scorecard.steps import steps_of
from mockserver.scorecard.trials import Trial, trials_of
from openapi.model import Spec


class Score(StrEnum):
    """How a client does in one habit."""

    GOOD = "good"
    BAD = "bad"
    NOT_SEEN = "not-seen"  # there was no occasion


@dataclass(frozen=True, slots=True)
class Line:
    """One habit of a client."""

    habit: Habit
    signs: tuple[Sign, ...]

    @property
    def score(self) -> Score:
        """One bad sign is enough."""
        if not self.signs:
            return Score.NOT_SEEN
        return Score.GOOD if all(sign.good for sign in self.signs) else Score.BAD

    def as_json(self) -> dict[str, Any]:
        """`because` and `exchanges` are those of the first bad sign."""
        bad = next((sign for sign in self.signs if not sign.good), None)
        return {
            "habit": self.habit.name,
            "sentence": self.habit.sentence,
            "score": self.score.value,
            "occasions": len(self.signs),
            "because": bad.told if bad else "",
            "exchanges": list(bad.numbers) if bad else [],
        }


@dataclass(frozen=True, slots=True)
class Card:
    """Every habit, and how many are good of those that showed."""

    requests: int
    lines: tuple[Line, ...]
    trials: tuple[Trial, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """`good` and `seen` count habits."""
        seen = [line for line in self.lines if line.score is not Score.NOT_SEEN]
        return {
            "requests": self.requests,
            "good": sum(line.score is Score.GOOD for line in seen),
            "seen": len(seen),
            "habits": [line.as_json() for line in self.lines],
            "faults": [trial.as_json() for trial in self.trials],
        }


def draw_up(entries: Iterable[tuple[int, Facts]], specs: Mapping[str, Spec]) -> Card:
    """The card of the client that sent these requests."""
    steps = list(steps_of(entries, specs))
    lines = tuple(Line(habit, tuple(habit.look(steps))) for habit in HABITS)
    return Card(len(steps), lines, tuple(trials_of(steps)))
