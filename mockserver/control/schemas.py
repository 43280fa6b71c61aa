"""How the JSON Schemas of the control plane, and of a config file, are written."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]
AMOUNT: Schema = {"type": "number", "minimum": 0, "maximum": sys.float_info.max}  # JSON has integers beyond all floats


def object_of(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """An object with these members, and no others."""
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": [*required], "properties": properties, "additionalProperties": False}


def described(description: str, schema: Schema) -> Schema:
    """The same schema, with what it is for in words."""
    return {**schema, "description": description}
