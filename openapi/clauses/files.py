"""What is stated about the file of a task, and about the link to it."""

from __future__ import annotations

from collections.abc import Iterator

from openapi.clauses.clause import Clause, ClauseKind
from openapi.clauses.place import Place
from openapi.model import Citation, FileSpec, Operation, Spec, Transfer

# `rows` and `member` say how the mock makes its files; the rest is what a client sees of them.
FACTS = ("archive", "name", "columns", "format", "window", "edges", "fields", "query", "limit", "order")
_SAME = Citation(None, "", "no page says that a file stays as it is once it was made")


def file_clauses(spec: Spec, operation: str, owner: Place, file: FileSpec | None) -> Iterator[Clause]:
    """One clause per format and per fact of a file; of a creator, or of all (`operation` is empty)."""
    if file is None or "x-file" not in owner:
        return
    place = owner.step("x-file")
    for word in file.formats:
        pointer, citation = place.where("formats", word), place.cite("formats")
        yield Clause(spec.name, operation, ClauseKind.FILE, f"format.{word}", word, citation, pointer, file)
    for fact in FACTS:
        if fact in place:
            value, pointer = place.node[fact], place.where(fact)
            yield Clause(spec.name, operation, ClauseKind.FILE, fact, value, place.cite(fact), pointer, file)
    yield Clause(spec.name, operation, ClauseKind.FILE, "same", None, _SAME, place.pointer, file)


def link_clauses(spec: Spec, root: Place) -> Iterator[Clause]:
    """That there is a link to the file, that it is signed, and for how long it is good."""
    link = spec.link
    if link is None:
        return
    place = root.step("x-link")
    yield Clause(spec.name, "", ClauseKind.LINK, "", link.operation, place.cite("url"), place.where("operation"), link)
    pointer, citation = place.where("scheme"), place.cite("scheme")
    yield Clause(spec.name, "", ClauseKind.LINK, "scheme", link.scheme, citation, pointer, link)
    pointer, citation = place.where("seconds"), place.cite("seconds")
    yield Clause(spec.name, "", ClauseKind.LINK_EXPIRY, "", link.seconds, citation, pointer, link)


def transfer_clauses(spec: Spec, operation: Operation, place: Place) -> Iterator[Clause]:
    """What a download offers besides the whole file."""
    for transfer in Transfer:
        if transfer in operation.transfer:
            stated, kind = place.step("x-transfer"), ClauseKind(transfer.value)
            citation, pointer = stated.step(transfer.value).cite(), stated.where(transfer.value)
            yield Clause(spec.name, operation.id, kind, "", None, citation, pointer, operation)
