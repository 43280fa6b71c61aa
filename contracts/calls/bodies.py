"""Bodies of answers in JSON, read strictly: every member once, and no number that JSON does not have."""

from __future__ import annotations

import json

from openapi.model import Json


def read_json(raw: bytes) -> Json:
    """The value; None where it is none, or one that JSON does not have."""
    try:
        encoding = "utf-8" if raw.startswith(b'{"') else json.detect_encoding(raw)
        value: Json = _DECODER.decode(raw.decode(encoding, "surrogatepass")) if raw else None
    except (ValueError, RecursionError):
        return None
    return value


def _refuse(name: str) -> Json:
    """JSON has no such number. Raises ValueError."""
    raise ValueError(name)


def _once(members: list[tuple[str, Json]]) -> Json:
    """An object, each of whose members is there once. Raises ValueError."""
    found = dict(members)
    if len(found) < len(members):
        raise ValueError(f"{len(members) - len(found)} members more than once")
    return found


_DECODER = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_once)
