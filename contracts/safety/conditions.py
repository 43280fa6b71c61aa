"""What a creation asks for, read back from the request that is about to be sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from contracts.calls.composing import FORM_TYPE
from openapi.members import Member, members
from openapi.messages import Request
from openapi.model import Json, Operation

LONGEST = 4096  # characters of one condition that are kept, as JSON


def conditions_of(operation: Operation, request: Request) -> dict[str, Json]:
    """The documented arguments that a request carries in its query and its body, and what its path names.

    Headers and the caller's own project are left out, and so is what is too long to be kept, or nowhere documented.
    """
    known = {each.argument: each for each in members(operation) if len(each.steps) == 1 and _is_condition(each)}
    pairs = [*request.pairs(), *_form(request)]
    found = {**_in_path(operation, request), **_in_pairs(pairs, known), **_in_body(request)}
    return {name: value for name, value in found.items() if name in known and len(json.dumps(value)) <= LONGEST}


def _is_condition(member: Member) -> bool:
    return member.where != "header" and not member.schema.get("x-tenant")


def _in_path(operation: Operation, request: Request) -> dict[str, Json]:
    """The segments that stand where the documented path has a parameter."""
    names, given = operation.path.split("/"), request.path.split("/")
    if len(names) != len(given):
        return {}
    return {name[1:-1]: text for name, text in zip(names, given, strict=True) if name.startswith("{")}


def _in_pairs(pairs: Iterable[tuple[str, str]], known: Mapping[str, Member]) -> dict[str, Json]:
    """The arguments of a query or a form; the items of an array stand there one by one, with or without a number."""
    found: dict[str, Json] = {}
    for name, text in pairs:
        argument, _, rest = name.partition(".")
        schema = known[argument].schema if argument in known else {}
        if schema.get("type") == "array" and (not rest or rest.isdecimal()):
            items = found.setdefault(argument, [])
            assert isinstance(items, list)
            items.append(_typed(text, schema.get("items", {})))
        elif not rest:
            found[argument] = _typed(text, schema)
    return found


def _in_body(request: Request) -> dict[str, Json]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _form(request: Request) -> list[tuple[str, str]]:
    if not request.headers.get("content-type", "").startswith(FORM_TYPE):
        return []
    return parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)


def _typed(text: str, schema: Mapping[str, Json]) -> Json:
    """Text as the number or the truth value that its schema asks for; else as it is."""
    if schema.get("type") not in {"integer", "boolean"}:
        return text
    try:
        value: Json = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int) else text
