"""What a server may get wrong about files and the links to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.mutation.defects import access
from contracts.mutation.defects import files as defects
from contracts.mutation.facts import WORD, Facts, neighbours
from contracts.mutation.mutant import Mutant
from openapi.clauses import Clause
from openapi.model import FileSpec, Link, Spec

WRITINGS = ("json-lines", "csv", "text")
ARCHIVES = ("none", "zip", "tar.gz")


def file_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Another format, archive, name or heading; an argument that does nothing."""
    fact = clause.subject.partition(".")[0]
    if clause.subject.startswith("format."):
        yield from _format(facts, clause)
    elif fact == "archive":
        yield from _archive(clause)
    elif fact == "name":
        changes = {clause.pointer: f"{WORD}-{clause.value}"}
        yield Mutant(clause, "other", f"name {WORD}-…", changes)
    elif fact == "columns":
        yield from _columns(clause)
    elif fact == "same":
        yield Mutant(clause, "changes", "the file is another one at each download", defect=defects.file_changes())
    elif fact == "edges":
        yield from _edges(clause)
    elif fact == "window":
        yield from _window(clause)
    else:
        yield from _argument(clause)


def link_mutants(_facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """A link that leads nowhere, or to a file that everybody gets."""
    link: Link = clause.detail
    if clause.subject == "scheme":
        yield Mutant(
            clause, "unsigned", "a link without a signature is good", defect=access.link_unsigned(link.operation)
        )
        yield Mutant(
            clause, "forged", "the signature of a link is not looked at", defect=access.link_forged(link.operation)
        )
    else:
        folder, _, name = link.url.rpartition("/")
        where = f"{clause.pointer.rpartition('/')[0]}/url"
        yield Mutant(clause, "elsewhere", "the link leads to another file", {where: f"{folder}/{WORD}-{name}"})
        yield Mutant(clause, "nowhere", "the link leads to no file", {where: f"{folder}/{WORD}/{name}"})


def link_expiry_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """A second more or less; twice as long."""
    seconds = int(str(clause.value))
    for name, value in (*neighbours(seconds), ("twice", 2 * seconds)):
        yield Mutant(clause, name, f"good for {seconds} -> {value} s", {clause.pointer: value})


def _format(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    file: FileSpec = clause.detail
    stated = file.formats[str(clause.value)]
    for other in [each for each in WRITINGS if each != stated and each not in file.formats.values()][:1]:
        yield Mutant(clause, "other", f"{clause.value} is written as {other}", {clause.pointer: other})
    yield Mutant(clause, "length", "Content-Length is one too many", defect=defects.wrong_length())
    yield Mutant(clause, "cut", "the file is cut short", defect=defects.cut_short())
    for bound, what in (("task.rows", "rows"), ("task.file.size", "bytes")):
        if _binds(facts.spec, bound):
            told = f"the task tells one of its {what} too many"
            yield Mutant(clause, what, told, defect=defects.told_one_more(bound))


def _archive(clause: Clause) -> Iterator[Mutant]:
    for other in ARCHIVES:
        if other != clause.value:
            yield Mutant(clause, other, f"archive {clause.value} -> {other}", {clause.pointer: other})
    if clause.value != "none":
        yield Mutant(clause, "cut", "the archive is cut short", defect=defects.cut_short())


def _columns(clause: Clause) -> Iterator[Mutant]:
    columns = list(clause.value) if isinstance(clause.value, list) else []
    yield Mutant(clause, "without-last", f"without {columns[-1]}", {clause.pointer: columns[:-1]})
    yield Mutant(clause, "renamed", f"{columns[0]} -> {WORD}", {clause.pointer: [WORD, *columns[1:]]})
    swapped = [columns[1], columns[0], *columns[2:]] if len(columns) > 1 else []
    file: FileSpec = clause.detail
    named = set(file.formats.values()) <= {"json-lines"}
    same = "each row names its own columns, and has no order" if named else ""
    if swapped:
        told = f"{columns[1]} before {columns[0]}"
        yield Mutant(clause, "swapped", told, {clause.pointer: swapped}, same=same)


def _window(clause: Clause) -> Iterator[Mutant]:
    names = list(clause.value) if isinstance(clause.value, list) else []
    yield Mutant(clause, "ignored", f"{' and '.join(map(str, names))} are ignored", {clause.pointer: None})
    turned = names[::-1]
    yield Mutant(clause, "reversed", "begin and end mean each other", {clause.pointer: turned})


def _edges(clause: Clause) -> Iterator[Mutant]:
    """A row at the very edge of the window in the file, or not."""
    stated: dict[str, Any] = dict(clause.value) if isinstance(clause.value, dict) else {}
    for edge, word in stated.items():
        other = "excluded" if word == "included" else "included"
        yield Mutant(clause, edge, f"{edge}: {word} -> {other}", {f"{clause.pointer}/{edge}": other})


def _argument(clause: Clause) -> Iterator[Mutant]:
    value: Any = clause.value
    name = value["by"] if isinstance(value, dict) else value
    is_single = clause.subject == "format" and len(clause.detail.formats) == 1
    same = "there is one format alone" if is_single else ""
    yield Mutant(clause, "ignored", f"{name} is ignored", {clause.pointer: None}, same=same)
    if isinstance(value, dict) and "descending" in value:
        changes = {f"{clause.pointer}/descending": WORD}
        yield Mutant(clause, "one-way", f"{name} is always taken as ascending", changes)


def _binds(spec: Spec, name: str) -> bool:
    return any(f"'x-bind': '{name}'" in str(each.success.schema) for each in spec.operations.values())
