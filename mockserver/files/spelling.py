"""How a value reads where only text can stand: in a cell, in a line, in a search."""

from __future__ import annotations

import json

from openapi.model import Json


def spell(value: Json) -> str:
    """Text as it is, null as nothing, everything else as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return str(value) if type(value) is int else json.dumps(value, ensure_ascii=False)
