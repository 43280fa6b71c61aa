"""What a value has to be like is said by its schema, and what is wrong with it by a reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi.reasons import Reason
from openapi.validation import validator

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["Topic", "Count"],
    "properties": {
        "Topic": {"type": "string", "minLength": 2, "maxLength": 5, "pattern": "^[a-z]+$"},
        "Count": {"type": "integer", "minimum": 0, "maximum": 10},
        "Order": {"type": "string", "enum": ["asc", "desc"], "nullable": True},
        "At": {"type": "string", "format": "date-time"},
        "Id": {"type": "string", "format": "uuid"},
        "Small": {"type": "integer", "format": "int32"},
        "Names": {"type": "array", "maxItems": 2, "uniqueItems": True, "items": {"type": "string"}},
        "Inner": {"type": "object", "required": ["Deep"], "properties": {"Deep": {"type": "boolean"}}},
    },
}
GOOD: dict[str, Any] = {"Topic": "abc", "Count": 3}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("change", "reason", "path"),
    [
        ({"Topic": 5}, Reason.WRONG_TYPE, ("Topic",)),
        ({"Count": True}, Reason.WRONG_TYPE, ("Count",)),
        ({"Count": 3.0}, Reason.WRONG_TYPE, ("Count",)),
        ({"Count": "3"}, Reason.WRONG_TYPE, ("Count",)),
        ({"Count": float("nan")}, Reason.WRONG_TYPE, ("Count",)),
        ({"Count": -1}, Reason.OUT_OF_RANGE, ("Count",)),
        ({"Count": 11}, Reason.OUT_OF_RANGE, ("Count",)),
        ({"Count": 10**400}, Reason.OUT_OF_RANGE, ("Count",)),
        ({"Small": 2**31}, Reason.OUT_OF_RANGE, ("Small",)),
        ({"Order": "ASC"}, Reason.NOT_IN_ENUM, ("Order",)),
        ({"Topic": "abcdef"}, Reason.WRONG_LENGTH, ("Topic",)),
        ({"Topic": "a"}, Reason.WRONG_LENGTH, ("Topic",)),
        ({"Names": ["a", "b", "c"]}, Reason.WRONG_LENGTH, ("Names",)),
        ({"Names": ["a", "a"]}, Reason.WRONG_LENGTH, ("Names",)),
        ({"Names": [1]}, Reason.WRONG_TYPE, ("Names", 0)),
        ({"Topic": "ab1"}, Reason.WRONG_FORMAT, ("Topic",)),
        ({"Topic": "ab\ud800"}, Reason.WRONG_FORMAT, ("Topic",)),
        ({"At": "2020-13-01T00:00:00Z"}, Reason.WRONG_FORMAT, ("At",)),
        ({"Id": "57196a6a-7622-47be-bc92"}, Reason.WRONG_FORMAT, ("Id",)),
        ({"Inner": {}}, Reason.MISSING_PARAMETER, ("Inner", "Deep")),
    ],
)
def test_a_fault_is_told_by_its_reason_and_place(change: dict[str, Any], reason: Reason, path: tuple[Any, ...]) -> None:
    found = validator(SCHEMA).problems({**GOOD, **change})
    assert [(problem.reason, problem.path) for problem in found] == [(reason, path)]


def test_a_problem_names_the_outermost_parameter_and_its_value() -> None:
    (found,) = validator(SCHEMA).problems({**GOOD, "Names": ["a", 2]})
    assert (found.parameter, found.value) == ("Names", 2)
    assert "Names.1" in found.message


@pytest.mark.parametrize("value", [{"Topic": "abcde", "Count": 10}, {**GOOD, "Order": None}, {**GOOD, "More": 1}])
def test_what_the_schema_allows_has_no_problem(value: dict[str, Any]) -> None:
    assert validator(SCHEMA).is_valid(value)
    assert validator(SCHEMA).problems(value) == []


def test_what_is_missing_comes_first_then_what_is_unknown() -> None:
    found = validator(SCHEMA, unknown_members="refuse").problems({"Count": "x", "More": 1, "Other": 2})
    assert [(problem.reason, problem.parameter) for problem in found] == [
        (Reason.MISSING_PARAMETER, "Topic"),
        (Reason.UNKNOWN_PARAMETER, "More"),
        (Reason.UNKNOWN_PARAMETER, "Other"),
        (Reason.WRONG_TYPE, "Count"),
    ]


def test_what_schemas_are_made_of_knows_a_member_together() -> None:
    part = {"type": "object", "properties": {"A": {"type": "string"}, "In": {"properties": {"B": {}}}}}
    whole = {"allOf": [part, {"type": "object", "properties": {"C": {}}}], "properties": {"D": {}}}
    compiled = validator(whole, unknown_members="refuse")
    assert compiled.problems({"A": "a", "In": {"B": 1}, "C": 2, "D": 3}) == []
    assert [each.path for each in compiled.problems({"A": "a", "E": 1})] == [("E",)]
    assert [each.path for each in compiled.problems({"In": {"C": 1}})] == [("In", "C")]
    assert [each.path for each in compiled.problems({"A": 1})] == [("A",)]


def test_unknown_members_of_inner_objects_are_refused_too() -> None:
    found = validator(SCHEMA, unknown_members="refuse").problems({**GOOD, "Inner": {"Deep": True, "Deeper": 1}})
    assert [problem.path for problem in found] == [("Inner", "Deeper")]


def test_a_value_nested_beyond_all_measure_is_a_problem_and_no_crash() -> None:
    deep: Any = "text"
    for _ in range(900):
        deep = [deep]
    compiled = validator({"enum": [["other"]]})
    assert not compiled.is_valid({"member": deep})
    assert [problem.reason for problem in compiled.problems({"member": deep})] == [Reason.WRONG_FORMAT]


@given(JSON)
def test_any_value_is_valid_or_has_a_problem(value: Any) -> None:
    compiled = validator(SCHEMA, unknown_members="refuse")
    assert compiled.is_valid(value) == (compiled.problems(value) == [])


@given(JSON)
def test_a_member_that_nobody_describes_may_be_anything_that_is_text(value: Any) -> None:
    assert all(problem.reason is Reason.WRONG_FORMAT for problem in validator(SCHEMA).problems({**GOOD, "More": value}))
