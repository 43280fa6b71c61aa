"""Are known findings accepted until their day, and told of when it is over or they are fixed?"""

from datetime import date
from pathlib import Path

import pytest

from contracts.baseline import BaselineError, Known, Outcome, accept, check_names, extend, load_baseline, write
from contracts.result import is_known
from tests.contracts.reports.results import API, KNOWN, broken, entry, objections, result, unseen

DAY = date(2027, 1, 31)
FINDING = Known(f"{API}/a", "ticket 4711", "the data team", DAY)
TEXT = f"""\
schema_version: 1
findings:
- clause: {API}/a
  reason: ticket 4711
  owner: the data team
  until: 2027-01-31
"""


def written(folder: Path, text: str, name: str = "known.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_baseline_is_read_with_its_dates(tmp_path: Path) -> None:
    assert load_baseline(written(tmp_path, TEXT)) == (FINDING,)


@pytest.mark.parametrize("name", ["known.yaml", "known.json"])
def test_what_is_written_is_read_again(tmp_path: Path, name: str) -> None:
    findings = (FINDING, Known("shop/é: #b", "a: b\nc", "'q'", date(2000, 2, 29)))
    write(tmp_path / name, findings)
    assert load_baseline(tmp_path / name) == findings


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  owner", "  ower: 1\n  owner", r"known\.yaml:3: Additional properties .* \('ower' was unexpected\)"),
        ("  owner: the data team\n", "", r"known\.yaml:3: \"owner\" is a required property \(at /findings/0\)"),
        ("2027-01-31", "soon", r"known\.yaml:6: \"soon\" is not a \"date\" \(at /findings/0/until\)"),
        ("2027-01-31", "2027-02-31", r"known\.yaml:6: \"2027-02-31\" is not a \"date\""),
        ("ticket 4711", "''", r"known\.yaml:4: \"\" is shorter than 1 character"),
        ("ticket 4711", "4711", r"known\.yaml:4: 4711 is not of type \"string\""),
        ("schema_version: 1", "schema_version: 2", r"known\.yaml:1: 1 was expected \(at /schema_version\)"),
        ("schema_version: 1\n", "", r"known\.yaml:1: \"schema_version\" is a required property$"),
        ("findings:", "findings: [", r"known\.yaml:3: is not YAML: "),
        (TEXT, "- 1", r"known\.yaml: has to be a mapping"),
        (TEXT, TEXT + TEXT.partition("findings:\n")[2], rf"known\.yaml:7: {API}/a is given twice"),
    ],
)
def test_what_is_no_baseline_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(BaselineError, match=said):
        load_baseline(written(tmp_path, TEXT.replace(old, new)))


def test_a_baseline_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match=r"none\.yaml: cannot be read: No such file"):
        load_baseline(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        (f"{API}/CreateExport/Count/maximun", rf"known\.yaml:3: .* near it: {API}/CreateExport/Count/maximum"),
        ("zzz/yyy", r"known\.yaml:3: there is no clause 'zzz/yyy'; `contracts clauses` lists them all"),
    ],
)
def test_a_clause_that_there_is_not_is_refused_with_near_names(tmp_path: Path, clause: str, said: str) -> None:
    path = written(tmp_path, TEXT.replace(f"{API}/a", clause))
    with pytest.raises(BaselineError, match=said):
        check_names(path, load_baseline(path), {f"{API}/CreateExport/Count/maximum"})


def test_findings_of_apis_that_are_not_judged_now_are_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT.replace(f"{API}/a", "baidu-bls/any/clause"))
    check_names(path, load_baseline(path), {f"{API}/CreateExport/Count/maximum"})


@pytest.mark.parametrize(("today", "is_accepted"), [(date(2027, 1, 31), True), (date(2027, 2, 1), False)])
def test_a_known_finding_is_accepted_to_the_end_of_its_day(today: date, *, is_accepted: bool) -> None:
    found = result(broken("a"))
    outcome = accept(found, [FINDING], today)
    assert is_known(found.entries[0]) is is_accepted
    assert outcome == Outcome(() if is_accepted else (FINDING,), ())
    count = found.count(found.entries)
    assert (count["broken"], count["known"]) == (1, int(is_accepted))
    assert found.entries[0]["known"] == {
        "reason": "ticket 4711",
        "owner": "the data team",
        "until": "2027-01-31",
        "expired": not is_accepted,
    }
    assert objections(found.as_json()) == []


def test_what_an_earlier_baseline_knew_counts_no_longer() -> None:
    found = result(broken("b", known=KNOWN))
    accept(found, [FINDING], DAY)
    assert not is_known(found.entries[0])


def test_what_is_held_again_is_to_be_taken_out() -> None:
    found = result(entry("a"))
    assert accept(found, [FINDING], DAY) == Outcome((), (FINDING,))
    assert "known" not in found.entries[0]


@pytest.mark.parametrize("entries", [[], [unseen("a")], [broken("b")]], ids=["not judged", "not observed", "another"])
def test_nothing_is_said_of_a_finding_that_was_not_seen_either_way(entries: list[dict[str, object]]) -> None:
    found = result(*entries)
    assert accept(found, [FINDING], DAY) == Outcome()
    assert not any("known" in each for each in found.entries)


def test_a_result_extends_a_baseline_by_what_is_broken_and_not_in_it() -> None:
    found = result(broken("c"), broken("a"), entry("d"), broken("b"), unseen("e")).as_json()
    extended = extend([FINDING], found, "new", "another team", date(2030, 1, 1))
    assert extended[0] == FINDING
    assert [(each.clause, each.owner) for each in extended[1:]] == [
        (f"{API}/b", "another team"),
        (f"{API}/c", "another team"),
    ]
