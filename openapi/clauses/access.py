"""What is stated about who may call, and how calls are addressed."""

from __future__ import annotations

from collections.abc import Iterator

from openapi.clauses.clause import Clause, ClauseKind
from openapi.clauses.place import Place
from openapi.model import Spec


def access_clauses(spec: Spec, root: Place) -> Iterator[Clause]:
    """Schemes, clock skew, locks and tokens; how an action and a version are named; how large a request may be."""
    yield from _authentication(spec, root)
    yield from _addressing(spec, root)
    for size in spec.sizes:
        place = root.at(size.pointer)
        subject = f"{size.of}.{size.scheme}" if size.scheme else size.of
        kind = ClauseKind.SIZE
        yield Clause(spec.name, "", kind, subject, size.limit, place.cite("limit"), place.where("limit"), size)


def _authentication(spec: Spec, root: Place) -> Iterator[Clause]:
    stated, place = spec.authentication, root.step("x-authentication")
    for index, scheme in enumerate(stated.schemes):
        pointer, citation = place.where("schemes", index), place.cite("schemes")
        yield Clause(spec.name, "", ClauseKind.SIGNATURE, scheme, scheme, citation, pointer, stated)
    for keyword, kind, fact in (
        ("skew", ClauseKind.SKEW, "seconds"),
        ("lock", ClauseKind.LOCK, "failures"),
        ("lock", ClauseKind.LOCK, "seconds"),
        ("token", ClauseKind.TOKEN, "seconds"),
    ):
        if keyword in place:
            part = place.step(keyword)
            value, subject = part.node[fact], fact if keyword == "lock" else ""
            yield Clause(spec.name, "", kind, subject, value, part.cite(fact), part.where(fact), stated)


def _addressing(spec: Spec, root: Place) -> Iterator[Clause]:
    if spec.addressing is None:
        return
    place, detail, kind = root.step("x-addressing"), spec.addressing, ClauseKind.ADDRESSING
    action = place.step("action")
    value = action.node["header"]
    yield Clause(spec.name, "", kind, "action", value, action.cite("header"), action.where("header"), detail)
    version = place.step("version")
    value = version.node["value"]
    yield Clause(spec.name, "", kind, "version", value, version.cite("value"), version.where("value"), detail)
    for index, method in enumerate(detail.methods):
        pointer, citation = place.where("methods", index), place.cite("methods")
        yield Clause(spec.name, "", kind, method, method, citation, pointer, detail)
