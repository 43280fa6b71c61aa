"""What operations say of their own parameters, members, paths and answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from openapi.coherence.found import Mistake, unknown
from openapi.document import follow, get, join
from openapi.members import item_parts, marked, members
from openapi.model import Action, Operation, Spec
from openapi.operations import JSON_TYPE

OF_A_TASK = frozenset({Action.SHOW, Action.LINK, Action.DOWNLOAD, Action.DELETE})
TASKS = frozenset({"task.id", "task.ids", "task.file.name"})  # of which a request about a task holds one
SINGLE = "not-older-than"  # the kind of rules that look at one parameter alone
NO_ARGUMENT = "no parameter or member of this operation"


def calls(spec: Spec) -> Iterator[Mistake]:
    """Mistakes in operations, each by itself."""
    for operation in spec.operations.values():
        yield from _path(operation)
        yield from _body(spec, operation)
        yield from _joined(spec, operation)
        yield from _about(spec, operation)
        yield from _list(operation)
        known = {member.argument for member in members(operation)}
        for name, pointer in chain(_ruled(operation), _filed(operation), _exemplified(operation)):
            yield from unknown(name, known, NO_ARGUMENT, pointer)


def _path(operation: Operation) -> Iterator[Mistake]:
    held = set(re.findall(r"\{([^{}]+)\}", operation.path))
    declared = {each.name: each for each in operation.parameters if each.where == "path"}
    for name in sorted(held - declared.keys()):
        yield operation.pointer, f"{{{name}}} of the path is missing among the parameters with `in: path`"
    for name, parameter in declared.items():
        yield from unknown(name, held, "not in the path", parameter.pointer)
        if not parameter.required:
            yield parameter.pointer, f"{name!r} stands in the path, so it has to say `required: true`"


def _body(spec: Spec, operation: Operation) -> Iterator[Mistake]:
    raw = raw_of(spec, operation)
    body, where = follow(dict(spec.document), raw.get("requestBody", {}), join(operation.pointer, "requestBody"))
    if body.get("content") and JSON_TYPE not in body["content"]:
        yield join(where, "content"), f"bodies of {', '.join(body['content'])} are not read here; {JSON_TYPE} is"


def _joined(spec: Spec, operation: Operation) -> Iterator[Mistake]:
    """Arrays in one value of the query, with commas between."""
    for parameter in operation.parameters:
        is_list = parameter.where == "query" and parameter.schema.get("type") in {"array", "object"}
        if is_list and get(spec.document, parameter.pointer).get("explode") is False:
            message = "an array in one value, with commas between, is not read here: each item has to be named anew"
            yield join(parameter.pointer, "explode"), message


def raw_of(spec: Spec, operation: Operation) -> Mapping[str, Any]:
    """An operation as the document has it."""
    path, method = operation.pointer.removeprefix("/paths/").rsplit("/", 1)
    raw: Mapping[str, Any] = spec.document["paths"][path.replace("~1", "/").replace("~0", "~")][method]
    return raw


def _about(spec: Spec, operation: Operation) -> Iterator[Mistake]:
    for phase in operation.phase_refusals.keys() - (spec.lifecycle.words.keys() if spec.lifecycle else ()):
        pointer = join(operation.pointer, "x-phases", phase)
        yield pointer, f"a task is never {phase} here: x-lifecycle has no word for it"
    for rule in operation.rules:
        if len(rule.parameters) == 1 and rule.kind != SINGLE:
            yield join(rule.pointer, "parameters"), f"a rule of the kind {rule.kind!r} is about two parameters or more"
    bound = marked(operation, "x-bind").keys() & TASKS
    if operation.action in OF_A_TASK and len(bound) != 1:
        message = f"{operation.action} is about one task: exactly one parameter or member has to be `x-bind: task.id`"
        yield join(operation.pointer, "x-action"), message
    if operation.action is Action.LINK and spec.link is None:
        yield join(operation.pointer, "x-action"), "x-link is missing at the top: nothing says how links are made"
    for kind in marked(operation, "x-resource"):
        yield from unknown(kind, spec.resources, "no resource of x-resources", operation.pointer)


def _list(operation: Operation) -> Iterator[Mistake]:
    listing = operation.listing
    if listing is None:
        if operation.action is Action.LIST:
            yield operation.pointer, "'x-listing' is missing: in which order does it list, and by which pages?"
        return
    known = {member.argument for member in members(operation)}
    sorting, paging, where = listing.sorting, listing.paging, join(operation.pointer, "x-listing")
    asked = [(each.parameter, join(each.pointer, "parameter")) for each in listing.filters]
    asked += [(getattr(sorting, part), join(sorting.pointer, part)) for part in ("by", "direction")]
    parts = ("limit", "offset", "number", "marker") if paging else ()
    asked += [(getattr(paging, part), join(where, "paging", part)) for part in parts]
    for name, pointer in asked:
        if name:
            yield from unknown(name, known, NO_ARGUMENT, pointer)
    shown = item_parts(operation.success.schema or {})
    fields = [(each.field, join(each.pointer, "field")) for each in listing.filters]
    fields += [(sorting.default_field, join(sorting.pointer, "default", "field"))]
    fields += [(field, join(sorting.pointer, "fields", word)) for word, field in sorting.fields.items()]
    for name, pointer in fields:
        yield from unknown(name, shown, "no member of the items of the answer (those below `x-each: tasks`)", pointer)


def _ruled(operation: Operation) -> Iterator[Mistake]:
    """The arguments that rules speak of, and where."""
    for rule in operation.rules:
        yield from ((name, join(rule.pointer, "parameters", i)) for i, name in enumerate(rule.parameters))
    yield from ((name, join(operation.pointer, "x-overwrites", "same")) for name in operation.overwrites)


def _filed(operation: Operation) -> Iterator[Mistake]:
    """The arguments that shape the file of a task, and where."""
    file = operation.file
    if file is None or operation.action is not Action.CREATE:
        return
    for part in ("format", "query", "limit", "syntax", "fields"):
        if getattr(file, part):
            yield getattr(file, part), join(file.pointer, part)
    if file.order:
        yield file.order, join(file.pointer, "order", "by")
    yield from ((name, join(file.pointer, "window", i)) for i, name in enumerate(file.window or ()))


def _exemplified(operation: Operation) -> Iterator[Mistake]:
    """The arguments that an example gives, and where."""
    yield from ((name, operation.pointer) for name in operation.example)
