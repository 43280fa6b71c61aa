"""Whether a request ought to have been accepted, judged by what stood on the wire."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.calls.client import Reply
from contracts.fuzz.blame import Blame
from contracts.fuzz.finding import Disproof
from contracts.fuzz.pins import Pins
from contracts.fuzz.rules import broken_rule, may_break
from contracts.fuzz.transport import Transport, is_situational
from contracts.fuzz.wire import Reading, Unclear, WireReader
from openapi.clauses import ClauseKind
from openapi.model import Rule


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges the answers of one operation."""

    transport: Transport
    reader: WireReader
    blame: Blame
    pins: Pins

    def judge(self, reply: Reply) -> None:
        """Raises Disproof when the server took what it has to refuse, or refused what it has to take."""
        try:
            reading = self.reader.read(reply.exchange.request)
        except Unclear:
            return
        rules, now = self.transport.operation.rules, self.transport.api.target.now()
        if reading.problems:
            self._wants_refusal(reply, reading)
        elif (rule := broken_rule(rules, reading.arguments, now)) is not None:
            self._wants_rule(reply, rule)
        elif self.pins.are_known(reading.arguments) and not may_break(rules, reading.arguments, now):
            self._wants_success(reply, reading)

    def _wants_refusal(self, reply: Reply, reading: Reading) -> None:
        problem = reading.problems[0]
        if reply.accepted:
            clause = self.blame.of_problem(problem)
            raise Disproof(clause, f"refused: {problem.message}", f"accepted with {reply.status}", is_refusal=True)

    def _wants_rule(self, reply: Reply, rule: Rule) -> None:
        if reply.accepted:
            names = " and ".join(rule.parameters)
            clause = self.blame.id(ClauseKind.RULE, f"{'+'.join(rule.parameters)}:{rule.kind}")
            raise Disproof(clause, f"refused: {names} are not {rule.kind}", "accepted", is_refusal=True)

    def _wants_success(self, reply: Reply, reading: Reading) -> None:
        if reply.accepted or not reply.error_code or is_situational(self.transport, reply):
            return
        clause = self.blame.of_edge(dict(reading.arguments))
        said = str(reply.values.get("error.message", ""))[:200]
        raise Disproof(clause, "accepted: nothing documented forbids it", f"refused as {reply.error_code}: {said}")
