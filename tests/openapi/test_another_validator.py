"""Do two validators that share no code agree on what the schemas of requests take?

Mock and contracts compile their schemas by one library: a mistake in it, or in how OpenAPI is put to it, would be
hidden from both. The other is written in Python, and is given the schemas as they are but for `nullable`.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from openapi.loader import load, names
from openapi.members import Member, members
from openapi.model import Operation
from openapi.validation import validator

# What the two are known to see differently is left out: whole numbers written with a fraction, integers of more than
# 64 bits, formats, and line breaks and letters of other scripts in patterns.
TEXTS = st.text(st.sampled_from("aZ09 _-*/.{}[]\"':,!\U0001f4a9"), max_size=40)
NUMBERS = st.integers(-(1 << 62), 1 << 62) | st.floats(0.1, 0.9) | st.integers(-2, 102)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


def without_formats(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        kept = {key: value for key, value in schema.items() if key != "format" or not isinstance(value, str)}
        return {key: without_formats(value) for key, value in kept.items()}
    return [without_formats(each) for each in schema] if isinstance(schema, list) else schema


def as_draft_4(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        plain = {key: as_draft_4(value) for key, value in schema.items()}
        return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain
    return [as_draft_4(each) for each in schema] if isinstance(schema, list) else schema


@cache
def with_bodies(name: str) -> list[tuple[Operation, list[Member]]]:
    """The operations that take a body, and what is at the top of it."""
    operations = [each for each in load(name).operations.values() if each.body is not None]
    inside = ([each for each in members(one) if each.where == "body" and len(each.steps) == 1] for one in operations)
    return [(one, found) for one, found in zip(operations, inside, strict=True) if found]


@cache
def places(name: str) -> list[tuple[Operation, Member]]:
    """Every value of a request of an API that has a schema of its own."""
    return [(operation, member) for operation in load(name).operations.values() for member in members(operation)]


def near(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Values at the edges of a schema."""
    found: list[Any] = [*schema.get("enum", ()), schema.get("example"), schema.get("default"), "", 0, [], {}]
    for key in ("minimum", "maximum"):
        found += [schema[key] + step for step in (-1, 0, 1)] if key in schema else []
    for key in ("minLength", "maxLength"):
        found += ["a" * max(schema[key] + step, 0) for step in (-1, 0, 1)] if key in schema else []
    for key in ("minItems", "maxItems"):
        item = schema.get("items", {}).get("example", "a")
        found += [[item] * max(schema[key] + step, 0) for step in (-1, 0, 1)] if key in schema else []
    return st.sampled_from(found)


@pytest.mark.parametrize("name", names())
@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_both_take_and_refuse_the_same_values(name: str, data: st.DataObject) -> None:
    _, member = data.draw(st.sampled_from(places(name)))
    schema = without_formats(member.schema)
    value = data.draw(near(schema) | VALUES)
    assert validator(schema).is_valid(value) is Draft4Validator(as_draft_4(schema)).is_valid(value), (
        member.name,
        value,
    )


@pytest.mark.parametrize("name", [name for name in names() if with_bodies(name)])
@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_both_take_and_refuse_the_same_bodies(name: str, data: st.DataObject) -> None:
    operation, top = data.draw(st.sampled_from(with_bodies(name)))
    schema = without_formats(operation.body)
    outside = {each.name for each in operation.parameters}
    body = {key: value for key, value in operation.example.items() if key not in outside}
    for member in data.draw(st.lists(st.sampled_from(top), max_size=3)):
        body[member.name] = data.draw(near(member.schema) | VALUES)
    for key in data.draw(st.sets(st.sampled_from(sorted(body) or [""]), max_size=1)):
        body.pop(key, None)
    assert validator(schema).is_valid(body) is Draft4Validator(as_draft_4(schema)).is_valid(body), (operation.id, body)
