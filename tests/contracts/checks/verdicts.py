"""What is told of clauses on the mock as it is."""

from contracts.judgement import Judgement, failure_text
from openapi.clauses import ClauseKind
from openapi.loader import names
from tests.contracts.bent import all_clauses, judged

HELD = ("held", "")


def clauses_of(*kinds: ClauseKind) -> list[str]:
    """The ids of all clauses of some kinds."""
    return [clause.id for name in names() for clause in all_clauses(name) if clause.kind in kinds]


def verdict(clause_id: str) -> tuple[str, str]:
    """The verdict on the unchanged mock, and its reason."""
    found = judged(clause_id)
    return found.verdict.value, found.reason


def said(found: Judgement) -> list[str]:
    """What a reader is told of a broken clause, without the line that repeats it."""
    lines = failure_text(found).splitlines()
    assert lines[-1].startswith("  curl      curl -sS -i -X ")
    return lines[:-1]
