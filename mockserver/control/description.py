"""The control plane in OpenAPI: made of its routes, so that it says what is taken and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.control import bodies
from mockserver.control.access import TOKEN_HEADER
from mockserver.control.answers import ANY, CONTENT, JSON, OF_A_VIEW
from mockserver.control.assertions import ASSERTION, ASSERTIONS
from mockserver.control.bodies import NOTHING
from mockserver.control.routes import ID, PREFIX, ROUTES, Route
from mockserver.control.schemas import Schema
from mockserver.faults.effects import EFFECTS
from openapi.release import release

ROWS: Schema = {
    "application/x-ndjson": {"schema": {"type": "string", "description": "One row, a JSON object, on each line."}},
    "application/gzip": {"schema": {"type": "string", "format": "binary", "description": "The same, compressed."}},
}
REFUSALS: Mapping[int, str] = {
    400: "What cannot be understood; nothing was changed.",
    403: "Who may not enter.",
    404: "What is not there.",
}


def describe(summary_of: Callable[[str], str]) -> dict[str, Any]:
    """The document; `summary_of` a view is its first sentence."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The control plane of a mock",
            "version": release(),
            "description": "Looks into the mock and moves it. It answers this machine alone, unless it has a token.",
        },
        "security": [{}, {"token": []}],
        "paths": {PREFIX + path: _path(path, methods, summary_of) for path, methods in ROUTES.items()},
        "components": {
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": TOKEN_HEADER}},
            "schemas": {"Refusal": _refusal()},
        },
    }


def _path(path: str, methods: Any, summary_of: Callable[[str], str]) -> dict[str, Any]:
    found: dict[str, Any] = {name.lower(): _operation(route, summary_of) for name, route in methods.items()}
    if path.endswith(ID):
        found["parameters"] = [{"name": ID[1:-1], "in": "path", "required": True, "schema": bodies.NAME}]
    return found


def _operation(route: Route, summary_of: Callable[[str], str]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": route.view,
        "summary": summary_of(route.view),
        "responses": {
            "201" if route.created else "200": _good(route.view),
            **{
                str(status): _answer(text, {"$ref": "#/components/schemas/Refusal"})
                for status, text in {**REFUSALS, **OF_A_VIEW.get(route.view, {})}.items()
            },
        },
    }
    if route.query is not NOTHING:
        described["parameters"] = [
            {"name": name, "in": "query", "required": name in route.query["required"], "schema": schema}
            for name, schema in route.query["properties"].items()
        ]
    if route.body is not NOTHING:
        content = {JSON: {"schema": _whole(route.body)}, **(ROWS if route.body is bodies.GENERATE else {})}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _whole(schema: Schema) -> Schema:
    """What a body has to be; each move of the clock, and each effect of a fault, takes members of its own."""
    if schema is bodies.GENERATE:
        return {"oneOf": [schema, bodies.ROWS]}
    if schema is bodies.CLOCK:
        return {"oneOf": [*bodies.CLOCK_ACTIONS.values()]}
    if schema is ASSERTION:
        return {"oneOf": [*ASSERTIONS.values()]}
    if schema is bodies.FAULT:
        return {"anyOf": [bodies.FAULT_SET, *map(bodies.fault_with, EFFECTS)]}
    return schema


def _good(view: str) -> dict[str, Any]:
    content = CONTENT.get(view, {JSON: ANY})
    return {"description": "What holds now.", "content": {media: {"schema": each} for media, each in content.items()}}


def _answer(text: str, schema: Schema) -> dict[str, Any]:
    return {"description": text, "content": {JSON: {"schema": schema}}}


def _refusal() -> Schema:
    valid: Schema = {"type": "array", "description": "What would be right, where it can be listed."}
    error: Schema = {"type": "object", "properties": {"message": {"type": "string"}, "valid": valid}}
    return {"type": "object", "required": ["error"], "properties": {"error": error}}
