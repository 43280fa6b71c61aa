"""Values that are just inside a documented bound, or just outside: chosen from the schema alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from openapi.members import ITEM, Member
from openapi.model import Json, Schema
from openapi.validation import validator

Arguments = dict[str, Json]


def put(arguments: Mapping[str, Json], member: Member, value: Json) -> Arguments:
    """`arguments` with another value for a member; what is missing on the way there is made."""
    changed: Any = _put(dict(arguments), list(member.steps), value)
    return dict(changed)


def take(arguments: Mapping[str, Json], member: Member) -> Arguments:
    """`arguments` without a member; the item of an array loses it in the first item."""
    changed: Any = _take(dict(arguments), list(member.steps))
    return dict(changed)


def find(arguments: Mapping[str, Json], member: Member) -> Json:
    """The value of a member, of the first item where it is in an array; None when it is not given."""
    value: Any = arguments
    for step in member.steps:
        if step == ITEM:
            value = value[0] if isinstance(value, list) and value else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    found: Json = value
    return found


def is_valid(schema: Schema, value: Json) -> bool:
    """Whether a schema takes a value."""
    return validator(schema).is_valid(value)


def other_types(schema: Schema) -> Iterator[Json]:
    """Values of every type but the documented one, the near ones first: `"100"` for an integer."""
    example: Json = 100 if schema.get("type") != "string" else "text"
    for value in ("100", 100, 1.5, True, ["text"], {"member": example}):
        found: Json = value  # type: ignore[assignment]
        if not is_valid({"type": schema.get("type", "object")}, found):
            yield found


def other_words(words: list[Json]) -> Iterator[Json]:
    """Values that an enum does not list: a word in the other case, a stranger, a neighbouring number."""
    for word in words:
        candidates: list[Json] = []
        if isinstance(word, str):
            candidates = [word.swapcase(), f"{word}x", "x" if word else "y"]
        elif isinstance(word, int) and not isinstance(word, bool):
            candidates = [word + 1, word - 1]
        yield from (each for each in candidates if each not in words)


def of_length(schema: Schema, length: int, example: Json) -> str | None:
    """A text of that many characters that breaks no other rule of the schema; None when none is known."""
    free = {key: value for key, value in schema.items() if key not in {"minLength", "maxLength", "enum"}}
    seeds = [example, schema.get("default"), "a", "A", "0", "a1", "_a"]
    for seed in seeds:
        if not isinstance(seed, str) or not seed:
            continue
        for text in (_stretch(seed, seed[-1], length), _stretch(seed, seed[0], length), _stretch(seed, "a", length)):
            if len(text) == length and is_valid(free, text):
                return text
    return None


def of_items(schema: Schema, count: int, example: Json) -> list[Json] | None:
    """An array of that many items that breaks no other rule of the schema; None when none is known."""
    items = schema.get("items", {})
    free = {key: value for key, value in schema.items() if key not in {"minItems", "maxItems"}}
    first: Json = example[0] if isinstance(example, list) and example else some(items)
    made = [_numbered(first, index, items) for index in range(count)]
    for found in (made, [first] * count):
        if is_valid(free, found):
            return list(found)
    return None


def against_pattern(schema: Schema, example: Json) -> Iterator[str]:
    """Texts of a legal length that the pattern of the schema does not take."""
    free = {key: value for key, value in schema.items() if key not in {"pattern", "enum", "format"}}
    text = example if isinstance(example, str) and example else "aaaaaaaa"
    marks = ("!", " ", "\u00e9", "/", "|", "|x", "\x00", "A", "0")
    for mark in marks:
        for broken in (text[:-1] + mark, mark + text[1:], text + mark, mark):
            if is_valid(free, broken) and not is_valid({"type": "string", "pattern": schema["pattern"]}, broken):
                yield broken


def moment_of(text: Json) -> datetime | None:
    """The moment that a text states in ISO 8601; None where it states none."""
    try:
        return datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def other_spellings(schema: Schema, example: Json) -> Iterator[str]:
    """A moment as the example has it, in other forms of the same standard that the schema does not take."""
    moment = moment_of(example)
    for form in ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%SZ", "%Y%m%dT%H%M%SZ"):
        if moment is not None and not is_valid(schema, moment.strftime(form)):
            yield moment.strftime(form)


def within_pattern(schema: Schema, example: str) -> Iterator[str]:
    """The text with a character of each kind in its place, as far as the schema takes it then."""
    for mark in ("a", "A", "0", "_", "-", ".", " ", "\u00e9"):
        for text in (example[:-1] + mark, mark + example[1:]):
            if text != example and is_valid(schema, text):
                yield text
                break


def altered(text: str) -> str:
    """A text of the same length and form that differs in one letter or digit, near its middle; never the same."""
    middle = len(text) // 2
    for index in [*range(middle, len(text)), *range(middle)]:
        character = text[index]
        if character.isascii() and character.isalnum():
            zero = "0" if character.isdigit() else "a" if character.islower() else "A"
            other = zero if character != zero else chr(ord(zero) + 1)
            return text[:index] + other + text[index + 1 :]
    return f"{text}0"


def _put(node: Any, steps: list[str], value: Json) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step == ITEM:
        items = list(node) if isinstance(node, list) else []
        return [_put(items[0] if items else None, rest, value), *items[1:]]
    members = dict(node) if isinstance(node, dict) else {}
    return {**members, step: _put(members.get(step), rest, value)}


def _take(node: Any, steps: list[str]) -> Any:
    step, rest = steps[0], steps[1:]
    if step == ITEM:
        return [_take(node[0], rest), *node[1:]] if isinstance(node, list) and node else node
    if not isinstance(node, dict) or step not in node:
        return node
    if not rest:
        return {name: value for name, value in node.items() if name != step}
    return {**node, step: _take(node[step], rest)}


def _stretch(text: str, filler: str, length: int) -> str:
    return text[:length] if len(text) >= length else text + filler * (length - len(text))


def some(schema: Schema) -> Json:
    """Some value that a schema takes: its example or default where it has one."""
    for known in ("example", "default"):
        if known in schema:
            found: Json = schema[known]
            return found
    if schema.get("enum"):
        first: Json = schema["enum"][0]
        return first
    kind = schema.get("type", "string")
    if kind == "object":
        return {name: some(part) for name, part in schema.get("properties", {}).items()}
    simple: dict[str, Json] = {"integer": schema.get("minimum", 1), "number": 1, "boolean": True, "array": []}
    return simple.get(kind, of_length(schema, max(schema.get("minLength", 1), 1), schema.get("example")) or "a")


def _numbered(value: Json, index: int, schema: Schema) -> Json:
    """The value again, told apart by a number where the schema allows it."""
    if isinstance(value, str) and index:
        tail = str(index)
        longest = schema.get("maxLength", len(value) + len(tail))
        for text in (value + tail, value[: longest - len(tail)] + tail):
            if is_valid(schema, text):
                return text
    if isinstance(value, int) and not isinstance(value, bool):
        return value + index
    return value
