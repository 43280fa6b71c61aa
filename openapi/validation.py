"""Whether a value is what its schema asks for, and if not, for which reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from jsonschema_rs import Draft4Validator, ValidationError

from openapi.model import Json, Schema
from openapi.reasons import Reason

Path = tuple[str | int, ...]

_REASONS: Mapping[str, Reason] = {
    "required": Reason.MISSING_PARAMETER,
    "dependencies": Reason.MISSING_PARAMETER,
    "additionalProperties": Reason.UNKNOWN_PARAMETER,
    "type": Reason.WRONG_TYPE,
    "enum": Reason.NOT_IN_ENUM,
    "minimum": Reason.OUT_OF_RANGE,
    "maximum": Reason.OUT_OF_RANGE,
    "exclusiveMinimum": Reason.OUT_OF_RANGE,
    "exclusiveMaximum": Reason.OUT_OF_RANGE,
    "multipleOf": Reason.OUT_OF_RANGE,
    "minLength": Reason.WRONG_LENGTH,
    "maxLength": Reason.WRONG_LENGTH,
    "minItems": Reason.WRONG_LENGTH,
    "maxItems": Reason.WRONG_LENGTH,
    "uniqueItems": Reason.WRONG_LENGTH,
    "minProperties": Reason.WRONG_LENGTH,
    "maxProperties": Reason.WRONG_LENGTH,
    "pattern": Reason.WRONG_FORMAT,
    "format": Reason.WRONG_FORMAT,
}
_RANK = {reason: rank for rank, reason in enumerate(dict.fromkeys([*_REASONS.values(), Reason.INVALID]))}

# What OpenAPI calls int32 and int64; an integer without a format is taken to fit into the wider one.
_INTEGERS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FORMATS = {"uuid": lambda text: _UUID.fullmatch(text) is not None}

_SINGLE = frozenset({"items", "additionalProperties", "not"})  # keywords that hold a schema
_LISTS = frozenset({"allOf", "anyOf", "oneOf"})  # … several
_NAMED = frozenset({"properties", "patternProperties", "definitions"})  # … several, by name
_LONGEST_MESSAGE = 200  # characters


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a value."""

    reason: Reason
    path: Path  # to the member that is wrong, missing or not known; empty: the value itself
    message: str  # one sentence, in English
    value: Json  # that stands there; None where something is missing

    @property
    def parameter(self) -> str:
        """The name on the wire of the outermost member concerned; empty for the value itself."""
        return str(self.path[0]) if self.path else ""


class Validator:
    """A schema, compiled once."""

    __slots__ = ("_compiled",)

    def __init__(self, schema: Schema) -> None:
        self._compiled = Draft4Validator(dict(schema), formats=_FORMATS, validate_formats=True)

    def is_valid(self, value: Json) -> bool:
        """Whether `value` is what the schema asks for, text that is no Unicode aside. Never raises."""
        try:
            return self._compiled.is_valid(value)
        except (ValueError, RecursionError):  # text that is no Unicode, or nested too deeply
            return False

    def problems(self, value: Json) -> list[Problem]:
        """Everything that is wrong with `value`: what is missing first, then what is unknown, then the rest."""
        try:
            if self._compiled.is_valid(value) and _is_text(value):
                return []
            found = [problem for error in self._compiled.iter_errors(value) for problem in _explain(error, value)]
        except (ValueError, RecursionError):
            found = []
        return sorted([*found, *_unreadable(value, ())], key=lambda problem: _RANK[problem.reason])


def validator(schema: Schema, *, unknown_members: Literal["refuse", "ignore"] = "ignore") -> Validator:
    """The validator of an OpenAPI 3.0 schema whose references are resolved.

    An integer is an integer: neither `true` nor `1.0` is one, and it fits into 64 bits. Formats are checked.
    `unknown_members` says what becomes of members that an object with `properties` does not name, where the schema
    leaves that open.
    """
    return Validator(_translate(schema, closed=unknown_members == "refuse"))


def _translate(schema: Any, *, closed: bool) -> Any:
    """The OpenAPI 3.0 schema as JSON Schema draft 4, whose idea of integers and bounds OpenAPI shares."""
    if not isinstance(schema, Mapping):
        return schema
    plain = {key: _inside(key, value, closed=closed) for key, value in schema.items() if _is_rule(key)}
    if "const" in plain:
        plain["enum"] = [plain.pop("const")]
    if plain.get("type") == "integer":
        plain = _bounded(plain)
    if "allOf" in plain and closed:
        plain = _closed_as_one(plain, schema["allOf"])
    if closed and "properties" in plain:
        plain.setdefault("additionalProperties", False)
    return _nullable(plain) if schema.get("nullable") else plain


def _closed_as_one(plain: dict[str, Any], parts: Sequence[Any]) -> dict[str, Any]:
    """Together the parts know a member, which each by itself would refuse."""
    known: dict[str, Any] = {}
    for part, translated in zip(parts, plain["allOf"], strict=True):
        known |= {name: {} for name in translated.get("properties", ())}
        if "additionalProperties" not in part:
            translated.pop("additionalProperties", None)
    return {**plain, "properties": {**known, **plain.get("properties", {})}} if known else plain


def _is_rule(key: str) -> bool:
    return not key.startswith("x-") and key not in {"nullable", "example", "default", "description", "discriminator"}


def _inside(key: str, value: Any, *, closed: bool) -> Any:
    if key in _SINGLE:
        return _translate(value, closed=closed)
    if key in _LISTS:
        return [_translate(each, closed=closed) for each in value]
    if key in _NAMED:
        return {name: _translate(each, closed=closed) for name, each in value.items()}
    return value


def _bounded(plain: dict[str, Any]) -> dict[str, Any]:
    lowest, highest = _INTEGERS.get(plain.get("format", "int64"), _INTEGERS["int64"])
    return {"minimum": lowest, "maximum": highest, **plain}


def _nullable(plain: dict[str, Any]) -> dict[str, Any]:
    if "type" in plain:
        plain["type"] = [plain["type"], "null"]
    if "enum" in plain:
        plain["enum"] = [*plain["enum"], None]
    return plain


def _explain(error: ValidationError, value: Json) -> Iterator[Problem]:
    keyword = error.schema_path[-1] if error.schema_path else ""
    reason = _REASONS.get(str(keyword), Reason.INVALID)
    path = tuple(error.instance_path)
    if keyword == "required":
        name = str(error.kind.as_dict()["property"])
        yield Problem(reason, (*path, name), f"{_name((*path, name))} is missing", None)
    elif keyword == "additionalProperties":
        for name in error.kind.as_dict()["unexpected"]:
            member = _at(value, (*path, name))
            yield Problem(reason, (*path, name), f"{_name((*path, name))} is not known here", member)
    else:
        message = error.message if len(error.message) <= _LONGEST_MESSAGE else error.message[:_LONGEST_MESSAGE] + "…"
        yield Problem(reason, path, f"{_name(path)}: {message}", _at(value, path))


def _is_text(value: Json) -> bool:
    """Whether all text in it is Unicode, which the compiled validator does not look at."""
    try:
        orjson.dumps(value)  # by far the quickest way to look at everything; it also refuses integers beyond 64 bits
    except TypeError:
        return _is_text_throughout(value)
    return True


def _is_text_throughout(value: Json) -> bool:
    waiting = [value]
    for each in waiting:  # which grows on the way
        if isinstance(each, str):
            if not _is_unicode(each):
                return False
        elif isinstance(each, dict):
            waiting += each
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return True


def _unreadable(value: Json, path: Path) -> Iterator[Problem]:
    """What the compiled validator cannot even take in: text that is no Unicode, and what is nested too deeply."""
    if len(path) > 100:  # noqa: PLR2004 - deeper than anything a schema describes
        yield Problem(Reason.WRONG_FORMAT, path[:1], f"{_name(path[:1])} is nested too deeply", None)
    elif isinstance(value, str) and not _is_unicode(value):
        yield Problem(Reason.WRONG_FORMAT, path, f"{_name(path)} holds a character that is no Unicode", value)
    elif isinstance(value, dict):
        for name, member in value.items():
            if not _is_unicode(name):
                yield Problem(Reason.WRONG_FORMAT, path, f"{_name(path)} has a member whose name is no Unicode", member)
            else:
                yield from _unreadable(member, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _unreadable(member, (*path, index))


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _name(path: Path) -> str:
    return ".".join(map(str, path)) or "the value"


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
