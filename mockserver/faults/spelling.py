"""The short ways to write a fault, where a test or a command lists some."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

PARTS = ("api", "code", "operation", "times")
SHORT = "a fault is the name of a ready-made set, (api, code), (api, code, operation), with times besides, or a mapping"


def spelled(given: Any) -> dict[str, Any]:
    """The fault as JSON has it. Raises ValueError where it is written in no such way."""
    if isinstance(given, Mapping):
        return {str(name): value for name, value in given.items()}
    if isinstance(given, str) and given.lstrip().startswith("{"):
        return _read(given)
    if isinstance(given, str) and given:
        return {"set": given}
    if isinstance(given, tuple | list) and 2 <= len(given) <= len(PARTS):  # noqa: PLR2004 - an API and a code
        return dict(zip(PARTS, given, strict=False))
    raise ValueError(f"{SHORT}; {given!r} is none")


def _read(text: str) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except ValueError as error:
        raise ValueError(f"{text!r} is no JSON: {error}") from error
