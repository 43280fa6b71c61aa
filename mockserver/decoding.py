"""JSON, as strictly as providers read it."""

from __future__ import annotations

import json
from math import inf
from typing import Any

import orjson

from mockserver.refusal import Refusal
from openapi.model import Json
from openapi.reasons import Reason

_SIMPLE = frozenset({int, bool, type(None)})


def decode(body: bytes, levels: int, reason: str) -> Json:
    """JSON, strictly: no second member of a name, no NaN, no number beyond a double, nested at most `levels` deep."""
    try:
        value: Json = orjson.loads(body)  # which takes a quarter of the time, but tells less
        is_exact = body.count(b'"') == 2 * _texts(value)
    except (orjson.JSONDecodeError, RecursionError):
        is_exact = False
    if not is_exact:
        value = _decode_slowly(body, levels, reason)
    if len(body) > 2 * levels and body.count(b"[") + body.count(b"{") > levels and _is_deeper(value, levels):
        raise _too_deep(levels, reason)
    return value


def _texts(value: Json) -> float:
    """How many texts an object holds, names among them: fewer than were sent where a name was given twice.

    Infinitely many where that is not told: of what is no object, and where a fraction may be a number that was rounded.
    """
    if not isinstance(value, dict):
        return inf
    texts: float = len(value)
    for each in value.values():
        kind = type(each)
        if kind is str:
            texts += 1
        elif kind not in _SIMPLE:
            texts += _texts(each)
    return texts


def _decode_slowly(body: bytes, levels: int, reason: str) -> Json:
    """The value by Python's own decoder, which also refuses what the quick one lets pass, and says what is wrong."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(Reason.MALFORMED_BODY, f"the body is not UTF-8: byte {error.start}", parameter="body") from error
    try:
        value: Json = _DECODER.decode(text)
    except RecursionError as error:
        raise _too_deep(levels, reason) from error
    except ValueError as error:
        message = f"the body is not JSON: {str(error)[:200]}"
        raise Refusal(Reason.MALFORMED_BODY, message, parameter="body") from error
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "a member is given twice"
        raise ValueError(message)
    return found


def _no_constant(name: str) -> Json:
    message = f"{name} is no JSON number"
    raise ValueError(message)


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        message = f"{text[:20]} is beyond what a number can hold"
        raise ValueError(message)
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_float)


def _too_deep(levels: int, reason: str) -> Refusal:
    return Refusal(reason, f"the body is nested more than {levels} levels deep", parameter="body")


def _is_deeper(value: Json, levels: int) -> bool:
    """Whether arrays and objects are nested more than `levels` deep."""
    layer: list[Any] = [value]
    for _ in range(levels + 1):
        layer = [each for each in layer if isinstance(each, dict | list)]
        if not layer:
            return False
        layer = [inner for each in layer for inner in (each.values() if isinstance(each, dict) else each)]
    return True
