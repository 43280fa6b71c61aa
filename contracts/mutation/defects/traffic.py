"""Requests and answers as somebody in between reads and rewrites them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import parse_qsl

from contracts.calls.composing import FORM_TYPE
from contracts.calls.envelopes import Envelopes, envelopes
from contracts.mutation.mutant import Defect, Forward, Stage, Tamper
from openapi import markup
from openapi.binding import read
from openapi.messages import Request, Response
from openapi.model import Json, Operation, Schema, Spec

Values = Mapping[str, Json]
Change = Callable[[str, Json, Values], Json]  # a bound name, its value, what its object holds by bound names


@dataclass(frozen=True)
class Traffic:
    """Reads what passes by through the spec of an API."""

    spec: Spec

    @cached_property
    def envelopes(self) -> Envelopes:
        """The forms of refusals."""
        return envelopes(self.spec)

    @cached_property
    def _paths(self) -> list[tuple[Operation, re.Pattern[str]]]:
        return [(each, _pattern(each.path)) for each in self.spec.operations.values()]

    def operation(self, request: Request) -> Operation | None:
        """The operation that a request means."""
        action = self._action(request)
        for operation, path in self._paths:
            if operation.action_name:
                if operation.action_name == action:
                    return operation
            elif operation.method == request.method and path.fullmatch(request.path):
                return operation
        return None

    def refused_as(self, response: Response) -> str:
        """The error code of an answer; empty where it is no refusal."""
        values, is_refusal = self.envelopes.open(body_of(response))
        return str(values.get("error.code", "")) if is_refusal else ""

    def change_refusal(self, response: Response, change: Change) -> Response:
        """A refusal with other bound values."""
        body = body_of(response)
        form = next((each for each in self.envelopes.forms if each.is_valid(body)), None)
        if form is None or form.answer.schema is None:
            return response
        return with_body(response, form.answer.schema, rebind(form.answer.schema, body, change))

    def is_code(self, response: Response, operation: Operation, *reasons: str) -> bool:
        """Whether an answer refuses for one of the reasons."""
        found = self.refused_as(response)
        return bool(found) and found in {code for reason in reasons if (code := self._code(operation, reason))}

    def _code(self, operation: Operation, reason: str) -> str:
        try:
            return self.spec.error_code(operation.id, reason).code
        except LookupError:
            return ""

    def _action(self, request: Request) -> str:
        addressing = self.spec.addressing
        if addressing is None:
            return ""
        pairs = dict(request.pairs())
        if request.headers.get("content-type", "").startswith(FORM_TYPE):
            pairs |= dict(parse_qsl(request.body.decode("utf-8", "replace")))
        return request.headers.get(addressing.action_header) or pairs.get(addressing.action_parameter, "")


def at(operation: str, make: Callable[[Traffic, Stage], Tamper]) -> Defect:
    """A defect of one operation alone; of the whole API where none is named."""

    def defect(stage: Stage) -> Tamper:
        traffic = Traffic(stage.spec)
        tamper = make(traffic, stage)

        def answer(request: Request, forward: Forward) -> Response:
            found = traffic.operation(request)
            if operation and (found is None or found.id != operation):
                return forward(request)
            return tamper(request, forward)

        return answer

    return defect


def afterwards(change: Callable[[Request, Response], Response]) -> Tamper:
    """What only changes answers."""
    return lambda request, forward: change(request, forward(request))


def body_of(response: Response) -> Json:
    """The body of an answer as its type says; None where it is neither JSON nor XML."""
    raw = raw_of(response)
    if markup.is_markup(response.headers.get("content-type", "")):
        return markup.read(raw)
    try:
        value: Json = json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        return None
    return value


def raw_of(response: Response) -> bytes:
    """The bytes of a body."""
    return response.body if isinstance(response.body, bytes) else b"".join(response.body)


def with_body(response: Response, schema: Schema, body: Json) -> Response:
    """The answer with another body of the same type."""
    if markup.is_markup(response.headers.get("content-type", "")):
        return with_raw(response, markup.write(schema, body))
    return with_raw(response, json.dumps(body, ensure_ascii=False).encode())


def with_raw(response: Response, raw: bytes) -> Response:
    """The answer with other bytes, its length told."""
    length = {"content-length": str(len(raw))} if "content-length" in response.headers else {}
    return replace(response, headers={**response.headers, **length}, body=raw)


def rebind(schema: Schema, body: Json, change: Change) -> Json:
    """The body, every bound value in it changed as `change` says."""
    if isinstance(body, list):
        return [rebind(schema.get("items", {}), each, change) for each in body]
    if not isinstance(body, dict):
        return body
    parts: Mapping[str, Schema] = schema.get("properties", {})
    around = read({"properties": {name: part for name, part in parts.items() if "x-bind" in part}}, body)
    return {name: _rebound(parts.get(name, {}), value, change, around) for name, value in body.items()}


def _rebound(schema: Schema, value: Json, change: Change, around: Values) -> Json:
    bound = schema.get("x-bind")
    if bound is None:
        return rebind(schema, value, change)
    unspelled = around.get(bound, value)
    changed = change(bound, unspelled, around)
    if changed == unspelled:
        return value
    return schema["x-spelling"].replace("{}", str(changed)) if "x-spelling" in schema else changed


def tasks_in(schema: Schema, body: Json, change: Callable[[list[Json]], list[Json]]) -> Json:
    """The body, every list of tasks in it changed."""
    if "x-each" in schema and isinstance(body, list):
        return change(body)
    if not isinstance(body, dict):
        return body
    parts: Mapping[str, Schema] = schema.get("properties", {})
    return {name: tasks_in(parts.get(name, {}), value, change) for name, value in body.items()}


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^{}]*\\\}", "[^/]+", re.escape(path)), re.DOTALL)
