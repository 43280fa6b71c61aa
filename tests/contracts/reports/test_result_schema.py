"""Is every result file what its published schema says?"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema_rs import Draft202012Validator

from contracts.baseline import SCHEMA
from contracts.judgement import Judgement, Verdict
from contracts.merging import merge, read_part
from contracts.reports.json_text import render
from tests.contracts.bent import bent, clause, judged
from tests.contracts.reports.results import HERE, KNOWN, broken, entry, objections, result, schema, unseen

MORE = {"seconds": 0.1, "started": 0, "worker": "gw0", "text": ""}  # what a run knows besides a judgement
COUNT = "tencent-cls/CreateExport/Count/maximum"


JUDGED: dict[str, Callable[[], Judgement]] = {
    "held": lambda: judged(COUNT),
    "broken": lambda: bent(COUNT, 5000),
    "not observed": lambda: Judgement(clause(COUNT), Verdict.NOT_OBSERVED, reason="it cannot be seen"),
    "generated": lambda: replace(
        bent("tencent-cls/DeleteExport/refusal", None), clause=clause("tencent-cls/DeleteExport/refusal")
    ),
}


@pytest.mark.parametrize("name", JUDGED)
def test_a_judgement_is_an_entry_of_a_valid_result(name: str) -> None:
    assert objections(json.loads(render(result({**JUDGED[name]().as_json(), **MORE}), {}))) == []


def test_a_result_made_by_hand_is_valid_too() -> None:
    found = result(
        entry("a"), unseen("b"), broken("c", known=KNOWN, source=None), stopped="interrupted", mistakes=["m"]
    )
    found.spent, found.notes = {"requests": {"used": 3, "of": 300}, "minutes": {"used": 0.2, "of": 30}}, ["a note"]
    left = {"api": "shop", "operation": "Create", "account": "first", "task": "", "sent": "2026-01-01T00:00:00+00:00"}
    left |= {"why": "it runs", "journal": "j"}
    found.journal = {"file": "j", "sent": 2, "made": 1, "removed": 1, "left": [left]}
    assert objections(found.as_json()) == []


def test_a_merged_result_is_valid_too(tmp_path: Path) -> None:
    parts = []
    for number, each in enumerate((entry("a"), broken("b", known=KNOWN)), 1):
        part = result(each)
        part.head = replace(part.head, shard=f"{number}/3")
        path = tmp_path / f"{number}.json"
        path.write_text(render(part, {}))
        parts.append(read_part(path))
    merged = merge(parts)
    assert merged.head.shard == "1,2/3"
    assert objections(json.loads(render(merged, {}))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"more": 1},
        {"schema_version": 2},
        {"clauses": [{}]},
        {"clauses": [{**entry("a"), "more": 1}]},
        {"clauses": [{**entry("a"), "verdict": "passed"}]},
        {"clauses": [{**entry("a"), "known": {**KNOWN, "until": "soon"}}]},
        {"started": "yesterday"},
        {"summary": {"total": 0}},
    ],
)
def test_what_the_schema_does_not_know_is_no_result(wrong: dict[str, object]) -> None:
    assert objections({**result().as_json(), **wrong}) != []


@pytest.mark.parametrize("member", ["schema_version", "target", "clauses", "summary", "stopped"])
def test_a_result_has_all_its_members(member: str) -> None:
    content = result().as_json()
    del content[member]
    assert objections(content) != []


def test_the_published_schemas_are_schemas() -> None:
    for published in (json.loads((HERE / "result.schema.json").read_text()), SCHEMA):
        Draft202012Validator(published)
        assert published["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema().is_valid(result().as_json())
