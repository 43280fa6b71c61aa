"""Whole APIs judged on one unchanged mock: quicker than a mock for each clause."""

from contracts.suite import Suite
from openapi.clauses import Clause, ClauseKind
from openapi.loader import names

APIS = names()


def not_held(api: str, *kinds: ClauseKind, once: bool = False) -> dict[str, str]:
    """The clauses of these kinds that the mock is not seen to hold, and why not.

    `once`: of the clauses that differ in nothing but the operation, only the first is judged.
    """
    suite = Suite((api,))
    found, seen = {}, set[object]()
    try:
        for clause in suite.clauses:
            if clause.api == api and clause.kind in kinds and not (once and _likeness(clause) in seen):
                seen.add(_likeness(clause))
                judgement = suite.judge(clause)
                if judgement.verdict.value != "held":
                    found[clause.id] = f"{judgement.verdict}: {judgement.reason}"
    finally:
        suite.close()
    return found


def _likeness(clause: Clause) -> object:
    return clause.subject, getattr(clause.detail, "reasons", None), bool(clause.operation)
