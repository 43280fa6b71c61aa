"""The verdict on one clause, and what shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from contracts.calls.client import Api
from contracts.calls.exchange import Exchange
from contracts.calls.noise import Kind, is_strange, steady
from contracts.check import Broken, Check, NotObserved, checks_of
from contracts.frugality import is_modest
from contracts.fuzz.finding import Finding
from contracts.safety.budget import Spent
from contracts.safety.stops import Stopped
from contracts.severity import Severity, severity_of
from contracts.situations.tidying import delete_what_was_made
from contracts.target import Target, Unallowed, Unavailable, Unreachable
from contracts.wording import entry_text
from openapi.clauses import Clause
from openapi.model import Json

DOUBTS = 2  # further times that a check has to end in the same way, where a strange answer decides it
LONGEST = 300  # characters of a reason that shows an answer
UNFINISHED = (Unreachable, Spent, Stopped)  # what leaves a check without a verdict that another run may come to
SHOWN = 10  # exchanges kept as the evidence of a broken clause


class Verdict(StrEnum):
    """What came of a clause."""

    HELD = "held"
    BROKEN = "broken"
    NOT_OBSERVED = "not-observed"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a clause."""

    clause: Clause
    verdict: Verdict
    check: str = ""  # the check that decided it
    reason: str = ""  # why it was not observed, or what was expected
    severity: Severity = Severity.NONE  # what it amounts to
    received: str = ""  # what came instead
    evidence: tuple[Exchange, ...] = ()  # the last one decides
    steps: int = 1  # how many of the last exchanges repeat it
    findings: tuple[Finding, ...] = ()  # what generated requests showed, of this clause and of others
    counts_assumed: bool = True  # whether the server owes what is only assumed
    unanswered: bool = False  # the server did not answer
    unfinished: bool = False  # … or the run was to end: another one may come to a verdict
    beyond: bool = False  # a check asked for what a server that is no mock does not offer
    otherwise: bool = False  # the server does something else, whether or not that breaks a promise
    is_doubtful: bool = False  # … as shown by an answer that may be the fault of no request
    by_refusal: bool = False  # … and what it does is to refuse in a documented form
    follows: Mapping[str, str] = field(
        default_factory=dict[str, str]
    )  # reading: the answer by which it is held, where that is not the default

    def as_json(self) -> dict[str, Json]:
        """The clause's entry in a result file."""
        clause, page = self.clause, self.clause.citation.page
        source: Json = {"title": page.title, "url": page.url, "date": page.date} if page else None
        return {
            "id": clause.id,
            "api": clause.api,
            "operation": clause.operation,
            "kind": clause.kind.value,
            "standing": clause.standing,
            "value": clause.value,
            "quote": clause.citation.quote,
            "note": clause.citation.note,
            "source": source,
            "pointer": clause.pointer,
            "readings": list(clause.readings),
            "verdict": self.verdict.value,
            "severity": (Severity.LEARNED if self.follows else self.severity).value,
            "check": self.check,
            "reason": self.reason,
            "received": self.received,
            "evidence": [exchange.as_json() for exchange in self.evidence],
            "steps": min(self.steps, len(self.evidence)),
            "findings": [each.as_json(counts_assumed=self.counts_assumed) for each in self.findings],
            "follows": dict(self.follows),
            "unfinished": self.unfinished,
            "told_at": [],
            "found_by": "",
        }


def judge(clause: Clause, open_api: Callable[[], Api]) -> Judgement:
    """Run every check of a clause, each on a clean slate: broken if one is, held only if every one could look.

    `open_api` gives a fresh view of the API under test. On a server that is no mock, a clause that nobody documents
    is never broken; and one is held in part, as its reason says, where a check asked for what such a server does not
    offer, and the others could look.
    """
    held = Judgement(clause, Verdict.NOT_OBSERVED, reason=f"no check judges clauses of the kind {clause.kind}")
    unobserved, in_part = None, None
    for check in checks_of(clause):
        found = run_check(clause, check, open_api)
        if found.verdict is Verdict.BROKEN:
            return found
        if found.beyond:
            in_part = found
            continue
        unobserved = unobserved or (found if found.verdict is Verdict.NOT_OBSERVED else None)
        held = found
    if in_part and held.verdict is not Verdict.HELD:
        return unobserved or in_part
    return unobserved or (replace(held, reason=f"seen in part: {in_part.reason}") if in_part else held)


def run_check(clause: Clause, check: Check, open_api: Callable[[], Api]) -> Judgement:
    """The verdict of one check; what it created is removed, whatever it raises.

    Where a real endpoint gave answers that may be nobody's fault, a check that did not end well is made again.
    """
    found, noise, target = _run_once(clause, check, open_api)
    if not noise or target is None or found.verdict is Verdict.HELD or found.beyond or found.findings:
        return found
    for _ in range(DOUBTS if found.is_doubtful else 1):
        again, still, _ = _run_once(clause, check, open_api)
        if (again.verdict, again.reason) != (found.verdict, found.reason):
            return _uneven(again) if again.is_doubtful else again
        noise &= still
    steady(target).update(noise)
    return again


def _uneven(found: Judgement) -> Judgement:
    """What can be said of a clause where now this call is answered strangely, and now that: nothing."""
    reason = f"the server answers strangely now and then: expected {found.reason}, received {found.received}"
    reason = " ".join(reason.split())[:LONGEST]
    return replace(found, verdict=Verdict.NOT_OBSERVED, severity=Severity.NONE, otherwise=False, reason=reason)


def _run_once(
    clause: Clause, check: Check, open_api: Callable[[], Api]
) -> tuple[Judgement, frozenset[Kind], Target | None]:
    """The verdict, the strange answers that it may be owed to, and whose they are.

    What was shared with other clauses shows that a promise is kept, never that it is not: then it is asked for anew.
    """
    found, noise, api = _attempt(clause, check, open_api)
    target, shared = (api.target, api.shared) if api is not None else (None, None)
    if shared is None or not (shared.is_stale or (shared.is_used and found.otherwise)):
        return found, noise, target
    is_stale = shared.is_stale
    shared.clear()
    again, still, _ = _attempt(clause, check, open_api)
    if is_stale or again.otherwise or again.verdict is Verdict.HELD:
        return again, still, target
    return found, noise, target  # there was no time, or no budget, to ask anew


def _attempt(
    clause: Clause, check: Check, open_api: Callable[[], Api]
) -> tuple[Judgement, frozenset[Kind], Api | None]:
    judgement = Judgement(clause, Verdict.NOT_OBSERVED, check.name)
    try:
        api = open_api()
    except (Unavailable, Unreachable) as error:
        is_silent, is_over = isinstance(error, Unreachable), isinstance(error, UNFINISHED)
        unseen = replace(judgement, reason=str(error), unanswered=is_silent, unfinished=is_over)
        return unseen, frozenset(), None
    is_silent = False
    api.shared.begin()
    if api.shared.is_frugal:
        api.is_spare = is_modest(clause)
    try:
        found = _judge(judgement, check, api)
        is_silent = found.unanswered
        return found, frozenset(api.noise), api
    finally:
        if not is_silent:  # else that is left for the end of the run
            delete_what_was_made(api)


def _judge(judgement: Judgement, check: Check, api: Api) -> Judgement:
    try:
        api.target.reset()
        unseen = check.function(api, judgement.clause)
    except Broken as broken:
        return _broken(judgement, broken, api)
    except Unavailable as error:
        api.noise.clear()  # more time, or more calls, are what it lacks
        beyond = type(error) in (Unavailable, Unallowed) and not api.target.is_mock
        unobserved = replace(judgement, reason=str(error), evidence=tuple(api.exchanges)[-1:])
        return replace(unobserved, beyond=beyond, unfinished=isinstance(error, UNFINISHED))
    except (NotObserved, Unreachable) as error:
        unobserved = replace(judgement, reason=str(error), evidence=tuple(api.exchanges)[-1:])
        is_silent = isinstance(error, Unreachable)
        return replace(unobserved, unanswered=is_silent and not _is_elsewhere(error), unfinished=is_silent)
    if not api.exchanges:
        return replace(judgement, reason="the check sent nothing")
    reason = f"seen in part: {unseen}" if unseen else ""
    return replace(judgement, verdict=Verdict.HELD, reason=reason, evidence=tuple(api.exchanges)[-1:])


def _is_elsewhere(error: Exception) -> bool:
    """Whether it is a link that leads nowhere, while the server itself may well be there."""
    return isinstance(error, Unreachable) and error.is_elsewhere


def _broken(judgement: Judgement, broken: Broken, api: Api) -> Judgement:
    evidence, findings = list(api.exchanges)[-SHOWN:], broken.findings
    if findings:
        evidence = list(findings[0].repeat)
    elif broken.reply is not None:
        evidence = [*(each for each in evidence if each is not broken.reply.exchange), broken.reply.exchange]
    received = broken.received or (_received(evidence[-1]) if evidence else "nothing")
    severity = severity_of(judgement.clause.standing, is_mock=api.target.is_mock)
    found = replace(judgement, reason=broken.expected, received=received, evidence=tuple(evidence), otherwise=True)
    is_doubtful = broken.reply is not None and bool(api.noise) and is_strange(broken.reply)
    found = replace(found, severity=severity, is_doubtful=is_doubtful)
    if broken.reply is not None and not broken.reply.accepted:
        found = replace(found, by_refusal=bool(broken.reply.error_code))
    if findings:
        found = replace(found, steps=len(evidence), findings=findings, counts_assumed=api.target.is_mock)
    if severity is Severity.LEARNED:
        return replace(found, reason=unasked(broken.expected))
    return replace(found, verdict=Verdict.BROKEN)


def _received(exchange: Exchange) -> str:
    response = exchange.as_json()["response"]
    assert isinstance(response, dict)
    return f"{response['status']} {response['body']}"


def unasked(expected: str) -> str:
    """Why a clause that nobody documents is not broken by a server that does otherwise."""
    return f"nobody documents it, and the server does otherwise: {expected} was assumed"


def failure_text(found: Judgement) -> str:
    """What a reader has to know of a broken clause: the promise and its page, expected, received, and `curl` lines."""
    return entry_text(found.as_json())
