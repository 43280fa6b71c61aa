"""Result files, read again: what they hold is told as a run would have told it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from contracts.result import SCHEMA_VERSION, Head, Result

_USED = ("api", "kind", "standing", "severity", "reason", "received", "started", "worker", "verdict")  # of an entry
_TEXTS = ("version", "target", "select", "shard", "started")
_OTHERS = ("is_mock", "quick", "seed", "max_examples")


class ResultFileError(ValueError):
    """A file that is no result, or none that this version reads; the message names the file and says why."""


def read_result(path: Path) -> Result:
    """The result in a file of `contracts run --report json` or `contracts merge`. Raises ResultFileError."""
    raw = _object(path)
    if raw["schema_version"] != SCHEMA_VERSION:
        said = f"has the form {raw['schema_version']!r} of result files; this version reads {SCHEMA_VERSION}"
        raise ResultFileError(f"{path} {said}")
    try:
        return _result(raw)
    except LookupError as error:
        raise ResultFileError(f"{path} is no result file of this version: it has no {error}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise ResultFileError(f"{path} is no result file of this version: {error}") from error


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


def _result(raw: dict[str, Any]) -> Result:
    given: dict[str, Any] = {name: _text(raw, name) for name in _TEXTS} | {name: raw[name] for name in _OTHERS}
    head = Head(apis=tuple(raw["apis"]), **given)
    datetime.fromisoformat(head.started)
    for entry in raw["clauses"]:
        _ = {_text(entry, "id"): [entry[name] for name in _USED]}
    found = Result(head, raw["clauses"], raw["selected"], raw["duration"], raw["stopped"], raw["mistakes"])
    found.spent, found.notes = raw.get("spent", {}), raw.get("notes", [])
    return found


def _text(raw: dict[str, Any], name: str) -> str:
    found = raw[name]
    if not isinstance(found, str):
        raise TypeError(f"{name} is no text, but {found!r}")
    return found
