"""A failing sequence made shorter: steps are left out for as long as the rest shows the same."""

from __future__ import annotations

from dataclasses import replace

from contracts.check import NotObserved
from contracts.fuzz.finding import Finding
from contracts.fuzz.steps import Step
from contracts.fuzz.walk import Walk
from contracts.target import Unavailable, Unreachable

REPLAYS = 30  # of a sequence that is made shorter
REAL_REPLAYS = 5  # … on a real endpoint, where each costs time and leaves tasks behind


def shrink(walk: Walk, steps: list[Step], finding: Finding) -> Finding:
    """The finding, shown by as few of the steps as are needed, and without waiting where that is not needed."""
    left = REPLAYS if walk.api.target.is_mock else REAL_REPLAYS
    position = len(steps) - 2  # the last step is the one that fails
    while position >= 0 and left:
        shorter = _replay(walk, steps[:position] + steps[position + 1 :], finding)
        left -= 1
        if shorter is not None:
            steps, finding = shorter
        position = min(position, len(steps) - 1) - 1
    at_once = _replay(walk, [replace(step, seconds=0.0) for step in steps], finding)
    steps, finding = at_once or (steps, finding)
    seconds = sum(step.seconds for step in steps)
    received = f"{finding.received}, after {seconds:g} s in all" if seconds else finding.received
    return replace(finding, received=received, is_shrunk=True)


def _replay(walk: Walk, steps: list[Step], finding: Finding) -> tuple[list[Step], Finding] | None:
    """The steps up to the one that shows the same, on a clean slate; None when none does."""
    ids: dict[str, str] = {}
    try:
        walk.begin()
        for number, step in enumerate(steps):
            taken, _, found = walk.take(step, ids)
            if step.made and taken.made:
                ids[step.made] = taken.made
            if found is not None:
                return (steps[: number + 1], found) if _kind(found) == _kind(finding) else None
    except (NotObserved, Unavailable, Unreachable):  # a real endpoint need not bear it
        return None
    return None


def _kind(finding: Finding) -> tuple[str, str]:
    """What makes two findings one, whatever the ids of the tasks."""
    return finding.clause, finding.expected.partition(" ")[0]
