"""Servers that keep all promises but one: the mock, with one fact of its spec changed."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from contracts.calls.client import Api, Run
from contracts.judgement import Judgement, judge
from contracts.targets.embedded import open_embedded
from openapi.clauses import Clause, clauses
from openapi.document import patch
from openapi.loader import load, spec_of
from openapi.model import Spec


@cache
def spec(name: str) -> Spec:
    return load(name)


@cache
def all_clauses(name: str) -> tuple[Clause, ...]:
    return clauses(spec(name))


def clause(clause_id: str) -> Clause:
    return next(each for each in all_clauses(clause_id.partition("/")[0]) if each.id == clause_id)


def judged(clause_id: str, changes: Mapping[str, Any] | None = None) -> Judgement:
    """The verdict on a clause of the spec as it is, given on a mock whose spec was changed."""
    found = clause(clause_id)
    own = spec(found.api)
    served = spec_of(patch(dict(own.document), changes or {}), Path(own.path), {})
    target = open_embedded({found.api: served} | {name: spec(name) for name in served.companions}, seed=1)
    return judge(found, lambda: Api(target, own, run=Run()))


def bent(clause_id: str, value: Any) -> Judgement:
    """The verdict on a clause, given on a mock that states another value in its place; None takes it away."""
    return judged(clause_id, {clause(clause_id).pointer: value})
