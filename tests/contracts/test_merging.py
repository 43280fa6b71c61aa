"""Are the results of shards put together as one run would have given them, and nothing else?"""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.merging import MergeError, merge, missing, read_part
from contracts.result import Head, Result
from tests.contracts.reports import results


def entry(name: str, **more: Any) -> dict[str, Any]:
    return results.entry(name, **{"api": "shop", "seconds": 0.5, "started": 1.0, "worker": "gw0", **more})


def written(folder: Path, shard: str, *entries: dict[str, Any], started: str = "00", **more: Any) -> Path:
    """The result file of a shard whose run started at some second."""
    given = {"apis": ("shop",), "version": "1.0", "started": f"2026-01-01T00:00:{started}+00:00", **more}
    result = Result(Head("somewhere", shard=shard, **given), [*entries], len(entries), duration=9.0)
    path = folder / f"{shard.replace('/', '-of-') or 'whole'}.json"
    path.write_text(json.dumps(result.as_json()))
    return path


def merged(*paths: Path) -> Result:
    return merge([read_part(path) for path in paths])


def test_all_shards_make_a_whole(tmp_path: Path) -> None:
    parts = [written(tmp_path, "2/2", entry("b"), started="03"), written(tmp_path, "1/2", entry("a"))]
    whole = merged(*parts)
    assert (whole.head.shard, whole.selected, whole.duration) == ("", 2, 12.0)
    assert whole.head.started == "2026-01-01T00:00:00+00:00"
    assert whole.as_json()["summary"]["held"] == 2


def test_what_the_parts_used_up_is_added_and_what_has_to_be_known_is_told_once(tmp_path: Path) -> None:
    parts = [Result(Head("somewhere", shard=f"{number}/2", started="2026-01-01T00:00:00+00:00")) for number in (1, 2)]
    for number, part in enumerate(parts, 1):
        part.spent = {"requests": {"used": number, "of": 10}, "minutes": {"used": 0.1, "of": 5}}
        part.notes = ["the clock of the server is 3 min ahead"]
        (tmp_path / f"{number}.json").write_text(json.dumps(part.as_json()))
    newer = json.loads((tmp_path / "2.json").read_text())
    newer["spent"]["what a newer version counts"] = {"in": "its own way"}
    (tmp_path / "2.json").write_text(json.dumps(newer))
    whole = merged(tmp_path / "1.json", tmp_path / "2.json")
    assert whole.spent == {"requests": {"used": 3, "of": 20}, "minutes": {"used": 0.2, "of": 10}}
    assert whole.notes == ["the clock of the server is 3 min ahead"]


def test_what_each_part_left_behind_is_told_with_its_journal(tmp_path: Path) -> None:
    parts = [Result(Head("somewhere", shard=f"{number}/2", started="2026-01-01T00:00:00+00:00")) for number in (1, 2)]
    where = {"api": "shop", "operation": "Create", "account": "first", "sent": "2026-01-01T00:00:00+00:00", "why": "it"}
    for number, part in enumerate(parts, 1):
        left = [{**where, "task": f"t{number}", "journal": f"{number}.jsonl"}]
        part.journal = {"file": f"{number}.jsonl", "sent": 3, "made": 2, "removed": 1, "left": left}
        (tmp_path / f"{number}.json").write_text(json.dumps(part.as_json()))
    journal = merged(tmp_path / "1.json", tmp_path / "2.json").journal
    assert (journal["sent"], journal["made"], journal["removed"]) == (6, 4, 2)
    assert [(each["task"], each["journal"]) for each in journal["left"]] == [("t1", "1.jsonl"), ("t2", "2.jsonl")]


def test_the_times_are_those_of_one_clock_and_a_worker_is_named_with_its_shard(tmp_path: Path) -> None:
    parts = [written(tmp_path, "2/2", entry("b"), started="03"), written(tmp_path, "1/2", entry("a"))]
    told = {each["id"]: (each["started"], each["worker"]) for each in merged(*parts).entries}
    assert told == {"shop/a": (1.0, "1/2 gw0"), "shop/b": (4.0, "2/2 gw0")}


def test_what_is_missing_is_named_and_may_be_added_later(tmp_path: Path) -> None:
    one, two, three = (written(tmp_path, f"{number}/3", entry(f"{number}")) for number in (1, 2, 3))
    assert missing([read_part(one), read_part(three)]) == ["2/3"]
    most = merged(one, three)
    assert most.head.shard == "1,3/3"
    later = tmp_path / "most.json"
    later.write_text(json.dumps(most.as_json()))
    assert {each["worker"] for each in merged(later, two).entries} == {"1/3 gw0", "2/3 gw0", "3/3 gw0"}
    assert merged(later, two).head.shard == ""


def test_one_whole_result_stays_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, "", entry("a"))
    assert merged(path).as_json() == json.loads(path.read_text())


def test_a_finding_is_told_at_the_clause_of_another_shard(tmp_path: Path) -> None:
    finding = {"clause": "shop/b", "expected": "refused", "received": "accepted", "steps": 1, "evidence": []}
    umbrella = {"verdict": "broken", "findings": [{**finding, "counts_assumed": True}], "told_at": [], "check": "x"}
    of_source = {"quote": "It is refused.", "note": "", "source": None, "steps": 0}
    parts = [
        written(tmp_path, "1/2", entry("a", **umbrella, **of_source)),
        written(tmp_path, "2/2", entry("b", **of_source)),
    ]
    told = {each["id"]: (each["verdict"], each["found_by"]) for each in merged(*parts).entries}
    assert told == {"shop/a": ("not-observed", ""), "shop/b": ("broken", "shop/a")}


@pytest.mark.parametrize(
    ("shard", "more", "said"),
    [
        ("1/2", {}, "both hold shard 1/2"),
        ("2/3", {}, "is of 3 shards"),
        ("", {}, "is of 1 shards"),
        ("2/2", {"seed": 1}, "its seed is 1, not 0"),
        ("2/2", {"version": "2.0"}, "its version is '2.0', not '1.0'"),
        ("2/2", {"apis": ("shop", "bank")}, "belongs to another run"),
        ("2/2", {"quick": True}, "its quick is True, not False"),
    ],
)
def test_parts_of_different_runs_are_refused(tmp_path: Path, shard: str, more: dict[str, Any], said: str) -> None:
    (tmp_path / "other").mkdir()
    first = written(tmp_path, "1/2", entry("a"))
    with pytest.raises(MergeError, match=said):
        merged(first, written(tmp_path / "other", shard, entry("b"), **more))


def test_a_clause_that_two_parts_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MergeError, match="both hold shop/a"):
        merged(written(tmp_path, "1/2", entry("a")), written(tmp_path, "2/2", entry("a")))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("no JSON", "it is no JSON"),
        ("[]", "is no result file; `contracts run --report json` writes one"),
        ('{"clauses": []}', "is no result file"),
        ('{"clauses": [], "schema_version": 7}', "has the form 7 of result files; this version reads 1"),
        ('{"clauses": [], "schema_version": 1}', "is no result file of this version: .version. is a required property"),
    ],
)
def test_what_is_no_result_file_is_refused(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "result.json"
    path.write_text(content)
    with pytest.raises(MergeError, match=said):
        read_part(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MergeError, match=r"nothing\.json: No such file"):
        read_part(tmp_path / "nothing.json")
