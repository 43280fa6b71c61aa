"""Whether a document has the form of OpenAPI 3.0, as far as it is read: `structure.schema.json` describes it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from jsonschema_rs import Draft202012Validator, ValidationError

from openapi.document import HERE, Document, SpecError, join, line_of

LONGEST = 200  # characters of what is said; of more, the end says what is wrong


def check_structure(document: Document, path: Path) -> None:
    """Raise SpecError, with the place and what is wrong, for the first thing that has another form."""
    error = next(iter(_validator().iter_errors(document)), None)
    if error is not None:
        pointer = join("", *error.instance_path)
        place = f" (at {pointer})" if pointer else ""
        raise SpecError(f"{path}:{line_of(path, pointer)}: {_said(error)}{place}")


def _said(error: ValidationError) -> str:
    if error.schema_path[-1] == "required":
        return f"{error.kind.as_dict()['property']!r} is missing"
    return error.message if len(error.message) <= LONGEST else f"…{error.message[-LONGEST:]}"


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads((HERE / "structure.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, validate_formats=True)
