"""Mutants by their names, and what becomes of them."""

from functools import cache
from pathlib import Path

from contracts.mutation.grading import Grade, Grader, Scope
from contracts.mutation.mutant import Mutant
from contracts.mutation.serving import find
from openapi.loader import load_all
from openapi.model import Spec

OWN = Path(__file__).parents[1] / "acme-reports.yaml"


@cache
def specs() -> dict[str, Spec]:
    return load_all()


@cache
def own() -> dict[str, Spec]:
    return load_all([OWN])


def mutant(name: str) -> Mutant:
    return find(name, specs())


def graded(found: Mutant, scope: Scope = Scope.RIGHT) -> Grade:
    return Grader(specs(), scope).grade(found)
