"""Which clauses are meant by kinds, standings, operations, and expressions of -k."""

import pytest

from contracts.selection import Selection, check_expression
from tests.contracts.bent import all_clauses

CLAUSES = all_clauses("tencent-cls")


def chosen(selection: Selection) -> set[str]:
    return {clause.id.removeprefix("tencent-cls/") for clause in selection.of(CLAUSES)}


def test_everything_is_meant_when_nothing_is_asked_for_and_the_order_stays() -> None:
    assert Selection().of(CLAUSES) == list(CLAUSES)


def test_every_condition_has_to_hold() -> None:
    both = Selection(kinds=frozenset({"maximum"}), operations=frozenset({"CreateExport", "DescribeExports"}))
    assert chosen(both) == {
        "CreateExport/Count/maximum",
        "CreateExport/From/maximum",
        "CreateExport/To/maximum",
        "DescribeExports/Limit/maximum",
    }
    assert chosen(Selection(kinds=frozenset({"maximum"}), standings=frozenset({"documented"}))) == {
        "CreateExport/Count/maximum",
        "DescribeExports/Limit/maximum",
    }


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("Count/maximum", {"CreateExport/Count/maximum"}),
        ("COUNT and maximum", {"CreateExport/Count/maximum"}),
        ("maximum and assumed", {"CreateExport/From/maximum", "CreateExport/To/maximum"}),
        ("maximum and not assumed and not Count", {"DescribeExports/Limit/maximum"}),
        ("nothing_of_this_name", set()),
    ],
)
def test_an_expression_looks_at_id_kind_and_standing_as_in_a_run(expression: str, found: set[str]) -> None:
    assert chosen(Selection(expression=expression)) == found


@pytest.mark.parametrize("expression", ["(", "a b", "a(b=1)", "and"])
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="is no expression: "):
        check_expression(expression)
    with pytest.raises(ValueError, match="is no expression: "):
        Selection(expression=expression).of(CLAUSES)
