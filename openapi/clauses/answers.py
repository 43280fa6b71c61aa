"""What is stated about answers: their status, headers, bodies and error codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from openapi.clauses.clause import Cause, Clause, ClauseKind
from openapi.clauses.place import Place
from openapi.clauses.reasons import api_reasons, operation_reasons
from openapi.document import join
from openapi.model import ErrorCode, Operation, Spec

REQUEST_ID = "request.id"


def answer_clauses(spec: Spec, operation: Operation, place: Place) -> Iterator[Clause]:
    """What the documented success of an operation looks like."""
    for status in sorted(key for key in place.node["responses"] if key.startswith("2")):
        answer = place.step("responses", status)
        pointer = join(place.pointer, "responses", status)
        subject = "" if int(status) == operation.success.status else status
        detail = operation.success
        yield Clause(spec.name, operation.id, ClauseKind.STATUS, subject, int(status), answer.cite(), pointer, detail)
        yield from _parts(spec, operation.id, subject, answer)


def refusal_clauses(spec: Spec, root: Place) -> Iterator[Clause]:
    """What every refusal looks like."""
    if spec.failure.pointer:
        yield from _parts(spec, "", "refusal", root.at(spec.failure.pointer))


def _parts(spec: Spec, operation: str, subject: str, answer: Place) -> Iterator[Clause]:
    detail = spec.operations[operation].success if operation else spec.failure
    for name in answer.node.get("headers", {}):
        header = answer.step("headers", name)
        value = header.node.get("x-value", header.node.get("x-bind", ""))
        kind = ClauseKind.REQUEST_ID if REQUEST_ID in str(value) else ClauseKind.HEADER
        about = f"{subject}:{name}" if subject else name
        yield Clause(spec.name, operation, kind, about, value, header.cite(), header.pointer, detail)
    for media_type in answer.node.get("content", {}):
        content = answer.step("content", media_type)
        cited = content.step("schema").cite() if "schema" in content else content.cite()
        pointer = content.pointer
        yield Clause(spec.name, operation, ClauseKind.CONTENT_TYPE, subject, media_type, cited, pointer, detail)
        if "schema" in content and content.step("schema").node.get("format") != "binary":
            yield from _schema(spec, operation, subject, _success(content.step("schema")))


def _schema(spec: Spec, operation: str, subject: str, schema: Place) -> Iterator[Clause]:
    detail = spec.operations[operation].success if operation else spec.failure
    kind, value = ClauseKind.RESPONSE_SCHEMA, schema.node.get("type", "object")
    yield Clause(spec.name, operation, kind, subject, value, schema.cite(), schema.pointer, detail)
    for name, part in _bound(schema, REQUEST_ID):
        about = f"{subject}:{name}" if subject else name
        yield Clause(spec.name, operation, ClauseKind.REQUEST_ID, about, name, part.cite(), part.pointer, detail)


def _success(schema: Place) -> Place:
    """Of a `oneOf` the first, which is the success."""
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


def _error_clause(spec: Spec, operation: str, root: Place, cause: Cause) -> Clause:
    code = cause.error_code
    subject = code.code + _distinction(spec, code)
    citation = root.at(code.pointer).cite("code")
    return Clause(spec.name, operation, ClauseKind.ERROR_CODE, subject, code.code, citation, code.pointer, cause)


def _distinction(spec: Spec, code: ErrorCode) -> str:
    """What tells an entry from the others of the same code: its first reason, else its place among them."""
    same = [each for each in spec.error_codes if each.code == code.code]
    if len(same) == 1:
        return ""
    first = Counter(each.when[0] for each in same if each.when)
    if code.when and first[code.when[0]] == 1:
        return f":{code.when[0]}"
    return f":{same.index(code) + 1}"
