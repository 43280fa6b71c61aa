"""No clause goes unjudged for want of a check."""

import re
from pathlib import Path

import pytest

from contracts.check import all_checks, checks_of
from openapi.clauses import ClauseKind, clauses
from openapi.loader import load, names
from tests.contracts.bent import all_clauses

OWN = Path(__file__).parent / "acme-reports.yaml"


@pytest.mark.parametrize("kind", list(ClauseKind))
def test_every_kind_of_clause_has_a_check(kind: ClauseKind) -> None:
    assert all_checks().get(kind), f"no check judges clauses of the kind {kind}"


@pytest.mark.parametrize("name", names())
def test_every_clause_of_a_kind_with_checks_is_picked_by_one(name: str) -> None:
    kinds = all_checks()
    assert [clause.id for clause in all_clauses(name) if clause.kind in kinds and not checks_of(clause)] == []


def test_every_check_judges_some_clause() -> None:
    own = clauses(load(OWN))  # what no API that comes with the package states
    every = [*own, *(clause for name in names() for clause in all_clauses(name))]
    idle = [
        check.name
        for kind, checks in all_checks().items()
        for check in checks
        if not any(clause.kind is kind and check.applies(clause) for clause in every)
    ]
    assert idle == []


def test_every_check_is_told_to_the_reader() -> None:
    page = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", page))
    assert {check.name for found in all_checks().values() for check in found} - told == set()
    assert {
        name for name in told if not any(name == each.name for found in all_checks().values() for each in found)
    } == set()


def test_every_check_says_in_a_sentence_what_holds() -> None:
    functions = {check.function for found in all_checks().values() for check in found}
    assert [function.__name__ for function in functions if not (function.__doc__ or "").strip().endswith(".")] == []
