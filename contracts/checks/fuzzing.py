"""What generated requests say: each operation is fuzzed once, and both of its clauses are judged by that."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from contracts.calls.client import Api, Run
from contracts.check import Broken, NotObserved, check
from contracts.fuzz.finding import Finding, Findings, headline
from contracts.target import Target
from openapi.clauses import Clause, ClauseKind

Key = tuple[int, str, str, Run]
_runs: WeakKeyDictionary[Target, dict[Key, Findings]] = WeakKeyDictionary()


def findings_of(api: Api, operation: str = "") -> Findings:
    """What was found about an operation, or about sequences of all of them when none is named.

    Looked for once per target, seed and number of requests. Raises NotObserved.
    """
    from contracts.fuzz.run import fuzz  # Schemathesis takes longer to import than most checks take to run
    from contracts.fuzz.sequences import fuzz_sequences

    found, key = _runs.setdefault(api.target, {}), (id(api.spec), operation, api.which, api.run)
    if key not in found:
        try:
            found[key] = fuzz(api, api.operation(operation)) if operation else fuzz_sequences(api)
        finally:
            api.toll = None
    return found[key]


@check(ClauseKind.CONFORMANCE)
def answers_generated_requests_as_documented(api: Api, clause: Clause) -> str:
    """Every answer to a generated request is one that the operation documents."""
    return _judge(api, clause, lambda found: found.conformance)


@check(ClauseKind.REFUSAL)
def refuses_generated_requests_that_are_wrong(api: Api, clause: Clause) -> str:
    """Every generated request that breaks a rule is refused, in the documented way."""
    return _judge(api, clause, lambda found: found.refusal)


@check(ClauseKind.SEQUENCES)
def keeps_its_word_over_sequences_of_calls(api: Api, clause: Clause) -> str:
    """No answer contradicts an earlier one, whatever was called in between."""
    return _judge(api, clause, lambda found: [*found.conformance, *found.refusal])


def _judge(api: Api, clause: Clause, select: Callable[[Findings], list[Finding]]) -> str:
    """What of all that might have been sent was not; empty for nothing."""
    found = findings_of(api, clause.operation)
    api.exchanges.extend(each.exchange for each in (found.refusal_seen, found.success) if each is not None)
    chosen = select(found)
    if chosen:
        raise _broken(clause, chosen)
    if not found.accepted:
        codes = ", ".join(f"{code} ({count})" for code, count in sorted(found.refused_as.items()))
        raise NotObserved(
            "; ".join(filter(None, [f"no call succeeded: {found.refused} were refused as {codes}", found.shortfall]))
        )
    if clause.kind is ClauseKind.REFUSAL and not found.refused:
        raise NotObserved(
            "; ".join(filter(None, [f"no call was refused: {found.accepted} were accepted", found.shortfall]))
        )
    return found.shortfall and f"{found.cases} generated requests were sent; {found.shortfall}"


def _broken(clause: Clause, chosen: list[Finding]) -> Broken:
    """The first finding, and where the others belong."""
    expected, received = headline(clause.id, [(each.clause, each.expected, each.received) for each in chosen])
    return Broken(expected, chosen[0].reply, received, chosen)
