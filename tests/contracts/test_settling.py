"""Is what generated requests find told at the clause it names, once, and never lost?"""

from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from contracts.result import Head, Result
from contracts.settling import settle
from tests.contracts.bent import judged

API = "tencent-cls"
UMBRELLA = f"{API}/CreateExport/refusal"
NAMED = f"{API}/CreateExport/Count/maximum"
OTHER = f"{API}/DescribeExports/refusal"
HIGHER = {"/components/schemas/CreateExportRequest/properties/Count/maximum": 60_000_000}
Entry = dict[str, Any]


@cache
def judged_entries() -> dict[str, Entry]:
    """The named clause as held by its own check, and a refusal that finds it broken."""
    found = {NAMED: judged(NAMED).as_json(), UMBRELLA: judged(UMBRELLA, HIGHER).as_json()}
    return {name: {**entry, "text": "as first told"} for name, entry in found.items()}


def entries() -> tuple[Entry, Entry]:
    found = deepcopy(judged_entries())
    return found[NAMED], found[UMBRELLA]


def settled(*those: Entry) -> dict[str, Entry]:
    result = Result(Head("somewhere"), list(those))
    settle(result)
    return {entry["id"]: entry for entry in result.entries}


def test_a_finding_breaks_the_clause_it_names_with_what_shows_it() -> None:
    found = settled(*entries())[NAMED]
    assert (found["verdict"], found["found_by"]) == ("broken", UMBRELLA)
    assert found["reason"].startswith("refused: ")
    assert found["received"].startswith("accepted with 200")
    assert "50000001" in found["evidence"][-1]["request"]["body"]
    assert found["text"].splitlines()[0] == NAMED
    assert found["text"].count("  curl      curl ") == found["steps"] == 1


def test_what_is_told_elsewhere_is_not_told_twice_and_not_hidden() -> None:
    found = settled(*entries())[UMBRELLA]
    assert (found["verdict"], found["findings"], found["told_at"]) == ("not-observed", [], [NAMED])
    assert found["reason"] == f"generated requests broke other clauses, told there: {NAMED}"
    assert found["text"] == ""


def test_a_clause_that_is_not_in_the_result_is_told_of_by_the_one_that_was_judged() -> None:
    _, umbrella = entries()
    found = settled(umbrella)[UMBRELLA]
    assert (found["verdict"], found["told_at"]) == ("broken", [])
    assert f"(clause {NAMED})" in found["reason"]
    assert f"(clause {NAMED})" in found["text"].replace("\n            ", " ")


def test_results_that_are_put_together_later_tell_the_same() -> None:
    named, umbrella = entries()
    apart = [settled(named)[NAMED], settled(umbrella)[UMBRELLA]]
    assert settled(*apart) == settled(*entries())


def test_to_settle_twice_is_to_settle_once() -> None:
    once = settled(*entries())
    assert settled(*deepcopy(list(once.values()))) == once


def test_a_clause_that_its_own_check_found_broken_keeps_its_own_story() -> None:
    named, umbrella = entries()
    named |= {"verdict": "broken", "reason": "of its own"}
    found = settled(named, umbrella)
    assert (found[NAMED]["reason"], found[NAMED]["text"], found[NAMED]["found_by"]) == (
        "of its own",
        "as first told",
        "",
    )
    assert found[UMBRELLA]["verdict"] == "not-observed"


def test_a_clause_that_was_not_observed_is_broken_by_a_finding() -> None:
    named, umbrella = entries()
    assert settled(named | {"verdict": "not-observed"}, umbrella)[NAMED]["verdict"] == "broken"


@pytest.mark.parametrize(("counts_assumed", "verdict"), [(True, "broken"), (False, "not-observed")])
def test_what_nobody_documents_is_broken_on_a_mock_alone(
    counts_assumed: bool,  # noqa: FBT001 - the case
    verdict: str,
) -> None:
    named, umbrella = entries()
    umbrella["findings"] = [{**each, "counts_assumed": counts_assumed} for each in umbrella["findings"]]
    found = settled(named | {"standing": "assumed"}, umbrella)[NAMED]
    assert found["verdict"] == verdict
    assert found["reason"].startswith("nobody documents it, and the server does otherwise: ") is not counts_assumed


def test_what_is_its_own_stays_broken_beside_what_belongs_elsewhere() -> None:
    named, umbrella = entries()
    own = {**umbrella["findings"][0], "clause": UMBRELLA, "expected": "a refusal", "received": "none"}
    umbrella["findings"].append(own)
    found = settled(named, umbrella)
    assert (found[NAMED]["verdict"], found[UMBRELLA]["verdict"]) == ("broken", "broken")
    assert (found[UMBRELLA]["reason"], found[UMBRELLA]["received"]) == ("a refusal", "none")


def test_a_judged_clause_that_another_breaks_stays_broken_when_its_own_findings_are_told_elsewhere() -> None:
    named, umbrella = entries()
    finding = {**umbrella["findings"][0], "clause": OTHER}
    first = umbrella | {"findings": [finding]}
    second = deepcopy(umbrella) | {"id": OTHER}
    found = settled(named, first, second)
    assert (found[OTHER]["verdict"], found[OTHER]["found_by"]) == ("broken", UMBRELLA)
    assert found[NAMED]["verdict"] == "broken"


def test_a_sequence_of_calls_has_a_line_for_each_of_them() -> None:
    named, umbrella = entries()
    finding = umbrella["findings"][0]
    finding |= {"steps": 2, "evidence": finding["evidence"] * 2}
    found = settled(named, umbrella)[NAMED]
    assert found["text"].count("  curl      curl ") == found["steps"] == 2
    assert "these 2 calls one after another" in found["text"]
