"""The resilience scorecard of a client, as a test reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GOOD, BAD, NOT_SEEN = "good", "bad", "not-seen"
MARKS = {GOOD: "yes", BAD: "NO", NOT_SEEN: "not seen"}


@dataclass(frozen=True, slots=True)
class Habit:
    """Something that a good client does, and whether this one does it."""

    name: str
    sentence: str
    score: str  # good, bad, or not-seen, where there was no occasion
    occasions: int
    because: str  # of the first time that it did not; empty otherwise
    exchanges: tuple[int, ...]  # the numbers of the requests that show it

    def __str__(self) -> str:
        told = f": {self.because} (requests {', '.join(map(str, self.exchanges))})" if self.because else ""
        return f"{MARKS[self.score]:8}  {self.sentence}{told}"


@dataclass(frozen=True, slots=True)
class Trial:
    """Calls that were refused on request, or whose answers were lost, and whether the client came through."""

    effect: str
    struck: int
    survived: int  # of these, those after which the same call was answered well
    given_up: tuple[int, ...]  # the numbers of the others

    def __str__(self) -> str:
        lost = f" (given up: requests {', '.join(map(str, self.given_up))})" if self.given_up else ""
        return f"{self.effect}: survived {self.survived} of {self.struck}{lost}"


@dataclass(frozen=True, slots=True)
class ClientReport:
    """Every habit. Printed, it is a table."""

    requests: int
    habits: Mapping[str, Habit]  # by name
    faults: tuple[Trial, ...] = ()  # those that struck, by effect

    @property
    def good(self) -> int:
        """How many habits are good."""
        return sum(habit.score == GOOD for habit in self.habits.values())

    @property
    def seen(self) -> int:
        """Of how many that there was occasion for."""
        return sum(habit.score != NOT_SEEN for habit in self.habits.values())

    def assert_good(self, *names: str) -> None:
        """That these habits are good, or that none is bad where none is named; one that is named has to be seen."""
        unknown = [name for name in names if name not in self.habits]
        if unknown:
            raise ValueError(f"there is no habit {unknown[0]!r}; there are {', '.join(self.habits)}")
        wrong = [name for name in names if self.habits[name].score != GOOD]
        wrong = wrong if names else [name for name, habit in self.habits.items() if habit.score == BAD]
        assert not wrong, f"not as a good client does: {', '.join(wrong)}\n{self}"

    def __str__(self) -> str:
        judged = f"{self.good} of the {self.seen} habits that showed are good" if self.seen else "nothing to judge yet"
        head = f"{judged}; requests: {self.requests}"
        faults = ["faults that struck:", *(f"  {trial}" for trial in self.faults)] if self.faults else []
        return "\n".join([head, *(f"  {habit}" for habit in self.habits.values()), *faults])


def report_of(found: Mapping[str, Any]) -> ClientReport:
    """The report that a control plane answers."""
    habits = [
        Habit(
            each["habit"],
            each["sentence"],
            each["score"],
            each["occasions"],
            each["because"],
            tuple(each["exchanges"]),
        )
        for each in found["habits"]
    ]
    faults = tuple(
        Trial(each["effect"], each["struck"], each["survived"], tuple(each["given_up"])) for each in found["faults"]
    )
    return ClientReport(int(found["requests"]), {habit.name: habit for habit in habits}, faults)
