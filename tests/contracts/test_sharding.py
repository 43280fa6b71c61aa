"""Is a run cut into parts that hold every clause once, of about the same length, the same ones everywhere?"""

from functools import cache

import pytest

from contracts.sharding import Shard, group, parse_shard, part, weight
from contracts.suite import Suite
from openapi.clauses import Clause


@cache
def clauses() -> tuple[Clause, ...]:
    return Suite().clauses


@pytest.mark.parametrize("of", [1, 2, 3, 4, 7])
def test_every_clause_is_in_one_part(of: int) -> None:
    parts = [part(clauses(), Shard(number, of)) for number in range(1, of + 1)]
    assert sum(map(len, parts)) == len(clauses())
    assert frozenset().union(*parts) == {clause.id for clause in clauses()}


@pytest.mark.parametrize("of", [2, 4])
def test_the_parts_take_about_the_same_time(of: int) -> None:
    weights = {clause.id: weight(clause) for clause in clauses()}
    loads = [sum(weights[each] for each in part(clauses(), Shard(number, of))) for number in range(1, of + 1)]
    assert max(loads) <= 1.01 * min(loads)


def test_what_one_run_of_requests_judges_stays_together() -> None:
    parts = [part(clauses(), Shard(number, 4)) for number in range(1, 5)]
    groups: dict[str, set[int]] = {}
    for clause in clauses():
        groups.setdefault(group(clause), set()).add(next(i for i, ids in enumerate(parts) if clause.id in ids))
    assert {name for name, places in groups.items() if len(places) > 1} == set()
    assert len(groups) < len(clauses())


def test_the_order_of_the_clauses_does_not_matter() -> None:
    assert part(reversed(clauses()), Shard(2, 3)) == part(clauses(), Shard(2, 3))


def test_of_fewer_clauses_than_parts_some_parts_are_empty() -> None:
    assert [len(part(clauses()[:1], Shard(number, 2))) for number in (1, 2)] == [1, 0]


def test_a_shard_is_written_as_a_number_of_a_number() -> None:
    assert parse_shard("2/12") == Shard(2, 12)
    assert str(Shard(2, 12)) == "2/12"


@pytest.mark.parametrize("text", ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "1 / 4", "a/b", "1/1001", "1/99999"])
def test_what_is_no_shard_is_refused_with_what_would_be_one(text: str) -> None:
    with pytest.raises(ValueError, match="the first of four is 1/4"):
        parse_shard(text)
