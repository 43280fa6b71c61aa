"""All there is to know about a clause, an error code or a reading: what `contracts explain` prints."""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from contracts.check import checks_of
from contracts.reports.places import file_name
from contracts.suite import Suite
from contracts.wording import NAMES, field
from openapi.clauses import Clause, ClauseKind
from openapi.lines import Lines
from openapi.model import Citation, ErrorCode, Reading, Spec

STANDINGS = {
    "documented": "documented: a page of the provider says so",
    "sdk": "sdk: an official client of the provider says so",
    "assumed": "assumed: nobody says so; a real server that does otherwise is not called broken",
}
SHOWN_IDS = 8
WIDTH = 100  # columns


def explanations(suite: Suite, name: str) -> list[str]:
    """Everything of that name: a clause by its id, an error code, a reading with or without its API."""
    found = [_clause(suite, clause) for clause in suite.clauses if clause.id == name]
    for spec in suite.specs.values():
        codes = [code for code in spec.error_codes if name in (code.code, f"{spec.name}/{code.code}")]
        found += [_error_code(suite, spec, code) for code in codes]
        readings = [each for each in spec.readings.values() if name in (each.id, f"{spec.name}/{each.id}")]
        found += [_reading(suite, spec, each) for each in readings]
    return found


def suggestions(suite: Suite, name: str) -> list[str]:
    """Names that look like it, those that hold it first."""
    known = {clause.id for clause in suite.clauses}
    for spec in suite.specs.values():
        known |= {code.code for code in spec.error_codes} | {f"{spec.name}/{reading}" for reading in spec.readings}
    holding = sorted((each for each in known if name.lower() in each.lower()), key=len) if name else []
    near = get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    return list(dict.fromkeys([*holding, *near]))[:3]


def _clause(suite: Suite, clause: Clause) -> str:
    spec = suite.specs[clause.api]
    same = [each.id for each in suite.clauses if _is_beside(each, clause)]
    lines = [
        clause.id,
        *_fields("states", [] if clause.value is None else [json.dumps(clause.value, ensure_ascii=False)]),
        *_fields("kind", [f"{clause.kind.value}, {_subject(clause)}"]),
        *_fields("standing", [STANDINGS[clause.standing]]),
        *_cited(clause.citation),
        *_fields("stands", [_place(spec, clause.pointer)]),
        *_judges(clause),
        *_fields("open", [f"{spec.name}/{each}: {spec.readings[each].question}" for each in clause.readings]),
        *_fields("beside", _few(same)),
    ]
    return "\n".join(lines)


def _subject(clause: Clause) -> str:
    owner = clause.operation or "the whole API"
    return f"of {clause.subject} of {owner}" if clause.subject else f"of {owner}"


def _is_beside(other: Clause, clause: Clause) -> bool:
    """Whether it says something else about the same thing."""
    same = (other.api, other.operation, other.subject) == (clause.api, clause.operation, clause.subject)
    return same and other.id != clause.id and bool(clause.subject)


def _judges(clause: Clause) -> Iterator[str]:
    """The checks that judge it, and where they stand: sentences that say what has to hold."""
    for check in checks_of(clause):
        path = inspect.getsourcefile(check.function) or ""
        _, line = inspect.getsourcelines(check.function)
        told = inspect.getdoc(check.function) or ""
        yield from _fields("judged", [f"{check.name} ({file_name(Path(path))}:{line})"])
        yield from _fields("", [" ".join(told.split())])


def _error_code(suite: Suite, spec: Spec, code: ErrorCode) -> str:
    judging = [
        clause.id
        for clause in suite.clauses
        if clause.api == spec.name and clause.kind is ClauseKind.ERROR_CODE and clause.detail.error_code is code
    ]
    lines = [
        f"{spec.name}/{code.code}",
        *_fields("status", [str(code.status)]),
        *_fields("message", [code.message] if code.message else []),
        *_fields("when", [", ".join(code.when) or "nothing a client does provokes it"]),
        *_fields("answers", [", ".join(sorted(code.operations)) or "every operation"]),
        *_cited(code.citation),
        *_fields("stands", [_place(spec, code.pointer)]),
        *_fields("clauses", _few(judging)),
    ]
    return "\n".join(lines)


def _reading(suite: Suite, spec: Spec, reading: Reading) -> str:
    changed = [clause.id for clause in suite.clauses if clause.api == spec.name and reading.id in clause.readings]
    lines = [f"{spec.name}/{reading.id}", *_fields("question", [reading.question])]
    for answer, source in reading.sources.items():
        default = " (default)" if answer == reading.default else ""
        lines += _fields("answer", [f"{answer}{default}: {source}"])
    other = next((answer for answer in reading.answers if answer != reading.default), reading.default)
    lines += _fields("choose", [f"mockserver serve --reading {spec.name}/{reading.id}={other}"])
    lines += _fields("stands", [_place(spec, reading.pointer)])
    return "\n".join([*lines, *_fields("clauses", _few(changed))])


def _cited(citation: Citation) -> Iterator[str]:
    if citation.page is None:
        yield from _fields("because", [citation.note])
        return
    page = citation.page
    yield from _fields(
        "quote" if citation.quote else "says", [f"“{citation.quote}”" if citation.quote else citation.note]
    )
    yield from _fields("page", [f"{page.title}{f', {page.date}' if page.date else ''}", page.url])


def _fields(name: str, values: Iterable[str]) -> Iterator[str]:
    """The values below each other, the first beside the name; addresses and ids are not wrapped."""
    for value in values:
        is_prose = " " in value
        yield field(name, value, WIDTH) if is_prose else textwrap.indent(value, f"  {name:<{NAMES - 2}}")
        name = ""


def _few(ids: list[str]) -> list[str]:
    more = [f"and {len(ids) - SHOWN_IDS} more"] if len(ids) > SHOWN_IDS else []
    return [*ids[:SHOWN_IDS], *more]


def _place(spec: Spec, pointer: str) -> str:
    place = Lines(Path(spec.path)).place(pointer)
    return f"{file_name(place.path)}:{place.line}  {pointer}"
