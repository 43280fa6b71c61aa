"""What somebody accepted, until when; what is said before a comparison is believed."""

from datetime import date
from typing import Any

import pytest

from contracts.baseline import Known
from contracts.drift.comparison import DifferentApis, compare
from contracts.drift.outcome import Outcome, judge
from contracts.drift.ruling import Relation
from contracts.drift.side import State
from tests.contracts.drift.sides import CLOUD, NAME, in_state, mock, side, sides
from tests.contracts.reports.results import API, broken, entry, result

DAY = date(2027, 1, 31)
BROKEN_NOW = ([in_state(State.HELD)], [in_state(State.BROKEN)])


def outcome(*accepted: Known, today: date = DAY) -> Outcome:
    return judge(compare(*sides(Relation.SAME_ENDPOINT, *BROKEN_NOW)), accepted, today)


def known(clause: str = NAME, until: date = DAY) -> Known:
    return Known(clause, "ticket 4711", "the data team", until)


@pytest.mark.parametrize("clause", [NAME, f"{API}/*", "*/a"])
def test_what_somebody_accepted_counts_no_more_by_name_or_by_pattern(clause: str) -> None:
    found = outcome(known(clause))
    assert found.counted == ()
    assert [(change.clause, change.accepted) for change in found.accepted] == [(NAME, known(clause))]


def test_it_counts_again_when_its_last_day_is_over() -> None:
    found = outcome(known(), today=date(2027, 2, 1))
    assert [change.clause for change in found.findings] == [NAME]
    assert found.expired == (known(),)
    assert found.accepted == ()


def test_a_clause_that_is_named_goes_before_a_pattern() -> None:
    found = outcome(known(f"{API}/*", date(2020, 1, 1)), known())
    assert [change.accepted for change in found.accepted] == [known()]
    assert found.expired == ()


def test_what_differs_no_more_is_to_be_taken_out() -> None:
    assert outcome(known(f"{API}/zzz")).needless == (known(f"{API}/zzz"),)
    assert outcome(known(f"{API}/not-in-either")).needless == ()


def notes(first: object, second: object) -> str:
    return "\n".join(compare(first, second).notes)  # type: ignore[arg-type]


def test_nothing_is_said_of_two_results_of_the_same_kind() -> None:
    assert notes(side(entry("a")), side(entry("a"))) == ""


def test_a_run_that_ended_early_is_told_and_what_it_lacks_is_not_called_gone() -> None:
    short = side(result=result(entry("zzz"), stopped="interrupted", selected=2))
    found = compare(side(entry("a")), short)
    assert found.notes == ("a.json ended early (interrupted): it has 1 of 2 clauses",)
    assert [(change.mover.value, change.clause) for change in found.changes] == [("not observed any more", NAME)]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({"select": "zzz"}, "they were asked for different parts: -k is not given, then 'zzz'"),
        ({"quick": True}, "they were asked for different parts: --quick is not given, then True"),
        ({"shard": "1/2"}, "they were asked for different parts: --shard is not given, then '1/2'"),
    ],
)
def test_a_run_that_was_asked_for_less_lacks_clauses_that_are_not_gone(head: dict[str, Any], said: str) -> None:
    found = compare(side(entry("a")), side(**head))
    assert found.notes == (said,)
    assert [change.mover.value for change in found.changes] == ["not observed any more"]


def test_two_versions_of_the_suite_and_the_wrong_order_are_told() -> None:
    later = side(entry("a"), path="b.json", version="0.2.0", started="2026-01-30T00:00:00+00:00")
    assert notes(side(entry("a")), later) == (
        "two versions of the contracts judged (0.1.0, then 0.2.0): what differs may be how it was judged\n"
        "a.json is the later one: are they the wrong way round?"
    )


def test_an_api_that_only_one_side_has_is_told_and_its_clauses_are_no_change_of_the_spec() -> None:
    found = compare(mock(entry("a"), broken("c", api="shop")), side(entry("a")))
    assert "only a.json has shop" in found.notes
    assert [(change.clause, change.mover.value) for change in found.changes] == [("shop/c", "the mock is wrong")]


def test_results_of_different_apis_cannot_be_compared() -> None:
    other = side(path="b.json", result=result(entry("a", api="shop")))
    with pytest.raises(DifferentApis, match=rf"a\.json is of {API}, b\.json of shop: there is nothing to compare"):
        compare(side(entry("a")), other)


def test_an_address_is_the_same_with_a_slash_at_its_end_and_in_capitals() -> None:
    found = compare(side(entry("a")), side(entry("a"), target=f"{CLOUD.upper()}/"))
    assert found.relation is Relation.SAME_ENDPOINT
