"""What is stated about the life of a task: its phases, its limits, and what each operation does in each phase."""

from __future__ import annotations

from collections.abc import Iterator

from openapi.clauses.clause import Clause, ClauseKind
from openapi.clauses.place import Place
from openapi.clauses.reasons import resource_conditions
from openapi.members import takes_task
from openapi.model import Action, Citation, Operation, Spec

ACCEPTED = "accepted"
ABOUT_TASKS = frozenset({Action.LIST, Action.SHOW, Action.LINK, Action.DOWNLOAD, Action.DELETE})
_UNSTATED = Citation(None, "", "no page restricts it")
_FILE_GOES = Citation(None, "", "no page says what becomes of the file of a task that is deleted; it goes with it")
_NOT_THERE = Citation(None, "", "no page says what becomes of a task that does not exist")


def lifecycle_clauses(spec: Spec, root: Place) -> Iterator[Clause]:
    """The words of the phases, their order, progress and expiry, and how many tasks there may be."""
    for quota in spec.quotas:
        kind, citation = ClauseKind.QUOTA, root.at(quota.pointer).cite("limit")
        yield Clause(spec.name, "", kind, quota.id, quota.limit, citation, quota.pointer, quota)
    if spec.lifecycle is None:
        return
    life, detail = root.step("x-lifecycle"), spec.lifecycle
    for phase, word in detail.words.items():
        place = life.step("phases", phase.value)
        pointer = place.where("word")
        yield Clause(spec.name, "", ClauseKind.PHASE, phase.value, word, place.cite("word"), pointer, detail)
    words = list(dict.fromkeys(detail.words.values()))
    first = life.step("phases", next(iter(detail.words)).value)
    is_cited = "phases" in life.node.get("x-cites", {}) or "x-cite" in life
    cited = life.cite("phases") if is_cited else first.cite()
    yield Clause(spec.name, "", ClauseKind.TRANSITION, "", list(words), cited, life.where("phases"), detail)
    if "progress" in life:
        place = life.step("progress")
        bounds = list(detail.progress)
        yield Clause(spec.name, "", ClauseKind.PROGRESS, "", list(bounds), place.cite(), place.pointer, detail)
    if "expires-after" in life:
        place = life.step("expires-after")
        kind, kept = ClauseKind.EXPIRY, detail.kept_seconds
        yield Clause(spec.name, "", kind, "task", kept, place.cite("seconds"), place.where("seconds"), detail)


def task_clauses(spec: Spec, operation: Operation, place: Place) -> Iterator[Clause]:
    """What an operation does about a task: how often, in each phase, and when it does not exist."""
    draft = (spec.name, operation.id)
    for index, limit in enumerate(operation.rate_limits):
        owner = Place.root(spec).at(limit.pointer)
        subject = str(index + 1) if index else ""
        yield Clause(*draft, ClauseKind.RATE_LIMIT, subject, limit.requests, owner.cite(), limit.pointer, limit)
    if operation.overwrites_citation is not None:
        same, pointer = list(operation.overwrites), place.where("x-overwrites")
        yield Clause(*draft, ClauseKind.OVERWRITE, "", list(same), operation.overwrites_citation, pointer, operation)
    for (kind, name), reason in resource_conditions(spec, operation).items():
        condition = spec.resources[kind].conditions[name]
        cited = _assumed_answer(spec, operation, reason) or condition.citation
        yield Clause(*draft, ClauseKind.RESOURCE, f"{kind}.{name}", reason, cited, condition.pointer, condition)
    if operation.action in ABOUT_TASKS and spec.lifecycle is not None:
        yield from _deletion(spec, operation, place)
        yield from _named_task(spec, operation, place)


def _assumed_answer(spec: Spec, operation: Operation, reason: str) -> Citation | None:
    """Why the code is assumed that the operation answers this reason with; None when somebody says so."""
    try:
        code = spec.error_code(operation.id, reason)
    except LookupError:
        return None
    found = Place.root(spec).at(code.pointer).cite("when")
    return found if found.standing == "assumed" else None


def _deletion(spec: Spec, operation: Operation, place: Place) -> Iterator[Clause]:
    """That a deleted task is gone wherever tasks are shown, and its file with it."""
    if operation.action is not Action.DELETE or not takes_task(operation):
        return
    kind, citation = ClauseKind.DELETION, operation.citation
    yield Clause(spec.name, operation.id, kind, "", None, citation, place.pointer, operation)
    if any(each.action is Action.DOWNLOAD for each in spec.operations.values()):
        yield Clause(spec.name, operation.id, kind, "file", None, _FILE_GOES, place.pointer, operation)


def _named_task(spec: Spec, operation: Operation, place: Place) -> Iterator[Clause]:
    if spec.lifecycle is None or not (takes_task(operation) or operation.phase_refusals):
        return
    for phase in spec.lifecycle.words:
        stated = operation.phase_refusals.get(phase)
        value, citation = stated or (ACCEPTED, _UNSTATED)
        pointer, kind = place.where("x-phases", phase.value), ClauseKind.ACTION_IN_PHASE
        yield Clause(spec.name, operation.id, kind, phase.value, value, citation, pointer, operation)
    if takes_task(operation):
        is_stated = "x-missing" in place
        citation = place.step("x-missing").cite("then") if is_stated else _NOT_THERE
        pointer, kind = place.where("x-missing", "then"), ClauseKind.MISSING_TASK
        yield Clause(spec.name, operation.id, kind, "", operation.missing, citation, pointer, operation)
