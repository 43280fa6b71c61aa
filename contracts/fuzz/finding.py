"""What generated requests have shown of an operation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from contracts.calls.client import Reply
from contracts.calls.exchange import Exchange
from contracts.target import Unavailable
from openapi.model import Json


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise that was not kept."""

    clause: str  # the id of the clause it belongs to
    is_refusal: bool  # about what has to be refused, and how; else about what is answered
    expected: str
    received: str
    reply: Reply
    is_shrunk: bool = False  # whether nothing smaller shows the same
    before: tuple[Exchange, ...] = ()  # what has to be sent first, in order

    @property
    def repeat(self) -> tuple[Exchange, ...]:
        """The exchanges that show it, in order; the last one decides."""
        return (*self.before, self.reply.exchange)

    def as_json(self, *, counts_assumed: bool) -> dict[str, Json]:
        """The finding in a result file; `counts_assumed` says whether the server owes what is only assumed."""
        return {
            "clause": self.clause,
            "expected": self.expected,
            "received": self.received,
            "steps": len(self.repeat),
            "evidence": [exchange.as_json() for exchange in self.repeat],
            "counts_assumed": counts_assumed,
        }

    @property
    def key(self) -> tuple[str, str]:
        """What makes two findings one."""
        return self.clause, self.expected


def headline(clause: str, told: Sequence[tuple[str, str, str]]) -> tuple[str, str]:
    """What was expected and what came, for a clause that is judged by findings: (clause, expected, received) each.

    The first is told, and where the others belong.
    """
    (first, expected, received), *others = told
    more = ", ".join(dict.fromkeys(each for each, _, __ in others))
    return (
        expected if first == clause else f"{expected} (clause {first})",
        f"{received}; also: {more}" if more else received,
    )


class Disproof(AssertionError):
    """An answer that disproves a promise; raised by the checks that the fuzzer runs."""

    def __init__(
        self,
        clause: str,
        expected: str,
        received: str,
        *,
        is_refusal: bool = False,
        earlier: tuple[Exchange, ...] = (),
    ) -> None:
        super().__init__(f"expected: {expected}\nreceived: {received}")
        self.clause = clause
        self.expected = expected
        self.received = received
        self.is_refusal = is_refusal
        self.earlier = earlier  # what was answered before, where that is what it contradicts

    def about(self, reply: Reply) -> Finding:
        """The finding, with the answer that shows it."""
        return Finding(self.clause, self.is_refusal, self.expected, self.received, reply, before=self.earlier)


@dataclass
class Findings:
    """What was found about one operation, or about sequences of them."""

    found: dict[tuple[str, str], Finding] = field(default_factory=dict)
    cases: int = 0
    accepted: int = 0
    refused: int = 0
    success: Reply | None = None  # the first
    refusal_seen: Reply | None = None  # the first
    refused_as: dict[str, int] = field(default_factory=dict[str, int])  # how often, by error code
    left_out: dict[str, int] = field(default_factory=dict[str, int])  # how many were not sent, by the reason
    ended: Unavailable | None = None  # why no more were sent

    def count(self, reply: Reply) -> None:
        """Count an answer."""
        self.cases += 1
        if reply.accepted:
            self.success = self.success or reply
        else:
            self.refusal_seen = self.refusal_seen or reply
        self.accepted += reply.accepted
        self.refused += not reply.accepted
        if not reply.accepted:
            code = reply.error_code or str(reply.status)
            self.refused_as[code] = self.refused_as.get(code, 0) + 1

    def leave_out(self, why: str) -> None:
        """Count a request that was not sent, or not answered."""
        self.left_out[why] = self.left_out.get(why, 0) + 1

    @property
    def shortfall(self) -> str:
        """What was not looked at, and why; empty where everything was."""
        left = [f"{count} left out, as {why}" for why, count in self.left_out.items()]
        return "; ".join([*left, *([str(self.ended)] if self.ended else [])])

    def add(self, finding: Finding) -> bool:
        """Keep a finding, unless there is one like it; whether it was new."""
        is_new = finding.key not in self.found
        if is_new or finding.is_shrunk:
            self.found[finding.key] = finding
        return is_new

    @property
    def conformance(self) -> list[Finding]:
        """What was answered otherwise than documented."""
        return self._those(lambda each: not each.is_refusal)

    @property
    def refusal(self) -> list[Finding]:
        """What was accepted though it is forbidden, or refused otherwise than documented."""
        return self._those(lambda each: each.is_refusal)

    def of(self, clause: str) -> list[Finding]:
        """The findings that belong to a clause."""
        return self._those(lambda each: each.clause == clause)

    def _those(self, is_meant: Callable[[Finding], bool]) -> list[Finding]:
        return [each for each in self.found.values() if is_meant(each)]
