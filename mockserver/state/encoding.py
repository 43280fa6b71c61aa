"""JSON that comes back as it was: also numbers beyond 64 bits and half characters, which clients may send."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

# What the quick decoder rounds, or refuses; digits in a text, as of a secret, stand elsewhere than a number does.
_UNUSUAL = re.compile(rb"(?:^|[-\[:,\s])[0-9]{19}|\\u[dD][89a-fA-F]")


def to_bytes(value: Any) -> bytes:
    """`value` as JSON. Infinite numbers become null."""
    try:
        return orjson.dumps(value)
    except TypeError:  # a number, or a text, that the quick encoder does not take
        return json.dumps(value, separators=(",", ":")).encode()


def from_bytes(raw: bytes) -> Any:
    """The value that `raw` is the JSON of. Raises ValueError."""
    if _UNUSUAL.search(raw) is None:
        return orjson.loads(raw)
    try:
        return json.loads(raw, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")
