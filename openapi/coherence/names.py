"""Whether what answers, files, links and ids are to say is something that is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from openapi.coherence.found import Mistake, unknown
from openapi.coherence.nodes import nodes
from openapi.document import join
from openapi.members import members
from openapi.model import Spec

PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}:]*)(?::[^{}]*)?\}|([{}])")
IDS = frozenset({"uuid", "hex24", "hex32", "number"})  # parts of ids
OF_TASKS = frozenset(
    {"task.id", "task.phase", "task.progress", "task.created", "task.started", "task.updated", "task.ended"}
    | {"task.ends", "task.expires", "task.file.name", "task.file.size", "task.format", "task.rows", "task.link"}
    | {"task.downloaded", "task.failure.code", "task.failure.message", "tasks.count", "tasks.last"}
)
OF_CALLS = frozenset(
    {"request.id", "now", "error.code", "error.message", "error.title"}
    | {"account.number", "account.name", "account.domain", "account.project", "project.id", "project.name"}
    | {"token.value", "token.issued", "token.expires"}
)
OF_REQUESTS = frozenset({"task.ids", "user.domain", "user.name", "user.password"})
NAMES = OF_TASKS | OF_CALLS  # what an answer can say


def names(spec: Spec) -> Iterator[Mistake]:
    """Mistakes in names that values are bound to, and in texts with placeholders."""
    arguments = {each.argument for operation in spec.operations.values() for each in members(operation)}
    for pointer, node in nodes(spec.document):
        if isinstance(node.get("x-bind"), str):
            where = join(pointer, "x-bind")
            yield from _name(node["x-bind"], arguments, where, NAMES | OF_REQUESTS)
            if node["x-bind"] == "task.link" and spec.link is None:
                yield where, "x-link is missing at the top: nothing says how links are made"
        if isinstance(node.get("x-value"), str):
            yield from _text(node["x-value"], arguments, join(pointer, "x-value"))
        if isinstance(node.get("x-file"), Mapping):
            for part in node["x-file"].keys() & {"name", "member"}:
                yield from _text(node["x-file"][part], arguments, join(pointer, "x-file", part))
    yield from _id(spec.request_id, "/x-request-id/form")
    if spec.lifecycle:
        yield from _id(spec.lifecycle.task_id, "/x-lifecycle/task-id")
        if not _placeholders(spec.lifecycle.task_id):
            yield "/x-lifecycle/task-id", f"all tasks would have one id: it has to hold one of {_spelled(IDS)}"


def _name(name: str, arguments: set[str], pointer: str, known: frozenset[str] = NAMES) -> Iterator[Mistake]:
    kind, _, argument = name.partition(".")
    if kind in {"argument", "parameter"}:
        yield from unknown(argument, arguments, "no parameter or member of any operation", pointer)
    else:
        yield from unknown(name, known, "no name of a value", pointer)


def _text(text: str, arguments: set[str], pointer: str) -> Iterator[Mistake]:
    for name in _placeholders(text):
        yield from _name(name, arguments, pointer)


def _id(form: str, pointer: str) -> Iterator[Mistake]:
    for name in _placeholders(form):
        if name not in IDS:
            yield pointer, f"{{{name}}} is no part of an id; there are {_spelled(IDS)}"


def _placeholders(text: str) -> list[str]:
    """The names between braces; a brace without a partner is one that has no name."""
    return [found[1] or found[2] or "" for found in PLACEHOLDER.finditer(text) if found[0] not in {"{{", "}}"}]


def _spelled(parts: frozenset[str]) -> str:
    return ", ".join(f"{{{part}}}" for part in sorted(parts))
