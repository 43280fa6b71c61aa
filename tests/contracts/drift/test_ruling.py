"""Who moved, and what it counts for: every row of the table, in the words of the two results that lead to it."""

from itertools import product
from typing import Any

import pytest

from contracts.drift.comparison import compare
from contracts.drift.ruling import TABLE, Case, Mover, Relation, Weight, decide
from contracts.drift.side import State
from tests.contracts.drift.sides import NAME, Entry, as_warning, in_state, sides

HELD, READING, OTHERWISE, BROKEN, UNSEEN = (State(each) for each in list(State)[:5])
ABSENT = State.ABSENT
TIME, CLOUDS = Relation.SAME_ENDPOINT, Relation.TWO_ENDPOINTS
MOCK_CLOUD, MOCKS = Relation.MOCK_AND_ENDPOINT, Relation.TWO_MOCKS
OTHER = "500 {}"  # received, where another way of being broken is meant
Shown = tuple[State, dict[str, Any]]
ELSE = {"follows": {"count-maximum": "another"}}

# relation, first side, second side (a state, and what its entry has besides): who moved, what it counts for.
CASES: list[tuple[Relation, Shown, Shown, Mover | None, Weight | None]] = [
    (TIME, (HELD, {}), (HELD, {}), None, None),
    (TIME, (UNSEEN, {}), (UNSEEN, {}), None, None),
    (TIME, (HELD, {}), (BROKEN, {}), Mover.ENDPOINT, Weight.FINDING),
    (TIME, (READING, {}), (BROKEN, {}), Mover.ENDPOINT, Weight.FINDING),
    (TIME, (BROKEN, {}), (HELD, {}), Mover.ENDPOINT, Weight.DRIFT),
    (TIME, (BROKEN, {}), (BROKEN, {}), Mover.PAGE, Weight.TOLD),
    (TIME, (BROKEN, {}), (BROKEN, {"received": OTHER}), Mover.ENDPOINT, Weight.DRIFT),
    (TIME, (UNSEEN, {}), (BROKEN, {}), Mover.PAGE, Weight.FINDING),
    (TIME, (HELD, {}), (READING, {}), Mover.ENDPOINT, Weight.DRIFT),
    (TIME, (READING, {}), (HELD, {}), Mover.ENDPOINT, Weight.DRIFT),
    (TIME, (READING, {}), (READING, {}), Mover.MOCK, Weight.TOLD),
    (TIME, (READING, {}), (READING, ELSE), Mover.ENDPOINT, Weight.DRIFT),
    (TIME, (UNSEEN, {}), (READING, {}), Mover.MOCK, Weight.DRIFT),
    (TIME, (OTHERWISE, {}), (OTHERWISE, {}), Mover.MOCK, Weight.TOLD),
    (TIME, (OTHERWISE, {}), (OTHERWISE, {"received": OTHER}), Mover.ENDPOINT, Weight.DRIFT),
    (TIME, (UNSEEN, {}), (HELD, {}), Mover.SEEN, Weight.TOLD),
    (TIME, (BROKEN, {}), (UNSEEN, {}), Mover.LOST, Weight.TOLD),
    (CLOUDS, (HELD, {}), (HELD, {}), None, None),
    (CLOUDS, (UNSEEN, {}), (UNSEEN, {}), None, None),
    (CLOUDS, (HELD, {}), (BROKEN, {}), Mover.OTHER_ENDPOINT, Weight.FINDING),
    (CLOUDS, (BROKEN, {}), (HELD, {}), Mover.OTHER_ENDPOINT, Weight.DRIFT),
    (CLOUDS, (BROKEN, {}), (BROKEN, {}), Mover.PAGE, Weight.TOLD),
    (CLOUDS, (BROKEN, {}), (BROKEN, {"received": OTHER}), Mover.OTHER_ENDPOINT, Weight.DRIFT),
    (CLOUDS, (UNSEEN, {}), (BROKEN, {}), Mover.PAGE, Weight.FINDING),
    (CLOUDS, (READING, {}), (READING, {}), Mover.MOCK, Weight.TOLD),
    (CLOUDS, (OTHERWISE, {}), (OTHERWISE, {}), Mover.MOCK, Weight.TOLD),
    (CLOUDS, (UNSEEN, {}), (READING, {}), Mover.MOCK, Weight.DRIFT),
    (CLOUDS, (UNSEEN, {}), (HELD, {}), Mover.SEEN, Weight.TOLD),
    (CLOUDS, (HELD, {}), (UNSEEN, {}), Mover.LOST, Weight.TOLD),
    (MOCK_CLOUD, (HELD, {}), (HELD, {}), None, None),
    (MOCK_CLOUD, (UNSEEN, {}), (UNSEEN, {}), None, None),
    (MOCK_CLOUD, (BROKEN, {}), (HELD, {}), Mover.MOCK, Weight.FINDING),
    (MOCK_CLOUD, (BROKEN, {}), (UNSEEN, {}), Mover.MOCK, Weight.FINDING),
    (MOCK_CLOUD, (HELD, {}), (BROKEN, {}), Mover.PAGE, Weight.FINDING),
    (MOCK_CLOUD, (UNSEEN, {}), (BROKEN, {}), Mover.PAGE, Weight.FINDING),
    (MOCK_CLOUD, (BROKEN, {}), (BROKEN, {}), Mover.PAGE, Weight.TOLD),
    (MOCK_CLOUD, (BROKEN, {}), (BROKEN, {"received": OTHER}), Mover.PAGE, Weight.DRIFT),
    (MOCK_CLOUD, (HELD, {}), (READING, {}), Mover.MOCK, Weight.DRIFT),
    (MOCK_CLOUD, (BROKEN, {}), (READING, {}), Mover.MOCK, Weight.DRIFT),
    (MOCK_CLOUD, (HELD, {"standing": "assumed"}), (OTHERWISE, {}), Mover.MOCK, Weight.DRIFT),
    (MOCK_CLOUD, (OTHERWISE, {"received": "400 {}"}), (OTHERWISE, {}), Mover.MOCK, Weight.TOLD),
    (MOCK_CLOUD, (OTHERWISE, {}), (OTHERWISE, {}), Mover.MOCK, Weight.DRIFT),
    (MOCK_CLOUD, (HELD, {}), (UNSEEN, {}), Mover.LOST, Weight.TOLD),
    (MOCK_CLOUD, (UNSEEN, {}), (HELD, {}), Mover.SEEN, Weight.TOLD),
    (MOCKS, (HELD, {}), (HELD, {}), None, None),
    (MOCKS, (UNSEEN, {}), (UNSEEN, {}), None, None),
    (MOCKS, (HELD, {}), (BROKEN, {}), Mover.MOCK, Weight.FINDING),
    (MOCKS, (HELD, {"standing": "assumed", "quote": ""}), (OTHERWISE, {}), Mover.MOCK, Weight.FINDING),
    (MOCKS, (BROKEN, {}), (HELD, {}), Mover.OTHER_MOCK, Weight.DRIFT),
    (MOCKS, (BROKEN, {}), (BROKEN, {}), Mover.MOCK, Weight.TOLD),
    (MOCKS, (BROKEN, {}), (BROKEN, {"received": OTHER}), Mover.OTHER_MOCK, Weight.DRIFT),
    (MOCKS, (UNSEEN, {}), (HELD, {}), Mover.SEEN, Weight.TOLD),
    (MOCKS, (HELD, {}), (UNSEEN, {}), Mover.LOST, Weight.TOLD),
    *((relation, (HELD, {}), (HELD, {"value": 51}), Mover.SPEC, Weight.DRIFT) for relation in Relation),
    *((relation, (HELD, {}), (BROKEN, {"value": 51}), Mover.SPEC, Weight.FINDING) for relation in Relation),
    *((relation, (ABSENT, {}), (HELD, {}), Mover.SPEC, Weight.DRIFT) for relation in Relation),
    *((relation, (ABSENT, {}), (BROKEN, {}), Mover.SPEC, Weight.FINDING) for relation in Relation),
    *((relation, (BROKEN, {}), (ABSENT, {}), Mover.SPEC, Weight.DRIFT) for relation in (TIME, CLOUDS, MOCKS)),
    (MOCK_CLOUD, (HELD, {}), (ABSENT, {}), Mover.SPEC, Weight.DRIFT),
]


def entries(state: State, more: dict[str, Any], *, is_mock: bool) -> list[Entry]:
    if state is State.ABSENT:
        return []
    same_statement = {"standing": "assumed", "source": None, "quote": ""} if more.get("standing") == "assumed" else {}
    return [in_state(state, is_mock=is_mock, **{**same_statement, **more})]


@pytest.mark.parametrize(("relation", "first", "second", "mover", "weight"), CASES)
def test_a_row_of_the_table(
    relation: Relation,
    first: Shown,
    second: Shown,
    mover: Mover | None,
    weight: Weight | None,
) -> None:
    one = entries(*first, is_mock=relation in {MOCK_CLOUD, MOCKS})
    other = entries(*second, is_mock=relation is MOCKS)
    found = compare(*sides(relation, one, other))
    assert found.relation is relation
    told = [(change.clause, change.mover, change.weight) for change in found.changes]
    assert told == ([(NAME, mover, weight)] if mover else [])


def test_every_row_decides_one_of_these_cases() -> None:
    hit = {relation: set[int]() for relation in Relation}
    for relation, (first, one), (second, other), _, _ in CASES:
        is_alike = one.get("received") == other.get("received") and one.get("follows") == other.get("follows")
        if relation is MOCK_CLOUD and first is second is State.OTHERWISE:
            is_alike = "received" in one  # a mock's is the default answer of these tests otherwise
        case = Case(first, second, alike=is_alike, restated="value" in other)
        hit[relation].add(TABLE[relation].index(decide(relation, case)))
    for relation, rows in TABLE.items():
        assert hit[relation] == set(range(len(rows))), relation


@pytest.mark.parametrize("relation", Relation)
def test_whatever_two_results_show_there_is_a_row(relation: Relation) -> None:
    for first, second, alike, restated in product(State, State, (False, True), (False, True)):
        assert decide(relation, Case(first, second, alike=alike, restated=restated)) in TABLE[relation]


@pytest.mark.parametrize("first", [HELD, UNSEEN])
def test_what_only_an_sdk_says_is_drift_on_a_real_endpoint(first: State) -> None:
    now = as_warning(in_state(BROKEN))
    found = compare(*sides(TIME, [in_state(first, standing="sdk")], [now]))
    assert [change.weight for change in found.changes] == [Weight.DRIFT]


def test_a_mock_and_an_endpoint_may_be_given_in_either_order() -> None:
    one, other = sides(MOCK_CLOUD, [in_state(BROKEN, is_mock=True)], [in_state(HELD)])
    (change,) = compare(other, one).changes
    assert (change.mover, change.weight) == (Mover.MOCK, Weight.FINDING)
    assert (change.first.state, change.second.state) == (HELD, BROKEN)
