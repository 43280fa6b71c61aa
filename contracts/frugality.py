"""In which order the clauses of a real endpoint are judged: cheap ones first, so that a small budget tells much."""

from __future__ import annotations

from collections.abc import Iterable

from openapi.clauses import Clause, ClauseKind

# Kinds from the cheapest to the dearest, by the requests that a clause that is held takes on an honest server.
ORDER = (
    # shown by an answer that others need as well
    ClauseKind.STATUS,
    ClauseKind.HEADER,
    ClauseKind.CONTENT_TYPE,
    # by a few refusals
    ClauseKind.REQUIRED,
    ClauseKind.MESSAGE,
    ClauseKind.ERROR_CODE,
    ClauseKind.MISSING_TASK,
    ClauseKind.REQUEST_ID,
    ClauseKind.MINIMUM,
    ClauseKind.MAXIMUM,
    ClauseKind.LENGTH,
    ClauseKind.ITEMS,
    ClauseKind.NOT_GIVEN,
    ClauseKind.TYPE,
    ClauseKind.ENUM,
    ClauseKind.PATTERN,
    ClauseKind.FORMAT,
    ClauseKind.SKEW,
    ClauseKind.RESPONSE_SCHEMA,
    ClauseKind.UNKNOWN_MEMBER,
    ClauseKind.SIZE,
    # by requests that are made up, of which half of the budget is the most
    ClauseKind.REFUSAL,
    ClauseKind.CONFORMANCE,
    ClauseKind.ROBUSTNESS,
    ClauseKind.SEQUENCES,
    # by a task that others need as well
    ClauseKind.HEAD,
    ClauseKind.RANGES,
    ClauseKind.CONDITIONS,
    ClauseKind.LINK,
    ClauseKind.RESOURCE,
    # by a task or two of its own
    ClauseKind.ACTION_IN_PHASE,
    ClauseKind.PROGRESS,
    ClauseKind.TRANSITION,
    ClauseKind.PHASE,
    ClauseKind.DOWNLOAD_FLAG,
    ClauseKind.MEMBER_IN_PHASE,
    ClauseKind.DELETION,
    ClauseKind.IDENTITY,
    ClauseKind.ISOLATION,
    ClauseKind.ECHO,
    ClauseKind.RULE,
    ClauseKind.TIME,
    ClauseKind.ADDRESSING,
    ClauseKind.SIGNATURE,
    ClauseKind.OVERWRITE,
    # by several tasks
    ClauseKind.ORDER,
    ClauseKind.SORT,
    ClauseKind.FILTER,
    ClauseKind.TOTAL,
    ClauseKind.PAGING,
    ClauseKind.FILE,
    ClauseKind.DEFAULT,
    # by using something up, or by waiting
    ClauseKind.RATE_LIMIT,
    ClauseKind.QUOTA,
    ClauseKind.LINK_EXPIRY,
    ClauseKind.EXPIRY,
    ClauseKind.TOKEN,
    ClauseKind.LOCK,
)
MODEST = frozenset(ORDER[: ORDER.index(ClauseKind.HEAD)])  # that leave the last tasks to those after them
_RANK = {kind: number for number, kind in enumerate(ORDER)}


def cheap_first(clauses: Iterable[Clause]) -> list[Clause]:
    """The clauses in the order in which they are judged; those of a kind as they stand in their spec."""
    return sorted(clauses, key=lambda clause: _RANK[clause.kind])


def is_modest(clause: Clause) -> bool:
    """Whether a clause does without tasks of its own where they are few."""
    return clause.kind in MODEST
