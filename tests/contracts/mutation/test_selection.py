"""Which mutants are looked at: those of an expression, of a part, of a sample."""

import pytest

from contracts.mutation.deriving import mutants
from contracts.mutation.mutant import Mutant
from contracts.mutation.selection import sample, select, share
from tests.contracts.mutation.known import specs


@pytest.fixture(scope="module")
def everything() -> list[Mutant]:
    return list(mutants(specs()["tencent-cls"]))


def test_an_expression_picks_by_id_and_kind(everything: list[Mutant]) -> None:
    found = select(everything, "CreateExport and maximum and not Count")
    assert {each.clause.id for each in found} == {
        "tencent-cls/CreateExport/From/maximum",
        "tencent-cls/CreateExport/To/maximum",
    }


def test_the_parts_are_the_whole(everything: list[Mutant]) -> None:
    parts = [share(everything, number, 3) for number in (1, 2, 3)]
    assert sorted(each.id for part in parts for each in part) == sorted(each.id for each in everything)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_a_sample_has_every_kind_and_is_the_same_for_the_same_seed(everything: list[Mutant]) -> None:
    kinds = {each.clause.kind for each in everything}
    one, again, other = (sample(everything, len(kinds) + 5, seed) for seed in (1, 1, 2))
    assert {each.clause.kind for each in one} == kinds
    assert [each.id for each in one] == [each.id for each in again] != [each.id for each in other]
    assert len(one) == len(kinds) + 5
