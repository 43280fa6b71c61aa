"""What becomes of a request whose arguments break a documented bound, or break none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from contracts.calls.codes import codes_of
from contracts.fuzz.blame import Blame
from contracts.fuzz.rules import broken_rule, may_break
from contracts.proxy.points import Book, Doubt, Kept, Observed, Point, Unkept
from contracts.values import find
from openapi.clauses import ClauseKind
from openapi.members import members
from openapi.model import ErrorCode, Operation, Rule
from openapi.reasons import Reason
from openapi.validation import Problem

KEPT = 1 << 14  # values that are remembered

# What a request tells by itself. A code that answers nothing else cannot be for the state of things.
TOLD = frozenset(
    {
        Reason.MISSING_PARAMETER,
        Reason.UNKNOWN_PARAMETER,
        Reason.WRONG_TYPE,
        Reason.NOT_IN_ENUM,
        Reason.OUT_OF_RANGE,
        Reason.WRONG_LENGTH,
        Reason.WRONG_FORMAT,
        Reason.MALFORMED_BODY,
    }
)


@dataclass
class Arguments:
    """Judges what was accepted, and what was refused, by the documented bounds of the parameters."""

    book: Book
    blames: dict[str, Blame] = field(default_factory=dict[str, Blame])
    good: set[str] = field(default_factory=set[str])  # what requests that were accepted refer to

    def judge(self, seen: Observed) -> Iterator[Point]:
        """What the answer to these arguments shows."""
        reading, reply = seen.reading, seen.reply
        if reading is None or not (reply.accepted or reply.error_code):
            return
        if reply.accepted and len(self.good) < KEPT:
            self.good |= set(_referred(seen))
        rules, now = seen.operation.rules, seen.passed.at
        if reading.problems:
            yield from self._wrong(seen, list(reading.problems))
        elif (rule := broken_rule(rules, seen.arguments, now)) is not None:
            yield from self._against_rule(seen, rule)
        elif reply.error_code and not may_break(rules, seen.arguments, now):
            yield from self._nothing_wrong(seen)

    def _wrong(self, seen: Observed, problems: list[Problem]) -> Iterator[Point]:
        """Something is wrong with the request: it is refused, in the code of what is wrong."""
        first, blame = problems[0], self._blame(seen.operation)
        clause = blame.of_problem(first)
        if seen.reply.accepted:
            yield Unkept(clause, f"refused: {first.message}", f"accepted with {seen.reply.status}")
            return
        if len({blame.of_problem(each) for each in problems}) > 1:
            return  # which of them it was refused for is not told
        wanted = self._code(seen.operation, first)
        if wanted is None:
            return
        codes = codes_of(self.book.spec, seen.operation.id, seen.reply.error_code)
        if seen.reply.error_code == wanted.code:
            yield Kept(clause, "a request that breaks it is refused")
            yield from self._kept_code(seen, wanted)
        elif not wanted.assumed & {"code", "when"} and codes and all(_is_told(each) for each in codes):
            expected = f"refused as {wanted.code}: {first.message}"
            yield Unkept(clause, expected, f"refused as {seen.reply.error_code}", is_refusal=True)

    def _kept_code(self, seen: Observed, wanted: ErrorCode) -> Iterator[Point]:
        for each in self.book.of(ClauseKind.ERROR_CODE, seen.operation.id):
            if each.detail.error_code == wanted and seen.reply.status == wanted.status:
                yield Kept(each.id)

    def _against_rule(self, seen: Observed, rule: Rule) -> Iterator[Point]:
        names = " and ".join(rule.parameters)
        clause = self._blame(seen.operation).id(ClauseKind.RULE, f"{'+'.join(rule.parameters)}:{rule.kind}")
        if seen.reply.accepted:
            yield Unkept(clause, f"refused: {names} are not {rule.kind}", "accepted")
            return
        try:
            wanted = self.book.spec.error_code(seen.operation.id, rule.reason)
        except LookupError:
            return
        if seen.reply.error_code == wanted.code:
            yield Kept(clause, "a request that breaks it is refused")

    def _nothing_wrong(self, seen: Observed) -> Iterator[Point]:
        """Nothing is wrong with the request: it is not refused in a code that says that something is."""
        reply = seen.reply
        codes = codes_of(self.book.spec, seen.operation.id, reply.error_code, reply.status)
        if codes and all(_is_told(each) and not each.assumed & {"code", "when"} for each in codes):
            clause = self._blame(seen.operation).of_edge(seen.arguments)
            said = str(reply.values.get("error.message", ""))[:200]
            received = f"refused as {reply.error_code}: {said}"
            if set(_referred(seen)) <= self.good:
                yield Unkept(clause, "accepted: nothing documented forbids it", received, is_refusal=True)
            else:
                yield Doubt(clause, f"{received}; nothing documented forbids it, unless what it refers to is not there")

    def _code(self, operation: Operation, problem: Problem) -> ErrorCode | None:
        try:
            return self.book.spec.error_code(operation.id, problem.reason, problem.parameter)
        except LookupError:
            return None

    def _blame(self, operation: Operation) -> Blame:
        if operation.id not in self.blames:
            self.blames[operation.id] = Blame(self.book.spec, operation)
        return self.blames[operation.id]


def _referred(seen: Observed) -> Iterator[str]:
    """The values of a request that have to exist, or that are in a language of their own."""
    listing, file = seen.operation.listing, seen.operation.file
    spoken = {each.parameter for each in listing.filters if each.match == "json"} if listing else set[str]()
    spoken |= {file.query} if file and file.query else set[str]()
    for member in members(seen.operation):
        refers = "x-resource" in member.schema or member.schema.get("x-bind") in {"task.id", "task.ids"}
        value = find(seen.arguments, member)
        if value is not None and (refers or member.name in spoken):
            yield f"{member.schema.get('x-resource', '')} {value!r}"


def _is_told(code: ErrorCode) -> bool:
    """Whether a code is for nothing but what a request tells by itself."""
    reasons = {reason.partition("/")[0] for reason in code.when}
    return bool(reasons) and reasons <= TOLD
