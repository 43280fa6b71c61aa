"""Clauses, error codes and readings as text: what `contracts clauses` and `contracts explain` print."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from contracts.suite import Suite
from openapi.clauses import Clause
from openapi.document import line_of
from openapi.model import Citation, ErrorCode, Json, Reading, Spec

SHORT = 48  # characters of a value in a list


def as_entry(clause: Clause) -> dict[str, Json]:
    """A clause for machines."""
    page = clause.citation.page
    return {
        "id": clause.id,
        "api": clause.api,
        "operation": clause.operation,
        "kind": clause.kind.value,
        "subject": clause.subject,
        "value": clause.value,
        "standing": clause.standing,
        "quote": clause.citation.quote,
        "note": clause.citation.note,
        "source": {"title": page.title, "url": page.url, "date": page.date} if page else None,
        "pointer": clause.pointer,
        "readings": list(clause.readings),
    }


def as_lines(found: Iterable[Clause]) -> Iterator[str]:
    """One line per clause and one for the words it is cited from; in the end, how many there are."""
    count = Counter[str]()
    for clause in found:
        count[clause.standing] += 1
        yield f"{clause.id}  {_short(clause.value)}  [{clause.standing}]"
        yield f"    {' — '.join(filter(None, _source(clause.citation)))}"
    yield ""
    yield f"{count.total()} clauses: {', '.join(f'{number} {standing}' for standing, number in count.most_common())}"


def explanations(suite: Suite, name: str) -> list[str]:
    """Everything of that name: a clause by its id, an error code, a reading with or without its API."""
    found = [_clause(suite.specs[clause.api], clause) for clause in suite.clauses if clause.id == name]
    for spec in suite.specs.values():
        found += [
            _error_code(spec, code) for code in spec.error_codes if name in (code.code, f"{spec.name}/{code.code}")
        ]
        readings = spec.readings.values()
        found += [_reading(spec, each) for each in readings if name in (each.id, f"{spec.name}/{each.id}")]
    return found


def suggestions(suite: Suite, name: str) -> list[str]:
    """Names that look like it."""
    known = {clause.id for clause in suite.clauses}
    for spec in suite.specs.values():
        known |= {code.code for code in spec.error_codes} | {f"{spec.name}/{reading}" for reading in spec.readings}
    return get_close_matches(name, known, n=3, cutoff=0.5)


def _clause(spec: Spec, clause: Clause) -> str:
    lines = [
        clause.id,
        f"  states    {json.dumps(clause.value, ensure_ascii=False)}",
        f"  standing  {clause.standing}",
        *_cited(clause.citation),
        f"  stands    {_place(spec, clause.pointer)}",
    ]
    lines += [f"  open      reading {spec.name}/{each}: {spec.readings[each].question}" for each in clause.readings]
    return "\n".join(lines)


def _error_code(spec: Spec, code: ErrorCode) -> str:
    operations = ", ".join(sorted(code.operations)) or "every operation"
    lines = [
        f"{spec.name}/{code.code}",
        f"  status    {code.status}",
        f"  message   {code.message}",
        f"  when      {', '.join(code.when) or 'nothing a client does provokes it'}",
        f"  answers   {operations}",
        *_cited(code.citation),
        f"  stands    {_place(spec, code.pointer)}",
    ]
    return "\n".join(lines)


def _reading(spec: Spec, reading: Reading) -> str:
    lines = [f"{spec.name}/{reading.id}", f"  question  {reading.question}"]
    for answer, source in reading.sources.items():
        default = " (default)" if answer == reading.default else ""
        lines.append(f"  answer    {answer}{default}: {source}")
    return "\n".join([*lines, f"  stands    {_place(spec, reading.pointer)}"])


def _source(citation: Citation) -> tuple[str, str]:
    """What is said, and where; nowhere, when it is assumed."""
    if citation.page is None:
        return f"assumed: {citation.note}", ""
    return f"“{citation.quote}”" if citation.quote else citation.note, f"{citation.page.title}, {citation.page.url}"


def _cited(citation: Citation) -> list[str]:
    said, page = _source(citation)
    return [f"  source    {said}", *([f"  page      {page}"] if page else [])]


def _place(spec: Spec, pointer: str) -> str:
    path = Path(spec.path)
    return f"{path.name}:{line_of(path, pointer)}  {pointer}"


def _short(value: Json) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= SHORT else f"{shown[: SHORT - 1]}…"
