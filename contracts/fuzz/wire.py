"""What a request says as it stands on the wire, whatever the fuzzer meant by it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.calls.composing import JSON_TYPE
from contracts.fuzz.projection import is_credential
from openapi.messages import Request
from openapi.model import Json, Operation, Parameter, Schema, Spec
from openapi.reasons import Reason
from openapi.signatures import signing
from openapi.validation import Problem, Validator, validator

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, Json] = {"true": True, "false": False}


class Unclear(Exception):
    """The request can be read in more than one way, so nothing can be said of what becomes of it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The arguments of a request, and everything that is wrong with them."""

    arguments: Mapping[str, Json]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class WireReader:
    """Reads the requests of one operation; everything derivable is compiled once."""

    spec: Spec
    operation: Operation
    path: re.Pattern[str]
    parameters: tuple[Parameter, ...]
    parameter_validator: Validator
    body_validator: Validator | None
    properties: Mapping[str, Schema] = field(default_factory=dict[str, Schema])

    def read(self, request: Request) -> Reading:
        """The request as an honest server reads it. Raises Unclear."""
        if request.method != self.operation.method:
            raise Unclear("another method than the documented one")
        found = {**self._path(request), **self._headers(request)}
        unknown = self._query(request, found)
        problems = [*unknown, *self.parameter_validator.problems(found)]
        body = self._body(request, problems)
        if self.body_validator is not None and not any(each.reason in _UNREADABLE for each in problems):
            problems += self.body_validator.problems(body)
        return Reading({**found, **(body if isinstance(body, dict) else {})}, tuple(problems))

    def _path(self, request: Request) -> dict[str, Json]:
        if self.operation.action_name:
            return {}
        match = self.path.fullmatch(request.path)
        if match is None:
            raise Unclear("another path than the documented one")
        return {p.name: typed(match[f"p{i}"], p.schema) for i, p in enumerate(self.parameters) if p.where == "path"}

    def _headers(self, request: Request) -> dict[str, Json]:
        stated = {p.name: (request.headers.get(p.name.lower()), p) for p in self.parameters if p.where == "header"}
        if any(text is not None and text != text.strip() for text, _ in stated.values()):
            raise Unclear("white space around a header")
        return {name: typed(text, p.schema) for name, (text, p) in stated.items() if text is not None}

    def _query(self, request: Request, found: dict[str, Json]) -> list[Problem]:
        if request.query and self.operation.action_name:
            raise Unclear("a query beside the action")
        given: dict[str, list[str]] = {}
        for name, value in request.pairs():
            given.setdefault(name, []).append(value)
        known = {parameter.name: parameter for parameter in self.parameters if parameter.where == "query"}
        for name in given.keys() & known.keys():
            found[name] = _several(given[name], known[name].schema)
        if self.operation.unknown_members == "ignore":
            return []
        signs = signing(self.spec, self.operation)
        unknown = [name for name in given.keys() - known.keys() if name.lower() not in signs]
        return [_problem(Reason.UNKNOWN_PARAMETER, name, "is not known here") for name in unknown]

    def _body(self, request: Request, problems: list[Problem]) -> Json:
        if self.operation.body is None:
            return None
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.body and media_type != JSON_TYPE:
            raise Unclear("another content type than the documented one")
        if not request.body.strip():
            if self.operation.body_required:
                problems.append(Problem(Reason.MISSING_PARAMETER, (), "the body is missing", None))
            return {}
        try:
            body: Json = json.loads(request.body.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            problems.append(_problem(Reason.MALFORMED_BODY, "body", "is no JSON"))
            return None
        if isinstance(body, dict):
            return {name: value for name, value in body.items() if not is_not_given(self.spec, value)}
        return body


_UNREADABLE = frozenset({Reason.MALFORMED_BODY})


def wire_reader(spec: Spec, operation: Operation) -> WireReader:
    """The reader of an operation's requests."""
    parameters = tuple(
        each for each in operation.parameters if not is_credential(operation, {"in": each.where, "name": each.name})
    )
    schemas = {each.name: each.schema for each in parameters}
    whole: dict[str, Any] = {"type": "object", "properties": schemas}
    if required := [each.name for each in parameters if each.required]:
        whole["required"] = required
    body = validator(operation.body, unknown_members=operation.unknown_members) if operation.body is not None else None
    return WireReader(spec, operation, _pattern(operation.path, parameters), parameters, validator(whole), body)


def is_not_given(spec: Spec, value: Json) -> bool:
    """Whether a member of a body that has this value counts as absent."""
    return any(value == each and type(value) is type(each) for each in spec.not_given)


def typed(text: Json, schema: Schema) -> Json:
    """Text as the value that its schema asks for; what is none stays text, which the schema then refuses."""
    if not isinstance(text, str):
        return text
    match schema.get("type"):
        case "integer":
            return int(text) if _INTEGER.fullmatch(text) else text
        case "number":
            return float(text) if _NUMBER.fullmatch(text) else text
        case "boolean":
            if text not in _WORDS and text.lower() in _WORDS:
                raise Unclear("a truth value in capitals")
            return _WORDS.get(text, text)
        case _:
            return text


def _several(values: list[str], schema: Schema) -> Json:
    if schema.get("type") == "array":
        if any("," in value for value in values):
            raise Unclear("commas in an array")
        return [typed(each, schema.get("items", {})) for each in values]
    if len(values) > 1:
        raise Unclear("a parameter given twice")
    return typed(values[0], schema)


def _pattern(path: str, parameters: Iterable[Parameter]) -> re.Pattern[str]:
    pattern = re.escape(path)
    for index, each in enumerate(parameters):
        if each.where == "path":
            pattern = pattern.replace(re.escape(f"{{{each.name}}}"), f"(?P<p{index}>[^/]+)")
    return re.compile(pattern, re.DOTALL)


def _problem(reason: Reason, name: str, message: str) -> Problem:
    return Problem(reason, (name,), f"{name} {message}", None)


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")
