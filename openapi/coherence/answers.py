"""Whether what stands in answers is there to be said, and is of the type that they have for it."""

from __future__ import annotations

from collections.abc import Iterator

from openapi.coherence.found import Mistake
from openapi.document import join
from openapi.members import members
from openapi.model import Action, Answer, Schema, Spec

MOMENTS = frozenset(
    {"now", "task.created", "task.started", "task.updated", "task.ended", "task.ends", "task.expires"}
    | {"token.issued", "token.expires"}
)
NUMBERS = frozenset({"task.progress", "task.file.size", "task.rows", "tasks.count"})
FLAGS = frozenset({"task.downloaded"})
AS_DIGITS = frozenset(
    {"task.id", "tasks.last", "account.number", "error.code"}
)  # texts that may be written as a number
# Headers that answers have whatever a spec says.
SENT = frozenset({"accept-ranges", "content-length", "content-range", "content-type", "date", "etag", "last-modified"})
SAYS = frozenset({"x-bind", "x-value", "x-each", "default", "x-otherwise", "nullable"})


def answers(spec: Spec) -> Iterator[Mistake]:
    """Mistakes in what operations answer, and in the forms of refusals."""
    creators = [each for each in spec.operations.values() if each.action is Action.CREATE]
    known = {each.argument for operation in creators for each in members(operation)}  # which a task is kept with
    forms = [operation.success for operation in spec.operations.values()]
    for form in {id(each): each for each in (*forms, *spec.refusals)}.values():
        yield from _form(spec, form, known)


def _form(spec: Spec, form: Answer, known: set[str]) -> Iterator[Mistake]:
    for name, header in form.headers.items():
        where = join(form.pointer, "headers", name)
        if not SAYS & header.keys() and name not in SENT:
            yield where, f"neither x-bind nor x-value says what the header {name} is"
        yield from _type(spec, header, where)
    if form.schema is not None:
        yield from _object(form.schema, form.pointer)
        yield from _members(spec, form.schema, form.pointer, known)


def _object(schema: Schema, pointer: str) -> Iterator[Mistake]:
    """What is no object whose members stand there."""
    if "x-each" in schema:
        yield (
            pointer,
            "this answer is an array itself, which is not written here: it has to be an object that holds one",
        )
    elif "allOf" in schema and "properties" not in schema:
        yield pointer, "`allOf` of an answer is not read here: its members have to stand in one `properties`"


def _members(spec: Spec, schema: Schema, pointer: str, known: set[str]) -> Iterator[Mistake]:
    for name, part in schema.get("properties", {}).items():
        has_value = SAYS & part.keys() or "properties" in part or name in known
        if name in schema.get("required", ()) and not has_value:
            message = f"{name!r} is required in this answer, and neither x-bind nor x-value nor default says what it is"
            yield pointer, message
        yield from _type(spec, part, pointer, name)
        yield from _members(spec, part, pointer, known)
    if "items" in schema and "allOf" in schema["items"] and "properties" not in schema["items"]:
        yield from _object(schema["items"], pointer)
    if "x-each" in schema:  # other lists are empty, or echo what a request held
        yield from _members(spec, schema["items"], pointer, known)


def _type(spec: Spec, schema: Schema, pointer: str, name: str = "") -> Iterator[Mistake]:
    """What is bound to a member that has another type."""
    bound, kind = schema.get("x-bind", ""), schema.get("type")
    if not bound or kind is None or bound.startswith(("argument.", "parameter.")) or "x-spelling" in schema:
        return
    about = f"{name!r}: {bound}" if name else bound
    if bound in MOMENTS:
        if "x-time" not in schema:
            yield pointer, f"{about} is a moment: `x-time` has to say how it is written"
    elif bound in NUMBERS:
        if kind not in {"integer", "number"}:
            yield pointer, f"{about} is a number, and {kind} is asked for; `x-spelling` would make a text of it"
    elif bound in FLAGS:
        if kind != "boolean":
            yield pointer, f"{about} is true or false, and {kind} is asked for"
    elif kind != "string" and not (bound in AS_DIGITS and _is_number(spec, bound)):
        yield pointer, f"{about} is a text, and {kind} is asked for"


def _is_number(spec: Spec, bound: str) -> bool:
    if bound == "error.code":
        return all(each.code.isdecimal() for each in spec.error_codes)
    is_task = bound in {"task.id", "tasks.last"}
    return not is_task or (spec.lifecycle is not None and spec.lifecycle.task_id == "{number}")
