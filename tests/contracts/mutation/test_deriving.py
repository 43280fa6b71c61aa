"""Which mutants there are: of every clause, each with a name of its own, and told in words."""

from collections import Counter

import pytest

from contracts.mutation.deriving import DERIVED, UMBRELLAS, mutants
from contracts.mutation.selection import sample
from contracts.mutation.serving import Unservable, open_mutant, served_specs
from openapi.clauses import ClauseKind, clauses
from openapi.loader import names
from tests.contracts.mutation.known import own, specs

# A link with a parameter more is a link with another signature: what is unknown is never met there.
UNKNOWN_AT_LINKS = {
    "tencent-cls/GetExportedFile/unknown-member",
    "baidu-bls/GetDownloadedFile/unknown-member",
}
APIS = names()


def test_only_what_states_nothing_of_its_own_has_no_mutants() -> None:
    assert set(UMBRELLAS) == {ClauseKind.CONFORMANCE, ClauseKind.REFUSAL, ClauseKind.SEQUENCES}


def test_every_other_kind_of_clause_has_some() -> None:
    found = {each.clause.kind for spec in (*specs().values(), *own().values()) for each in mutants(spec)}
    assert found == set(DERIVED)


@pytest.mark.parametrize("api", APIS)
def test_every_clause_has_one(api: str) -> None:
    derived = {each.clause.id for each in mutants(specs()[api])}
    missing = {each.id for each in clauses(specs()[api]) if each.kind in DERIVED} - derived
    assert missing - UNKNOWN_AT_LINKS == set()


@pytest.mark.parametrize("api", APIS)
def test_no_two_have_the_same_name_and_each_is_told(api: str) -> None:
    found = list(mutants(specs()[api]))
    assert [name for name, count in Counter(each.id for each in found).items() if count > 1] == []
    assert [each.id for each in found if not each.told] == []


@pytest.mark.parametrize("api", APIS)
def test_each_is_a_change_of_the_document_or_of_the_behaviour(api: str) -> None:
    assert [each.id for each in mutants(specs()[api]) if bool(each.changes) is (each.defect is not None)] == []


def test_types_that_a_query_shares_with_a_body_can_be_several() -> None:
    (mutant,) = [each for each in mutants(specs()["huawei-iotda"]) if each.id.endswith("app_id/type:or-integer")]
    assert open_mutant(mutant, specs())


def test_a_changed_document_can_be_served() -> None:
    everything = [each for spec in specs().values() for each in mutants(spec) if each.changes and not each.same]
    refused = []
    for each in sample(everything, 150, seed=1):
        try:
            served_specs(each, specs())
        except Unservable as error:
            refused.append((each.id, str(error)))
    assert refused == []


def test_a_spec_of_ones_own_has_mutants_too() -> None:
    found = {each.id for each in mutants(own()["acme-reports"])}
    assert "acme-reports/open-reports/quota:plus-1" in found
    assert "acme-reports/CreateReport/days/default:plus-1" in found
