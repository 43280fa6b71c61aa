"""Generated requests, as the fuzzer holds them before they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import schemathesis
from schemathesis.schemas import APIOperation

from contracts.calls.composing import JSON_TYPE
from contracts.values import Arguments
from openapi.model import Json, Operation

Case = schemathesis.Case[Any]
Fuzzed = APIOperation[Any, Any, Any, Any]

# Where a case keeps the parameters of each place.
PLACES: Mapping[str, str] = {"path": "path_parameters", "query": "query", "header": "headers"}


def example_case(fuzzed: Fuzzed, operation: Operation, values: Arguments) -> Case:
    """The spec's own example, with values that exist."""
    places = {each.name: each.where for each in operation.parameters}
    body = {name: value for name, value in values.items() if name not in places}
    parts: dict[str, dict[str, Json]] = {
        where: {name: value for name, value in values.items() if places.get(name) == where} for where in PLACES
    }
    given: dict[str, Any] = {container: parts[where] for where, container in PLACES.items() if parts[where]}
    if operation.body is not None:
        given |= {"body": body, "media_type": JSON_TYPE}
    return fuzzed.Case(**given)
