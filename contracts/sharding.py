"""Which clauses a part of a run judges: parts of about the same length, the same ones wherever they are cut."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openapi.clauses import Clause, ClauseKind
from openapi.model import Answer
from openapi.reasons import Reason

TOGETHER = (ClauseKind.CONFORMANCE, ClauseKind.REFUSAL)  # one run of requests judges both of an operation
REFUSED = (ClauseKind.ERROR_CODE, ClauseKind.MESSAGE)  # one refusal shows both of a code
SHOWN = (ClauseKind.RESPONSE_SCHEMA, ClauseKind.CONTENT_TYPE, ClauseKind.REQUEST_ID)  # by the same refusals of a form
FUZZED = (*TOGETHER, ClauseKind.SEQUENCES, ClauseKind.ROBUSTNESS)  # judged by requests made up, or hostile: hundreds
MOST = 1000  # shards

# About how long a clause takes, measured on the embedded mock, in hundredths of a second; others take one.
_WEIGHTS: Mapping[ClauseKind, int] = {
    ClauseKind.CONFORMANCE: 60,
    ClauseKind.SEQUENCES: 60,
    ClauseKind.ROBUSTNESS: 30,
    ClauseKind.QUOTA: 25,
    ClauseKind.RATE_LIMIT: 15,
    ClauseKind.FILTER: 10,
    ClauseKind.TRANSITION: 6,
    ClauseKind.TOTAL: 6,
    ClauseKind.SIGNATURE: 5,
    ClauseKind.SIZE: 3,
}


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts of a run."""

    number: int  # from 1
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def parse_shard(text: str) -> Shard:
    """`1/4` is the first of four. Raises ValueError."""
    match = re.fullmatch(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", text)
    if match is None or not int(match[1]) <= int(match[2]) <= MOST:
        raise ValueError(f"{text!r} is no shard; the first of four is 1/4, the last 4/4, and there are at most {MOST}")
    return Shard(int(match[1]), int(match[2]))


def group(clause: Clause) -> str:
    """What has to be judged by one worker, in one part: clauses of the same name here."""
    if _is_about_a_rate_limit(clause):
        return f"{clause.api}/{clause.operation}/{ClauseKind.RATE_LIMIT}"
    if clause.kind in REFUSED:
        return f"{clause.api}{clause.detail.error_code.pointer}"
    if clause.kind in SHOWN and isinstance(clause.detail, Answer) and not clause.operation:
        return f"{clause.api}{clause.detail.pointer}"
    return f"{clause.api}/{clause.operation}" if clause.kind in TOGETHER else clause.id


def _is_about_a_rate_limit(clause: Clause) -> bool:
    """Whether it is one, or the error code that answers one call too many: that call need be made only once."""
    if clause.kind is not ClauseKind.ERROR_CODE:
        return clause.kind is ClauseKind.RATE_LIMIT
    return Reason.RATE_LIMITED in (clause.detail.reasons or clause.detail.error_code.when)


def weight(clause: Clause) -> int:
    """About how long it takes, in hundredths of a second."""
    return _WEIGHTS.get(clause.kind, 1)


def part(clauses: Iterable[Clause], shard: Shard) -> frozenset[str]:
    """The ids of the clauses that a shard judges. The longest are dealt out first, each to the shard with the least."""
    groups: dict[str, list[Clause]] = {}
    for clause in clauses:
        groups.setdefault(group(clause), []).append(clause)
    lengths = {name: sum(map(weight, members)) for name, members in groups.items()}
    loads, dealt = [0] * shard.of, frozenset[str]()
    for name in sorted(groups, key=lambda name: (-lengths[name], name)):
        least = loads.index(min(loads))
        loads[least] += lengths[name]
        if least == shard.number - 1:
            dealt |= {clause.id for clause in groups[name]}
    return dealt
