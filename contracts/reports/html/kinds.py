"""The kinds of clauses in groups, as the columns of the matrix show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openapi.clauses import ClauseKind

OTHER = "other kinds"  # of a result that another version wrote

_FIRST: Mapping[ClauseKind, str] = {  # a kind belongs to the group that begins last before it
    ClauseKind.TYPE: "requests",
    ClauseKind.STATUS: "answers",
    ClauseKind.RATE_LIMIT: "limits",
    ClauseKind.PHASE: "lifecycle",
    ClauseKind.FILTER: "lists",
    ClauseKind.FILE: "files",
    ClauseKind.SIGNATURE: "access",
    ClauseKind.CONFORMANCE: "operations",
}


def grouped(kinds: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The kinds by their group, both in the order of the vocabulary."""
    wanted = set(kinds)
    found: dict[str, tuple[str, ...]] = {}
    group = OTHER
    for kind in ClauseKind:
        group = _FIRST.get(kind, group)
        if kind.value in wanted:
            found[group] = (*found.get(group, ()), kind.value)
    strange = tuple(sorted(wanted - {kind.value for kind in ClauseKind}))
    return found | ({OTHER: strange} if strange else {})
