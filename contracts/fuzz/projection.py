"""A spec as the fuzzer wants it: one path per operation, references followed, a status for every kind of refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from contracts.fuzz.families import status_of
from openapi.document import follow, get, resolve
from openapi.messages import Request
from openapi.model import Operation, Schema, Spec
from openapi.operations import METHODS
from openapi.signatures import schemes

JSON_TYPE = "application/json"
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Projection:
    """An OpenAPI document that says the same as a spec, and the operation behind each of its labels."""

    document: Raw
    operations: Mapping[str, Operation]  # by label: `POST /CreateExport`


def project(spec: Spec) -> Projection:
    """The projection of a spec.

    What a cloud marks in its own way is said in HTTP's: an action is a path, a refusal has a status. Credentials are
    left to whoever sends the request.
    """
    paths: dict[str, Raw] = {}
    labels = {}
    for path, item in spec.document["paths"].items():
        for method in (each for each in METHODS if each in item):
            operation = spec.operations[item[method]["operationId"]]
            own = projected_path(operation)
            paths.setdefault(own, {})[method] = _operation(spec, operation, path, method)
            labels[f"{operation.method} {own}"] = operation
    info = {"title": spec.title, "version": str(spec.document["info"]["version"])}
    return Projection({"openapi": spec.document["openapi"], "info": info, "paths": paths}, labels)


def projected_path(operation: Operation) -> str:
    """The path of an operation in the projection."""
    return f"/{operation.action_name}" if operation.action_name else operation.path


def _operation(spec: Spec, operation: Operation, path: str, method: str) -> Raw:
    document = dict(spec.document)
    item = document["paths"][path]
    raw = item[method]
    stated = resolve(document, [*raw.get("parameters", ()), *item.get("parameters", ())])
    projected: Raw = {
        "operationId": operation.id,
        "parameters": [each for each in stated if not is_credential(operation, each)],
        "responses": dict(_responses(spec, operation, raw)),
    }
    if "requestBody" in raw:
        body = resolve(document, raw["requestBody"])
        content = {JSON_TYPE: body["content"][JSON_TYPE]} if JSON_TYPE in body["content"] else body["content"]
        projected["requestBody"] = {"required": body.get("required", False), "content": content}
    return projected


def is_credential(operation: Operation, parameter: Mapping[str, Any]) -> bool:
    """Whether a parameter carries what proves the sender."""
    if parameter["in"] != "header":
        return False
    trial = Request("GET", "/", headers={parameter["name"].lower(): "any"})
    return any(schemes()[name].is_used(trial) for name in operation.schemes)


def _responses(spec: Spec, operation: Operation, raw: Raw) -> Iterator[tuple[str, Raw]]:
    document = dict(spec.document)
    for status, each in raw["responses"].items():
        if status.startswith("2"):
            yield status, _answer(document, each)
    for refused, pointers in _refusals(spec, operation).items():
        yield str(int(refused)), _any_of([_answer(document, get(document, pointer)) for pointer in pointers])


def _answer(document: Raw, raw: Raw) -> Raw:
    found, _ = follow(document, raw, "")
    answer: Raw = resolve(document, {key: value for key, value in found.items() if not key.startswith("x-")})
    for content in answer.get("content", {}).values():
        if "oneOf" in content.get("schema", {}):
            content["schema"] = content["schema"]["oneOf"][0]
        if "schema" in content:
            content["schema"] = close(content["schema"])
    return answer


def _refusals(spec: Spec, operation: Operation) -> dict[HTTPStatus, list[str]]:
    """Where the forms stand in which the operation refuses, by the status that says the same."""
    found: dict[HTTPStatus, list[str]] = {}
    for code in spec.error_codes:
        pointer = spec.refusal_of(code).pointer
        if code.belongs_to(operation.id) and pointer:
            found.setdefault(status_of(spec, [code]), []).append(pointer)
    return {status: list(dict.fromkeys(pointers)) for status, pointers in found.items()}


def _any_of(answers: list[Raw]) -> Raw:
    """One answer that each of these is an example of."""
    if len(answers) == 1:
        return answers[0]
    headers = [set(each.get("headers", {})) for each in answers]
    schemas: dict[str, list[Raw]] = {}
    for answer in answers:
        for media_type, content in answer.get("content", {}).items():
            schemas.setdefault(media_type, []).append(content["schema"])
    return {
        "description": answers[0]["description"],
        "headers": {name: answers[0]["headers"][name] for name in sorted(set.intersection(*headers))},
        "content": {media_type: {"schema": {"anyOf": found}} for media_type, found in schemas.items()},
    }


def close(schema: Schema) -> Raw:
    """A schema of answers that takes no member it does not name."""
    closed = dict(schema)
    if "properties" in closed:
        closed["properties"] = {name: close(part) for name, part in closed["properties"].items()}
        closed.setdefault("additionalProperties", False)
    if isinstance(closed.get("items"), dict):
        closed["items"] = close(closed["items"])
    for key in ("oneOf", "anyOf"):
        if key in closed:
            closed[key] = [close(part) for part in closed[key]]
    return closed
