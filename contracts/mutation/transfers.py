"""What a server may get wrong about downloads, deletions, and what it tells of a task in which phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.mutation.defects import files as defects
from contracts.mutation.defects import lives
from contracts.mutation.facts import WORD, Facts
from contracts.mutation.mutant import Mutant
from openapi.clauses import Clause
from openapi.model import Action, Json, Phase

OWN_WORDS = frozenset({"x-bind", "x-in", "x-otherwise", "x-time", "x-zone", "x-spelling", "x-value", "properties"})


def member_in_phase_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """Told all the time; not told when it ought to be."""
    owner = clause.pointer.rpartition("/")[0]
    phases = list(clause.value) if isinstance(clause.value, list) else []
    yield Mutant(clause, "always", f"{clause.subject} is told in every phase", {owner: _constant(clause.detail)})
    other = next(each.value for each in Phase if each.value not in phases)
    yield Mutant(clause, "never", f"{clause.subject} is told only while {other}", {clause.pointer: [other]})


def download_flag_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """Marked before the file was fetched; never marked."""
    owner = clause.pointer.rpartition("/")[0]
    for name, value in (("always", True), ("never", False)):
        told = f"{clause.subject} is {name} told to be downloaded"
        yield Mutant(clause, name, told, {owner: _constant(clause.detail, value)})


def deletion_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """What is deleted stays: all of it, in the list alone, or the file alone."""
    operation = facts.operation(clause)
    if clause.subject == "file":
        download = next(each for each in facts.spec.operations.values() if each.action is Action.DOWNLOAD)
        told = "the file of a deleted task can still be fetched"
        yield Mutant(clause, "kept", told, defect=lives.anything_exists(download.id))
        return
    show = {f"{operation.pointer}/x-action": Action.SHOW.value}
    yield Mutant(clause, "kept", "what is deleted stays", show)
    actions = {each.action: each for each in facts.spec.operations.values()}
    if Action.LIST in actions:
        yield Mutant(clause, "listed", "what was listed stays in the list", defect=lives.deleted_stays_listed())
    if Action.SHOW in actions:
        told = "what is deleted is shown as it last was"
        yield Mutant(clause, "shown", told, defect=lives.anything_exists(actions[Action.SHOW].id))


def ranges_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """No parts; parts that begin a byte too late; a part behind the end."""
    yield from _not_offered(facts, clause)
    operation = clause.operation
    yield Mutant(clause, "off-by-one", "a part lacks its first byte", defect=defects.part_lacks_a_byte(operation))
    told = "a part behind the end is answered with the whole file"
    yield Mutant(clause, "beyond", told, defect=defects.part_beyond_the_end(operation))


def conditions_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """No conditions; one of them alone is not looked at."""
    yield from _not_offered(facts, clause)
    for name in ("if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range"):
        told = f"{name} is not looked at"
        yield Mutant(clause, f"no-{name}", told, defect=defects.header_ignored(clause.operation, name))


def head_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """HEAD is not answered, or in another type."""
    yield from _not_offered(facts, clause)
    yield Mutant(
        clause, "type", "HEAD tells another content type", defect=defects.head_of_another_type(clause.operation)
    )


def _not_offered(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    owner = clause.pointer.rpartition("/")[0]
    alone = len([key for key in facts.stated(owner) if not key.startswith("x-")]) == 1
    changes: dict[str, Any] = {owner if alone else clause.pointer: None}
    yield Mutant(clause, "none", f"{clause.kind} -> none", changes)


def _constant(schema: Mapping[str, Any], value: Json = None) -> dict[str, Any]:
    """The schema of a member that always has the same value of its type."""
    kept = {key: each for key, each in schema.items() if key not in OWN_WORDS}
    if isinstance(value, bool) and schema.get("type") != "boolean":
        value = int(value) if schema.get("type") == "integer" else str(value).lower()
    if value is None:
        value = {"integer": 1, "boolean": True}.get(str(schema.get("type")), WORD)
    return {**kept, "x-value": value}
