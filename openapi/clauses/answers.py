"""What is stated about answers: their status, headers, bodies and error codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from openapi.clauses.clause import Cause, Clause, ClauseKind
from openapi.clauses.place import Place
from openapi.clauses.reasons import api_reasons, operation_reasons
from openapi.document import join
from openapi.model import Answer, Citation, ErrorCode, Json, Operation, Spec

PARAMETER = "parameter."  # a name that stands for what the very request says
REQUEST_ID = "request.id"
REFUSAL = "refusal"
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")  # of a message: what differs from answer to answer
PARTIAL = "206"  # of a range: what `x-transfer` states, and is judged as that


def answer_clauses(spec: Spec, operation: Operation, place: Place) -> Iterator[Clause]:
    """What the documented success of an operation looks like."""
    for status in sorted(key for key in place.node["responses"] if key.startswith("2") and key != PARTIAL):
        answer = place.step("responses", status)
        pointer = join(place.pointer, "responses", status)
        subject = "" if int(status) == operation.success.status else status
        detail = operation.success
        yield Clause(spec.name, operation.id, ClauseKind.STATUS, subject, int(status), answer.cite(), pointer, detail)
        yield from _parts(_About(spec.name, operation.id, subject, detail), answer)


def refusal_clauses(spec: Spec, root: Place) -> Iterator[Clause]:
    """What refusals look like, in each of their forms."""
    for name, form in {"": spec.failure, **spec.failures}.items():
        if form.pointer:
            about = _About(spec.name, "", f"{REFUSAL}-{name}" if name else REFUSAL, form)
            yield from _parts(about, root.at(form.pointer))


@dataclass(frozen=True, slots=True)
class _About:
    """Which answer the clauses of its parts are about."""

    api: str
    operation: str
    subject: str
    answer: Answer

    def clause(self, kind: ClauseKind, name: str, value: Json, part: Place, citation: Citation) -> Clause:
        subject = ":".join(filter(None, (self.subject, name)))
        return Clause(self.api, self.operation, kind, subject, value, citation, part.pointer, self.answer)


def _parts(about: _About, answer: Place) -> Iterator[Clause]:
    for name in answer.node.get("headers", {}):
        header = answer.step("headers", name)
        value = header.node.get("x-value", header.node.get("x-bind", ""))
        if str(value).startswith(PARAMETER):
            continue  # it is promised to nobody but whoever asks for it
        kind = ClauseKind.REQUEST_ID if REQUEST_ID in str(value) else ClauseKind.HEADER
        yield about.clause(kind, name, value, header, header.cite())
    for media_type in answer.node.get("content", {}):
        content = answer.step("content", media_type)
        yield about.clause(ClauseKind.CONTENT_TYPE, "", media_type, content, _cite_type(content))
        if "schema" in content and content.step("schema").node.get("format") != "binary":
            yield from _schema(about, success_schema(content.step("schema")))


def _cite_type(content: Place) -> Citation:
    """Who says which media type it is: it by itself, its schema for a file, or the whole API for all of them."""
    if "x-cite" in content:
        return content.cite()
    if "schema" in content and content.step("schema").node.get("format") == "binary":
        return content.step("schema").cite()
    root = content.document.get("x-cites", {})
    return content.citer.cite({"x-cites": root}, "content-type") if "content-type" in root else content.cite()


def _schema(about: _About, schema: Place) -> Iterator[Clause]:
    value = schema.node.get("type", "object")
    yield about.clause(ClauseKind.RESPONSE_SCHEMA, "", value, schema, schema.cite())
    for name, part in _bound(schema, REQUEST_ID):
        yield about.clause(ClauseKind.REQUEST_ID, name, name, part, part.cite())


def success_schema(schema: Place) -> Place:
    """The schema of a success: of a `oneOf` the first, which is the success."""
    return schema.step("oneOf", 0) if "oneOf" in schema else schema


def _bound(schema: Place, bind: str) -> Iterator[tuple[str, Place]]:
    """The members of a body that hold a value, by name."""
    for name in schema.node.get("properties", {}):
        part = schema.step("properties", name)
        if part.node.get("x-bind") == bind:
            yield name, part
        else:
            yield from _bound(part, bind)


def error_clauses(spec: Spec, root: Place) -> Iterator[Clause]:
    """One clause per error code and operation that can answer it; those that belong to no operation, once."""
    meetings = {operation.id: operation_reasons(spec, operation) for operation in spec.operations.values()}
    causes: dict[tuple[str, str], list[str]] = {}  # (operation, pointer of the code): reasons
    for operation, reasons in [*meetings.items(), ("", api_reasons(spec))]:
        for reason in reasons:
            bare, _, parameter = reason.partition("/")
            try:
                code = spec.error_code(operation, bare, parameter)
            except LookupError:
                continue
            causes.setdefault((operation, code.pointer), []).append(reason if reason in code.when else bare)
    for code in spec.error_codes:
        owners = [operation for operation, pointer in causes if pointer == code.pointer] or sorted(code.operations)
        for operation in owners or [""]:
            reasons = tuple(dict.fromkeys(causes.get((operation, code.pointer), ())))
            yield _error_clause(spec, operation, root, Cause(code, reasons))
        every = (reason for (_, pointer), found in causes.items() if pointer == code.pointer for reason in found)
        yield from _message(spec, root, Cause(code, tuple(dict.fromkeys(every)) or code.when))


def _error_clause(spec: Spec, operation: str, root: Place, cause: Cause) -> Clause:
    code = cause.error_code
    subject = code.code + _distinction(spec, code)
    citation = root.at(code.pointer).cite("when")
    return Clause(spec.name, operation, ClauseKind.ERROR_CODE, subject, code.code, citation, code.pointer, cause)


def _message(spec: Spec, root: Place, cause: Cause) -> Iterator[Clause]:
    """The words of a code that a client provokes, where somebody is cited for them, or for the code with them."""
    code = cause.error_code
    place = root.at(code.pointer)
    own, said = "message" in place.node.get("x-cites", {}), place.cite("when")
    if not code.when or not (own or _says(said.quote, code.message)):
        return
    unsure = root.cite("message") if "message" in root.node.get("x-cites", {}) else None
    citation = place.cite("message") if own else unsure or said
    operation = min(code.operations) if len(code.operations) == 1 else ""
    subject, kind, pointer = code.code + _distinction(spec, code), ClauseKind.MESSAGE, join(code.pointer, "message")
    yield Clause(spec.name, operation, kind, subject, code.message, citation, pointer, cause)


def _says(quote: str, message: str) -> bool:
    """Whether a quote has all the words of a message that stand in it by themselves."""
    words = [" ".join(part.split()) for part in PLACEHOLDER.split(message)]
    return any(any(map(str.isalpha, part)) for part in words) and all(part in quote for part in words)


def _distinction(spec: Spec, code: ErrorCode) -> str:
    """What tells an entry from those of the same code at the same operations: its first reason, else its place."""
    same = [each for each in spec.error_codes if each.code == code.code and _meet(each, code)]
    if len(same) == 1:
        return ""
    first = Counter(each.when[0] for each in same if each.when)
    if code.when and first[code.when[0]] == 1:
        return f":{code.when[0]}"
    return f":{same.index(code) + 1}"


def _meet(one: ErrorCode, other: ErrorCode) -> bool:
    """Whether some operation may answer both."""
    return not (one.operations and other.operations) or bool(one.operations & other.operations)
