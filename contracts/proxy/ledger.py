"""What has come of each clause so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from contracts.calls.exchange import Exchange
from contracts.judgement import Judgement, Verdict, unasked
from contracts.proxy.points import Doubt, Kept, Point, Unkept
from contracts.result import Entry
from contracts.severity import Severity, severity_of
from contracts.wording import entry_text
from openapi.clauses import Clause, ClauseKind

CHECK = "proxy"  # the check that judged, in a result
UNSEEN = "no exchange that passed shows it"
MADE_UP = frozenset({ClauseKind.CONFORMANCE, ClauseKind.REFUSAL, ClauseKind.SEQUENCES, ClauseKind.ROBUSTNESS})
LONGEST = 1000  # characters of what was received


@dataclass
class Ledger:
    """The entries of a result, one for each clause."""

    entries: dict[str, Entry]
    _clauses: dict[str, Clause] = field(default_factory=dict[str, Clause])

    @classmethod
    def of(cls, clauses: Iterable[Clause]) -> Ledger:
        """Nothing observed yet."""
        known = {each.id: each for each in clauses}
        return cls({name: _entry(_unseen(each)) for name, each in known.items()}, known)

    def note(self, point: Point, exchange: Exchange, follows: dict[str, str] | None = None) -> bool:
        """Take down what an exchange showed; whether that is a finding that was not known."""
        entry, clause = self.entries.get(point.clause), self._clauses.get(point.clause)
        if entry is None or clause is None or _is_otherwise(entry):
            return False
        if isinstance(point, Kept):
            self._kept(entry, point, exchange, follows or {})
        elif isinstance(point, Doubt) and entry["verdict"] == Verdict.NOT_OBSERVED:
            entry["reason"] = point.why
        elif isinstance(point, Unkept):
            self._write(_unkept(clause, point, exchange))
            return True
        return False

    def text(self, clause: str) -> str:
        """The whole account of a broken clause; empty for one that nobody is owed."""
        return str(self.entries[clause]["text"])

    def _kept(self, entry: Entry, point: Kept, exchange: Exchange, follows: dict[str, str]) -> None:
        is_held, part = entry["verdict"] == Verdict.HELD, f"seen in part: {point.part}" if point.part else ""
        if is_held and not follows and (part or not entry["reason"]):
            return
        ways = [f"by the reading {name}={answer}" for name, answer in follows.items()]
        found = Judgement(
            self._clauses[point.clause], Verdict.HELD, CHECK, reason="; ".join(filter(None, [*ways, part]))
        )
        self._write(replace(found, evidence=(exchange,), follows=follows))

    def _write(self, found: Judgement) -> None:
        self.entries[found.clause.id] = _entry(found)


def _is_otherwise(entry: Entry) -> bool:
    """Whether the server was seen to do otherwise, which no later exchange takes back."""
    is_learned = entry["severity"] == Severity.LEARNED and entry["verdict"] == Verdict.NOT_OBSERVED
    return bool(entry["verdict"] == Verdict.BROKEN or is_learned)


def _unseen(clause: Clause) -> Judgement:
    made_up = clause.kind in MADE_UP
    reason = "it is judged by requests that are made up, and a proxy makes up none" if made_up else UNSEEN
    return Judgement(clause, Verdict.NOT_OBSERVED, reason=reason)


def _unkept(clause: Clause, point: Unkept, exchange: Exchange) -> Judgement:
    severity = severity_of(clause.standing, is_mock=False)
    evidence, is_owed = (*point.earlier, exchange), severity is not Severity.LEARNED
    text = exchange.redactor.text
    expected = text(point.expected)
    return Judgement(
        clause,
        Verdict.BROKEN if is_owed else Verdict.NOT_OBSERVED,
        CHECK,
        reason=expected if is_owed else unasked(expected),
        severity=severity,
        received=text(point.received)[:LONGEST],
        evidence=evidence,
        steps=len(evidence),
        counts_assumed=False,
        otherwise=True,
    )


def _entry(found: Judgement) -> Entry:
    entry: Entry = dict(found.as_json())
    text = entry_text(entry) if found.verdict is Verdict.BROKEN else ""
    return {**entry, "seconds": 0.0, "started": 0.0, "worker": "main", "text": text}
