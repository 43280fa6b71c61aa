"""Whether a document has the form of OpenAPI 3.0, as far as it is read: `structure.schema.json` describes it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from openapi.document import HERE, Document, SpecError, join, line_of
from openapi.objections import objection


def check_kind(document: Document, path: Path) -> None:
    """Raise SpecError for what is no OpenAPI 3.0 document, or one that tells nothing of what is read here."""
    at = "/openapi" if "openapi" in document else "/swagger"
    version = str(document.get("openapi", ""))
    said = ""
    if "swagger" in document:
        said = f"is Swagger {document['swagger']}, and OpenAPI 3.0 is read"
    elif not version:
        said = "is no OpenAPI document: `openapi: 3.0.3` is missing at its top"
    elif not version.startswith("3.0."):
        said = f"is OpenAPI {version}, and 3.0 is read: one reads `openapi: 3.0.3`"
    elif "x-authentication" not in document:
        said = (
            "'x-authentication' is missing: nothing tells how requests are signed, refused and limited. "
            "An OpenAPI file needs the keywords of docs/vocabulary.md"
        )
    if said:
        raise SpecError(f"{path}:{line_of(path, at)}: {said}")


def check_structure(document: Document, path: Path) -> None:
    """Raise SpecError, with the place and what is wrong, for the first thing that has another form."""
    error = next(iter(_validator().iter_errors(document)), None)
    if error is not None:
        said, member = objection(error, _described())
        pointer = join("", *error.instance_path, *([member] if member else []))
        place = f" (at {pointer})" if pointer else ""
        raise SpecError(f"{path}:{line_of(path, pointer)}: {said}{place}")


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(_described(), validate_formats=True)


@cache
def _described() -> dict[str, Any]:
    described: dict[str, Any] = json.loads((HERE / "structure.schema.json").read_text(encoding="utf-8"))
    return described
