"""What a run on a real endpoint would send, use up and leave unobserved, as a rehearsal showed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from contracts.frugality import cheap_first
from contracts.judgement import Verdict
from contracts.planning.rehearsal import NOBODY, Performance, RehearsedSuite, Step, Watcher, perform
from contracts.planning.tally import Answered, Sort
from contracts.planning.unlocking import Locked, unlock
from contracts.profiles import Profile
from openapi.clauses import Clause
from openapi.model import Operation, Spec

RULE = (
    "Counted in a rehearsal against the built-in mock, which has what the profile names, allows what it allows, and"
    " keeps every promise; waiting took no time there. A server that answers so is sent as much. One that breaks"
    " promises, or follows other readings, is asked again for those; a request without an answer is sent up to three"
    " times, one that is throttled up to four."
)


@dataclass(frozen=True, slots=True)
class End:
    """Where a budget is spent."""

    part: str  # requests, tasks, bytes or minutes
    clause: str  # the one that is judged then
    judged: int  # clauses before it


@dataclass(frozen=True, slots=True)
class Plan:
    """A run as it would go."""

    spec: Spec
    profile: Profile
    performance: Performance
    locked: tuple[Locked, ...]
    clauses: int  # of the API, whether or not they were chosen
    chosen: int

    @property
    def steps(self) -> tuple[Step, ...]:
        """The chosen clauses, in the order in which they would be judged."""
        return self.performance.steps

    @property
    def used(self) -> dict[str, float]:
        """What the whole run takes of each part of the budget; minutes are those that are waited."""
        guard = self.performance.spending
        return {"requests": guard.requests, "tasks": guard.tasks, "bytes": guard.bytes, "minutes": guard.seconds / 60}

    @property
    def ends(self) -> list[End]:
        """Where each part of the budget that does not suffice is spent, in this order; none: all of it suffices."""
        budget, found = asdict(self.profile.budget), dict[str, End]()
        for number, step in enumerate(self.steps):
            so_far = {"requests": step.requests, "tasks": step.tasks, "bytes": step.bytes, "minutes": step.seconds / 60}
            for part, used in so_far.items():
                if used > budget[part]:
                    found.setdefault(part, End(part, step.clause.id, number))
        return list(found.values())

    @property
    def held(self) -> int:
        """Clauses that would be observed, were there no budget."""
        return sum(step.verdict is not Verdict.NOT_OBSERVED for step in self.steps)

    def by_operation(self) -> Iterator[tuple[Operation, Counter[Answered]]]:
        """How often each operation would be called, and how it would answer."""
        for operation in self.spec.operations.values():
            counts = Counter[Answered]()
            for sort, count in self.performance.tally.requests.items():
                counts[sort.answered] += count if sort.operation == operation.id else 0
            yield operation, counts

    def by_purpose(self) -> Counter[str]:
        """How many requests would be sent for each kind of clause, and before and after."""
        counts = Counter[str]()
        for sort, count in self.performance.tally.requests.items():
            counts[sort.purpose] += count
        return counts

    def as_json(self) -> dict[str, Any]:
        """The plan for machines."""
        return {
            "schema_version": 1,
            "api": self.spec.name,
            "target": self.profile.target,
            "rule": RULE,
            "requests": [
                {**asdict(sort), "count": count}
                for sort, count in sorted(self.performance.tally.requests.items(), key=_order)
            ],
            "used": self.used,
            "budget": asdict(self.profile.budget),
            "ends": [asdict(each) for each in self.ends],
            "stopped": self.performance.stopped,
            "tasks_at_once": self.performance.most,
            "files": self.performance.tally.files,
            "quotas": [
                {"id": each.id, "counts": each.counts, "limit": each.limit, "when_full": each.when_full}
                for each in self.spec.quotas
            ],
            "clauses": {"chosen": self.chosen, "observed": self.held},
            "unobserved": [
                {"clause": each.clause.id, "reason": each.reason, "unlocked_by": list(each.entries)}
                for each in self.locked
            ],
        }


def _order(item: tuple[Sort, int]) -> tuple[str, str, str]:
    return item[0].operation, item[0].purpose, item[0].answered


def make_plan(
    suite: RehearsedSuite, clauses: Sequence[Clause], watcher: Watcher = NOBODY, *, is_whole: bool = True
) -> Plan:
    """The plan of a run that judges these clauses; where it need not be whole, without what would unlock others.

    Raises ValueError, Unavailable for a profile that leads nowhere.
    """
    watcher.begin(f"rehearsing {len(clauses)} clause{'' if len(clauses) == 1 else 's'} …", len(clauses))
    performance = perform(suite, cheap_first(clauses), watcher)
    unseen = [step for step in performance.steps if step.verdict is Verdict.NOT_OBSERVED]
    locked = tuple(unlock(suite, unseen, watcher)) if is_whole else ()
    return Plan(suite.specs[suite.profile.api], suite.profile, performance, locked, len(suite.clauses), len(clauses))
