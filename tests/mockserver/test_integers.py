"""Is a whole number an integer to the control plane, however JSON writes it?"""

from collections.abc import Mapping
from typing import Any

import pytest

import mockserver
from mockserver.control.bodies import Unusable, check
from tests.mockserver.control_plane import API, Control, start

LIST = "DescribeExports"
ORDER = '{"generate": {"count": %s, "seed": %s, "from": 1000, "to": 2000}}'


@pytest.fixture
def control() -> Control:
    return start()


def test_a_fault_counts_in_integers(control: Control) -> None:
    fault = {"api": API, "effect": "dribble", "seconds": 0.0, "bytes": 2.0, "times": 1e0, "after": 0.0, "seed": 3.0}
    set_ = control.ask("POST", "/faults", fault).json
    assert {name: repr(set_[name]) for name in ("bytes", "times", "after", "seed", "seconds")} == {
        "bytes": "2", "times": "1", "after": "0", "seed": "3", "seconds": "0.0",
    }  # fmt: skip
    cloud = control.cloud
    answer = cloud.ask(cloud.sign(cloud.make(API, LIST, **cloud.operation(API, LIST).example), API, LIST))
    assert (answer.status, answer.json["Response"]["TotalCount"]) == (200, 0)


def test_so_many_rows_are_made_up(control: Control) -> None:
    first, second = (
        control.ask("POST", f"/records?api={API}", raw=(ORDER % said).encode())
        for said in (("20", "1"), ("2E1", "1.0"))
    )
    assert (first.status, first.json["rows"], second.json) == (201, 20, first.json)


def test_numbers_of_a_state_go_on_as_integers(control: Control) -> None:
    state = control.ask("GET", "/state").json
    state["numbers"] = {API: 3.0}
    assert control.ask("PUT", "/state", state).status == 200
    assert b'"numbers":{"tencent-cls":3}' in control.ask("GET", "/state").body


def test_what_is_there_from_the_start_is_counted_so_too() -> None:
    records: list[Mapping[str, Any]] = [{"generate": {"count": 3.0}}]
    faults = [{"effect": "error", "times": 2.0}]
    with mockserver.mock(API, clock="manual", records=records, faults=faults) as cloud:
        assert [each["rows"] for each in cloud.records.all()] == [3]
        assert [repr(each["times"]) for each in cloud.faults.all()] == ["2"]


@pytest.mark.parametrize(
    ("schema", "value", "taken"),
    [
        ({"type": ["integer", "null"]}, {"a": 5.0}, {"a": 5}),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, {"a": -1e3}, {"a": -1000}),
        ({"type": "array", "items": {"type": "integer"}}, {"a": [1, 2.0]}, {"a": [1, 2]}),
        ({"type": "number"}, {"a": 5.0}, {"a": 5.0}),
        ({"type": "integer"}, {}, {}),
        ({"type": "integer"}, {"a": 1e20}, {"a": 10**20}),
    ],
    ids=str,
)
def test_only_what_has_to_be_whole_becomes_an_integer(schema: Any, value: Any, taken: Any) -> None:
    given = repr(value)
    assert repr(check(value, {"properties": {"a": schema}})) == repr(taken)
    assert repr(value) == given


def test_a_schema_is_not_taken_for_another_that_is_gone() -> None:
    for _ in range(20):
        check({}, {"type": "object"})
        with pytest.raises(Unusable):
            check({}, {"type": "object", "required": ["a"]})
