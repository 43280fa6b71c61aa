"""Result files, read again: what they hold is told as a run would have told it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from contracts.result import SCHEMA_VERSION, Head, Result
from openapi.document import join

SCHEMA_FILE = Path(__file__).with_name("reports") / "result.schema.json"
LONGEST = 200  # characters of what is wrong
_HEAD = ("target", "select", "quick", "seed", "max_examples", "shard", "version", "started", "is_mock")


class ResultFileError(ValueError):
    """A file that is no result, or none that this version reads; the message names the file and says why."""


def read_result(path: Path) -> Result:
    """The result in a file of `contracts run --report json` or `contracts merge`. Raises ResultFileError."""
    raw = _object(path)
    if raw["schema_version"] != SCHEMA_VERSION:
        said = f"has the form {raw['schema_version']!r} of result files; this version reads {SCHEMA_VERSION}"
        raise ResultFileError(f"{path} {said}")
    validate(path, raw)
    head = Head(apis=tuple(raw["apis"]), **{name: raw[name] for name in _HEAD})
    if datetime.fromisoformat(head.started).tzinfo is None:
        raise ResultFileError(f"{path} is no result file of this version: its start has no zone: {head.started}")
    found = Result(head, raw["clauses"], raw["selected"], raw["duration"], raw["stopped"], raw["mistakes"])
    found.notes, found.journal = raw.get("notes", []), raw.get("journal", {})
    known = _published()["properties"]["spent"]["properties"]
    found.spent = {name: part for name, part in raw.get("spent", {}).items() if name in known}
    return found


def validate(path: Path, raw: Mapping[str, Any]) -> None:
    """Raise ResultFileError where the content of a file is not that of a result."""
    wrong = next(iter(_schema().iter_errors(raw)), None)
    if wrong is not None:
        place = join("", *wrong.instance_path) or "the top"
        said = wrong.message if len(wrong.message) <= LONGEST else f"{wrong.message[:LONGEST]}…"
        raise ResultFileError(f"{path} is no result file of this version: {said} (at {place})")


def _object(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultFileError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ResultFileError(f"{path} is no result file: it is no JSON, or damaged: {error}") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("clauses"), list) or "schema_version" not in raw:
        raise ResultFileError(f"{path} is no result file; `contracts run --report json` writes one")
    return raw


@cache
def _published() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return found


@cache
def _schema() -> Draft202012Validator:
    """The published schema, by which members may be added."""
    return Draft202012Validator(_opened(_published()), validate_formats=True)


def _opened(node: Any) -> Any:
    if isinstance(node, list):
        return [_opened(each) for each in node]
    if not isinstance(node, dict):
        return node
    closing = ("additionalProperties", "unevaluatedProperties")
    return {name: _opened(each) for name, each in node.items() if name not in closing or each is not False}
