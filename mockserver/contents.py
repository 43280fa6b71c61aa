"""What does a request carry, before anybody knows whether it is valid?"""

from __future__ import annotations

import json
from dataclasses import dataclass

from openapi.messages import Request
from openapi.model import Json, Operation, Spec
from openapi.routing import FORM, fields

DEEPEST = 100  # nested, of a body that is looked into


@dataclass(frozen=True, slots=True)
class Contents:
    """The names of a query, and a body; None where it cannot be read."""

    query: tuple[str, ...]
    body: Json


def contents_of(request: Request, spec: Spec, operation: Operation) -> Contents:
    """What a request carries, if it is meant for an operation; common parameters aside."""
    rules = spec.addressing
    if rules is not None and operation.action_name and (request.method == "GET" or is_form(request)):
        if is_mislabelled(request):
            return Contents((), None)
        common = {*rules.common_parameters, rules.action_parameter, rules.version_parameter}
        return Contents((), {name.partition(".")[0]: value for name, value in fields(request) if name not in common})
    return Contents(tuple(name for name, _ in request.pairs()), _json(request.body))


def is_form(request: Request) -> bool:
    """Whether a body says that it is a form."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def is_mislabelled(request: Request) -> bool:
    """Whether a body is called a form, as some clients call everything, but is an object of JSON."""
    return is_form(request) and request.body.lstrip().startswith(b"{")


def _json(body: bytes) -> Json:
    if not body.strip():
        return {}
    try:
        found: Json = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if _is_flat(found) else None


def _is_flat(value: Json) -> bool:
    layer = [value]
    for _ in range(DEEPEST):
        layer = [
            inner
            for each in layer
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not layer:
            return True
    return False
