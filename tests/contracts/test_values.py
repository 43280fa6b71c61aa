"""Values just inside and just outside a rule, found from the schema alone."""

from typing import Any

import pytest

from contracts.values import against_pattern, find, of_items, of_length, other_types, other_words, put, take
from openapi.members import Member
from openapi.validation import validator

NESTED = Member("body", ("Columns", "[]", "Name"), {"type": "string"}, required=True)


def test_a_nested_value_is_put_found_and_taken_away() -> None:
    given = put({"Columns": [{"Name": "a", "Size": 1}, {"Name": "b"}]}, NESTED, "c")
    assert given == {"Columns": [{"Name": "c", "Size": 1}, {"Name": "b"}]}
    assert find(given, NESTED) == "c"
    assert take(given, NESTED) == {"Columns": [{"Size": 1}, {"Name": "b"}]}


def test_what_is_missing_on_the_way_to_a_value_is_made() -> None:
    assert put({}, NESTED, "c") == {"Columns": [{"Name": "c"}]}
    assert find({}, NESTED) is None


@pytest.mark.parametrize("kind", ["string", "integer", "number", "boolean", "array", "object"])
def test_other_types_are_other_types(kind: str) -> None:
    found = list(other_types({"type": kind}))
    assert len(found) >= 4
    assert not any(validator({"type": kind}).is_valid(value) for value in found)


def test_other_words_are_near_the_listed_ones() -> None:
    assert "DESC" in list(other_words(["asc", "desc"]))
    assert set(map(str, other_words([0, 1]))) == {"-1", "2"}


@pytest.mark.parametrize("length", [1, 5, 36, 37])
def test_a_text_of_a_length_keeps_to_the_pattern(length: int) -> None:
    schema: dict[str, Any] = {"type": "string", "maxLength": 36, "pattern": "^[a-z][a-z0-9_-]*$"}
    text = of_length(schema, length, "a-1")
    assert text is not None
    assert len(text) == length
    assert validator({"type": "string", "pattern": schema["pattern"]}).is_valid(text)


def test_no_text_is_given_where_the_pattern_forbids_the_length() -> None:
    assert of_length({"type": "string", "pattern": "^[0-9]{8}$"}, 9, "20200101") is None


def test_items_differ_where_they_have_to() -> None:
    schema: dict[str, Any] = {
        "type": "array",
        "uniqueItems": True,
        "maxItems": 3,
        "items": {"type": "string", "maxLength": 4},
    }
    items = of_items(schema, 4, ["abcd"])
    assert items is not None
    assert len(set(map(str, items))) == 4
    assert all(len(str(item)) <= 4 for item in items)


def test_texts_against_a_pattern_keep_to_every_other_rule() -> None:
    schema: dict[str, Any] = {"type": "string", "minLength": 3, "maxLength": 3, "pattern": "^[a-z]+$"}
    found = list(against_pattern(schema, "abc"))
    assert found
    assert all(len(text) == 3 for text in found)
    assert not any(validator(schema).is_valid(text) for text in found)
