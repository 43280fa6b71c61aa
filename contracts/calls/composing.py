"""Arguments to a request: each where its operation wants it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from operator import is_
from typing import Any
from urllib.parse import quote

from openapi.members import KEPT
from openapi.messages import Credentials, Request
from openapi.model import Json, Operation, Spec
from openapi.signatures import Scheme, schemes

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"
Arguments = Mapping[str, Json]
_UNRESERVED = re.compile(r"[A-Za-z0-9\-_.~]*")
_ENCODER = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Composed:
    """A signed request, and what it was made of."""

    operation: Operation
    arguments: Arguments
    now: datetime
    request: Request

    def is_same(self, operation: Operation, arguments: Arguments, now: datetime) -> bool:
        """Whether a call would send the same bytes: the very same values, as 1, 1.0 and true are equal to Python."""
        mine, others = self.arguments, arguments
        return (
            self.operation is operation
            and self.now == now
            and [*mine] == [*others]
            and all(map(is_, mine.values(), others.values()))
        )


def compose(spec: Spec, operation: Operation, arguments: Arguments, host: str) -> Request:
    """The unsigned request: path, query and headers from the parameters, everything else in the JSON body."""
    places = _places(operation)
    path, headers, query, body = operation.path, {"host": host}, list[tuple[str, str]](), dict[str, Json]()
    for name, value in arguments.items():
        where = places.get(name, "body" if operation.body is not None else "query")
        if where == "path":
            path = path.replace(f"{{{name}}}", text(value))
        elif where == "header":
            headers[name.lower()] = text(value)
        elif where == "query" and isinstance(value, list):
            query += [(name, text(each)) for each in value]
        elif where == "query":
            query.append((name, text(value)))
        else:
            body[name] = value
    if spec.addressing is not None and operation.action_name:
        headers[spec.addressing.action_header] = operation.action_name
        headers[spec.addressing.version_header] = spec.addressing.version
    raw = b""
    if operation.body is not None:
        headers["content-type"] = JSON_TYPE
        raw = _ENCODER.encode(body).encode("utf-8", "surrogatepass")
    return Request(operation.method, path, encode(query), headers, raw)


@lru_cache(KEPT)
def carrying(operation: Operation, keyword: str) -> tuple[str, ...]:
    """The parameters that a keyword marks."""
    return tuple(each.name for each in operation.parameters if each.schema.get(keyword))


@lru_cache(KEPT)
def _places(operation: Operation) -> Mapping[str, str]:
    return {parameter.name: parameter.where for parameter in operation.parameters}


def compose_fields(spec: Spec, operation: Operation, arguments: Arguments, host: str) -> Request:
    """The same call as fields of a form: action and version among them, members flattened (`Name.0`, `Name.1` …)."""
    if spec.addressing is None:
        return compose(spec, operation, arguments, host)
    headers = {parameter.name for parameter in operation.parameters if parameter.where == "header"}
    pairs = [
        (spec.addressing.action_parameter, operation.action_name),
        (spec.addressing.version_parameter, spec.addressing.version),
        *_flatten({name: value for name, value in arguments.items() if name not in headers}),
    ]
    body = encode(pairs).encode()
    return Request("POST", operation.path, headers={"host": host, "content-type": FORM_TYPE}, body=body)


def in_query(request: Request) -> Request:
    """A request whose form is moved to the query of a GET."""
    headers = {name: value for name, value in request.headers.items() if name != "content-type"}
    return Request("GET", request.path, request.body.decode(), headers)


def text(value: Json) -> str:
    """A value as it stands outside a body."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def encode(pairs: list[tuple[str, str]]) -> str:
    """A query or form, percent-encoded."""
    return "&".join(f"{_quote(name)}={_quote(value)}" for name, value in pairs)


def scheme_for(spec: Spec, name: str, region: str = "") -> Scheme:
    """A scheme by its name, with the name of the service, and of the region, that its signatures have to carry."""
    return _serving(name, spec.authentication.service, region)


@cache
def _serving(name: str, service: str, region: str) -> Scheme:
    scheme: Any = schemes()[name]
    if service and hasattr(scheme, "service") and not scheme.service:
        scheme = replace(scheme, service=service)
    if region and hasattr(scheme, "region"):
        scheme = replace(scheme, region=region)
    found: Scheme = scheme
    return found


@cache
def takes_fields(name: str) -> bool:
    """Whether a scheme signs the fields of a form, so that a JSON body cannot be sent with it."""
    return _trial(name).headers.get("content-type") == FORM_TYPE


@cache
def takes_token(name: str) -> bool:
    """Whether a scheme sends a token instead of signing."""
    return schemes()[name].read(_trial(name)).key_id == ""


@cache
def _trial(name: str) -> Request:
    """What a scheme makes of a small request."""
    request = Request("POST", "/", headers={"host": "example.com", "content-type": JSON_TYPE})
    return schemes()[name].sign(request, Credentials("key", "secret", "token"), datetime(2020, 1, 1, tzinfo=UTC))


def _flatten(value: Json, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        members: Iterator[tuple[str, Json]] = iter(value.items())
    elif isinstance(value, list):
        members = ((str(index), each) for index, each in enumerate(value))
    else:
        yield name, text(value)
        return
    for key, each in members:
        yield from _flatten(each, f"{name}.{key}" if name else key)


def _quote(part: str) -> str:
    if _UNRESERVED.fullmatch(part):  # as most are, which is found out far sooner
        return part
    return quote(part.encode("utf-8", "surrogatepass"), safe="-_.~")
