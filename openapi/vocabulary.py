"""Whether a document uses the `x-` keywords as `vocabulary.schema.json` describes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from openapi.document import HERE, Document, SpecError, join, line_of
from openapi.objections import hint, objection

OPERATION = re.compile(r"/paths/[^/]+/(get|put|post|delete|patch|head|options)")
DATA = frozenset({"example", "examples", "default", "enum"})  # whose content is the provider's, not the spec's
NAMED = frozenset({"properties", "headers"})  # whose keys are the provider's names


def check(document: Document, path: Path) -> None:
    """Raise SpecError, with the place and what would be right, for the first keyword that is unknown or misused."""
    for pointer, message in _mistakes(document, ""):
        line = f":{line_of(path, pointer)}"
        raise SpecError(f"{path}{line}: {message} (at {pointer})")


def _mistakes(node: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _mistakes(item, join(pointer, index))
    elif isinstance(node, dict):
        place = _place(pointer)
        for key, value in node.items():
            where = join(pointer, key)
            if isinstance(key, str) and key.startswith("x-") and pointer.rpartition("/")[2] not in NAMED:
                yield from _misuse(key, value, where, place)
            elif key not in DATA:
                yield from _mistakes(value, where)


def _misuse(key: str, value: object, pointer: str, place: str) -> Iterator[tuple[str, str]]:
    known = _keywords(place)
    if key not in known:
        yield pointer, f"unknown keyword {key}{hint(key, known)}"
        return
    for error in _validator(place, key).iter_errors(value):
        said, member = objection(error, {**known[key], "$defs": _described()["$defs"]})
        yield join(pointer, *error.instance_path, *([member] if member else [])), f"{key}: {said}"


def _place(pointer: str) -> str:
    if not pointer:
        return "root"
    return "operation" if OPERATION.fullmatch(pointer) else "part"


@cache
def _keywords(place: str) -> Mapping[str, Any]:
    """The schemas of those that may stand there."""
    described = _described()
    known: Mapping[str, Any] = described["anywhere"] | described[place]
    return known


@cache
def _validator(place: str, key: str) -> Draft202012Validator:
    return Draft202012Validator({**_keywords(place)[key], "$defs": _described()["$defs"]})


@cache
def _described() -> dict[str, Any]:
    described: dict[str, Any] = json.loads((HERE / "vocabulary.schema.json").read_text(encoding="utf-8"))
    return described
