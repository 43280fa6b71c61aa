"""The arguments of a call, once they are known to be valid."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, NoReturn

from mockserver.decoding import decode
from mockserver.refusal import Refusal
from mockserver.sizes import nesting
from openapi.messages import Request
from openapi.model import Json, Operation, Parameter, Schema, Spec
from openapi.reasons import Reason
from openapi.routing import FORM, fields
from openapi.signatures import signing
from openapi.validation import Problem, Validator, validator

INTEGER = re.compile(r"-?[0-9]{1,19}")
NUMBER = re.compile(r"-?[0-9]{1,19}(?:\.[0-9]{1,19})?(?:[eE][+-]?[0-9]{1,2})?")  # within what a float holds
INDEX = re.compile(r"[0-9]{1,9}")
JSON_TYPE = "application/json"
KEPT = 256  # Content-Types that are remembered
LONGEST = 1024  # characters of one that are looked at
Arguments = dict[str, Json]
Source = tuple[str, str, str, Callable[[Any], Json]]  # where a parameter is, its name, how it is found there, and read


@dataclass(frozen=True, slots=True)
class Parser:
    """Reads the arguments of one operation; everything derivable is compiled at load."""

    operation: Operation
    spec: Spec
    parameters: tuple[Source, ...]
    parameter_validator: Validator
    requires: bool  # whether any of these has to be given
    body_validator: Validator | None
    defaults: Mapping[str, Json]
    in_query: Mapping[str, bool]  # its parameters there, and whether they are arrays
    nesting: tuple[int, str]  # the most levels of a body, and the reason for which a deeper one is refused
    signing: frozenset[str]  # parameters of the query that sign a link to it, in lower case

    def parse(self, request: Request, path_arguments: Mapping[str, str]) -> Arguments:
        """The arguments by their names on the wire, defaults filled in. Refuses what the schema forbids."""
        body = self._body(request)
        found = self._parameters(request, path_arguments)
        if (found or self.requires) and (problems := self.parameter_validator.problems(found)):
            _refuse(problems[0])
        if self.body_validator is not None and (problems := self.body_validator.problems(body)):
            _refuse(problems[0])
        return {**self.defaults, **found, **body} if isinstance(body, dict) else {**self.defaults, **found}

    def _parameters(self, request: Request, path_arguments: Mapping[str, str]) -> Arguments:
        found: Arguments = {}
        query = self._query(request) if request.query else {}
        for where, name, key, coerce in self.parameters:
            raw: str | list[str] | None
            if where == "query":
                raw = query.pop(key, None)
            elif where == "path":
                raw = path_arguments[key]
            else:
                raw = request.headers.get(key)
            if raw is not None:
                found[name] = coerce(raw)
        if query and self.operation.unknown_members == "refuse" and (unknown := query.keys() - self._signing(query)):
            name = min(unknown)
            raise Refusal(Reason.UNKNOWN_PARAMETER, f"the query parameter {name} is not known here", parameter=name)
        return found

    def _signing(self, query: Iterable[str]) -> set[str]:
        return {name for name in query if name.lower() in self.signing}

    def _query(self, request: Request) -> dict[str, str | list[str]]:
        if self.spec.addressing is not None and self.operation.action_name:
            return {}  # the query holds what a body would
        return _gather(request.pairs(), self.in_query)

    def _body(self, request: Request) -> Json:
        if self.operation.body is None:
            return None
        addressing = self.spec.addressing
        media_type = _media_type(request.headers.get("content-type", "")[:LONGEST])
        if addressing and self.operation.action_name and (request.method == "GET" or media_type == FORM):
            common = {*addressing.common_parameters, addressing.action_parameter, addressing.version_parameter}
            return _from_fields((pair for pair in fields(request) if pair[0] not in common), self.operation.body)
        if media_type not in ("", JSON_TYPE) and request.body:
            message = f"the body is {media_type[:100]}; it has to be {JSON_TYPE}"
            raise Refusal(Reason.WRONG_CONTENT_TYPE, message, parameter="Content-Type", value=media_type[:100])
        return self._json(request.body)

    def _json(self, body: bytes) -> Json:
        if not body or body.isspace():
            if self.operation.body_required:
                raise Refusal(Reason.EMPTY_BODY, "the body is empty", parameter="body")
            return {}
        value = decode(body, *self.nesting)
        if isinstance(value, dict) and self.spec.not_given:
            return {name: each for name, each in value.items() if not self._is_not_given(each)}
        return value

    def _is_not_given(self, value: Json) -> bool:
        return any(value == each and type(value) is type(each) for each in self.spec.not_given)


def parser(operation: Operation, spec: Spec) -> Parser:
    """The parser of an operation."""
    schemas = {parameter.name: parameter.schema for parameter in operation.parameters}
    required = [parameter.name for parameter in operation.parameters if parameter.required]
    whole = {"type": "object", "properties": schemas, **({"required": required} if required else {})}
    members = (operation.body or {}).get("properties", {})
    return Parser(
        operation=operation,
        spec=spec,
        parameters=tuple(map(_source, operation.parameters)),
        parameter_validator=validator(whole),
        requires=bool(required),
        body_validator=validator(operation.body, unknown_members=operation.unknown_members) if operation.body else None,
        defaults={name: each["default"] for name, each in {**schemas, **members}.items() if "default" in each},
        in_query={p.name: "array" in _kinds(p.schema) for p in operation.parameters if p.where == "query"},
        nesting=nesting(spec.sizes),
        signing=signing(spec, operation),
    )


def _source(parameter: Parameter) -> Source:
    key = parameter.name.lower() if parameter.where == "header" else parameter.name
    return parameter.where, parameter.name, key, _coercion(parameter.schema)


@lru_cache(KEPT)
def _media_type(header: str) -> str:
    """In lower case, without what is said besides it."""
    return header.partition(";")[0].strip().lower()


def _gather(pairs: Iterable[tuple[str, str]], known: Mapping[str, bool]) -> dict[str, str | list[str]]:
    """The query by name; refuses a known name given twice, unless it is an array's."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if known.get(name):
            found.setdefault(name, []).append(value)
        elif name in found and name in known:
            raise Refusal(Reason.WRONG_FORMAT, f"the query parameter {name} is given twice", parameter=name)
        else:
            found[name] = value
    return found


def _from_fields(pairs: Iterable[tuple[str, str]], body: Schema) -> dict[str, Json]:
    """A body as a query or a form spells it: every value is text, `Name.0`, `Name.1` … are the items of an array."""
    known: Mapping[str, Schema] = body.get("properties", {})
    found: dict[str, Any] = {}
    items: dict[str, dict[int, Json]] = {}
    for name, value in pairs:
        stem, _, index = name.partition(".")
        is_item = INDEX.fullmatch(index) is not None and "array" in _kinds(known.get(stem, {}))
        place: dict[Any, Json] = items.setdefault(stem, {}) if is_item else found
        key = int(index) if is_item else name
        if key in place:
            raise Refusal(Reason.WRONG_FORMAT, f"the parameter {name} is given twice", parameter=name)
        place[key] = _coercion(known[stem].get("items", {}) if is_item else known.get(name, {}))(value)
    return found | {stem: [each for _, each in sorted(place.items())] for stem, place in items.items()}


def _kinds(schema: Schema) -> list[str]:
    """The types that a schema states; without one, text is taken as it is."""
    stated: str | list[str] = schema.get("type", "string")
    return [stated] if isinstance(stated, str) else stated


def _coercion(schema: Schema) -> Callable[[Any], Json]:
    """What makes of text the value that a schema asks for, of texts those of its items."""
    kinds = _kinds(schema)
    if "array" in kinds:
        single = _coercion(schema.get("items", {}))
        return lambda raw: [single(each) for each in raw] if isinstance(raw, list) else [single(raw)]
    if "string" in kinds:
        return _text
    several = [_COERCIONS[kind] for kind in kinds if kind in _COERCIONS] or [_text]
    return several[0] if len(several) == 1 else partial(_first, several)


def _first(coercions: Iterable[Callable[[str], Json]], raw: str) -> Json:
    """What the first of them that can makes of a text; the text where none can."""
    return next((found for each in coercions if (found := each(raw)) is not raw), raw)


def _text(raw: str) -> Json:
    return raw


def _integer(raw: str) -> Json:
    return int(raw) if INTEGER.fullmatch(raw) else raw


def _number(raw: str) -> Json:
    found = _integer(raw)
    return float(raw) if found is raw and NUMBER.fullmatch(raw) else found


def _boolean(raw: str) -> Json:
    return raw.lower() == "true" if raw.lower() in ("true", "false") else raw


_COERCIONS: dict[str, Callable[[str], Json]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}


def _refuse(first: Problem) -> NoReturn:
    dotted = ".".join(str(step) for step in first.path) or "body"
    raise Refusal(first.reason, first.message, parameter=dotted, value=str(first.value)[:100])


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the arguments that a keyword marks: `x-bind`, `x-resource`, `x-tenant`."""

    path: tuple[str, ...]
    value: str

    @property
    def name(self) -> str:
        """As an error names it."""
        return ".".join(self.path)

    def read(self, arguments: Mapping[str, Any]) -> Json:
        """What stands at the place; None when nothing does."""
        found: Any = arguments
        for step in self.path:
            found = found.get(step) if isinstance(found, dict) else None
        value: Json = found
        return value


def marks(operation: Operation, keyword: str) -> tuple[Mark, ...]:
    """Every place in the arguments of an operation that `keyword` marks."""
    schemas: dict[str, Schema] = {parameter.name: parameter.schema for parameter in operation.parameters}
    schemas |= (operation.body or {}).get("properties", {})
    return tuple(mark for name, schema in schemas.items() for mark in _marks(schema, keyword, (name,)))


def _marks(schema: Schema, keyword: str, path: tuple[str, ...]) -> Iterator[Mark]:
    if keyword in schema:
        yield Mark(path, str(schema[keyword]))
    for name, part in schema.get("properties", {}).items():
        yield from _marks(part, keyword, (*path, name))
