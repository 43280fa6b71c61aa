"""What one account has is its own: its tasks, the room for them, and how often it may call."""

from __future__ import annotations

from collections.abc import Iterator

from openapi.clauses.clause import Clause, ClauseKind
from openapi.clauses.place import Place
from openapi.clauses.tasks import ABOUT_TASKS
from openapi.model import Citation, Operation, RateLimit, Spec

CITED_AS = "isolation"  # the entry of x-cites, of an operation or of the root
_ASSUMED = Citation(None, "", "what one account creates and uses up is its own; no page has to say so")


def own_task_clauses(spec: Spec, operation: Operation, place: Place) -> Iterator[Clause]:
    """One clause for an operation about tasks, for what its tasks replace, and for each rate limit of its own."""
    draft, root = (spec.name, operation.id, ClauseKind.ISOLATION), Place.root(spec)
    cited = _citation(place, root)
    if spec.lifecycle is None:
        return
    if operation.action in ABOUT_TASKS:
        yield Clause(*draft, "", None, cited, place.pointer, operation)
    if operation.overwrites:
        yield Clause(*draft, "overwrite", None, cited, place.where("x-overwrites"), operation)
    for number, limit in enumerate(operation.rate_limits, start=1):
        if not _is_of_all(limit):
            own = _citation(root.at(limit.pointer))
            yield Clause(*draft, f"rate-limit-{number}", None, own, limit.pointer, limit)


def own_room_clauses(spec: Spec, root: Place) -> Iterator[Clause]:
    """One clause per quota, and per rate limit that holds for each operation by itself."""
    draft = (spec.name, "", ClauseKind.ISOLATION)
    for quota in spec.quotas:
        cited = _citation(root.at(quota.pointer))
        yield Clause(*draft, quota.id, None, cited, quota.pointer, quota)
    limits = {limit.pointer: limit for each in spec.operations.values() for limit in each.rate_limits}
    shared = (limit for limit in limits.values() if _is_of_all(limit) and spec.lifecycle is not None)
    for number, limit in enumerate(shared, start=1):
        cited = _citation(root.at(limit.pointer))
        yield Clause(*draft, f"rate-limit-{number}", None, cited, limit.pointer, limit)


def _is_of_all(limit: RateLimit) -> bool:
    return limit.pointer.startswith("/x-rate-limits/")


def _citation(*places: Place) -> Citation:
    """Who says so, at the first place that cites anybody for it; nobody has to."""
    for each in places:
        if CITED_AS in each.node.get("x-cites", {}):
            return each.cite(CITED_AS)
    return _ASSUMED
