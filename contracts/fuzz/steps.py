"""The steps of a sequence: each one call of one account, which can be taken once more with other ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from schemathesis.core import NotSet

from contracts.fuzz.cases import Case

Which = Literal["first", "second"]


@dataclass(frozen=True, slots=True)
class Step:
    """One call."""

    which: Which  # account
    case: Case
    seconds: float  # that pass before it
    made: str = ""  # the id of the task that it created when it was first taken


def with_ids(case: Case, ids: Mapping[str, str]) -> Case:
    """The case with other ids of tasks wherever it has these."""
    given: dict[str, Any] = {}
    for name in ("path_parameters", "query", "headers", "cookies"):
        container = getattr(case, name)
        given[name] = _put(dict(container), ids) if container else {}
    if not isinstance(case.body, NotSet):
        given["body"] = _put(case.body, ids)
    changed: Case = case.operation.Case(method=case.method, media_type=case.media_type, **given)
    return changed


def _put(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _put(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [_put(each, ids) for each in value]
    return ids.get(value, value) if isinstance(value, str) else value
