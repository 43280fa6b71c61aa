"""What a comparison comes to: what counts, what somebody accepted, and what only has to be known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from contracts.baseline import Known, named_first
from contracts.drift.comparison import Change, Comparison, accept
from contracts.drift.ruling import Mover, Weight
from contracts.drift.side import State

COVERAGE = frozenset({Mover.SEEN, Mover.LOST})
COUNTED = frozenset({Weight.FINDING, Weight.DRIFT})


@dataclass(frozen=True)
class Outcome:
    """The changes of a comparison, each in one of these groups; in the order of the ids."""

    comparison: Comparison
    findings: tuple[Change, ...]
    drifts: tuple[Change, ...]
    accepted: tuple[Change, ...]  # would be findings or drift
    as_before: tuple[Change, ...]  # in the way, but nothing moved
    observed: tuple[Change, ...]  # on the second side alone
    lost: tuple[Change, ...]  # observed on the first side alone
    expired: tuple[Known, ...] = ()  # accepted differences that count again
    needless: tuple[Known, ...] = ()  # … that are none any more

    @property
    def counted(self) -> tuple[Change, ...]:
        """What the exit code goes by, findings first."""
        return self.findings + self.drifts


def judge(comparison: Comparison, findings: Iterable[Known], today: date) -> Outcome:
    """The outcome of a comparison; `findings` are accepted, each until its day, and `today` is in UTC."""
    known = named_first(findings)
    marked = accept(comparison, known)
    counted = [change for change in marked.changes if change.weight in COUNTED]
    kept = [change for change in counted if change.accepted is None or change.accepted.is_over(today)]
    told = [change for change in marked.changes if change.weight is Weight.TOLD]
    return Outcome(
        comparison=marked,
        findings=tuple(change for change in kept if change.weight is Weight.FINDING),
        drifts=tuple(change for change in kept if change.weight is Weight.DRIFT),
        accepted=tuple(change for change in counted if change not in kept),
        as_before=tuple(change for change in told if change.mover not in COVERAGE),
        observed=tuple(change for change in told if change.mover is Mover.SEEN),
        lost=tuple(change for change in told if change.mover is Mover.LOST),
        expired=tuple(each for each in known if any(change.accepted == each for change in kept)),
        needless=tuple(each for each in known if _is_needless(each, marked)),
    )


def _is_needless(known: Known, comparison: Comparison) -> bool:
    """Whether both sides hold everything that it accepts."""
    if any(known.covers(change.clause) for change in comparison.changes):
        return False
    both = comparison.first.entries.keys() & comparison.second.entries.keys()
    return any(
        comparison.second.sight(clause, is_stated=True).state is State.HELD for clause in both if known.covers(clause)
    )
