"""`contracts diff`: its exit codes, its files, and one clear line for what it cannot use."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from contracts.cli import main
from tests.contracts.reports.results import API, broken, entry, learned, result

NAME = f"{API}/a"
ACCEPTED = f"""\
schema_version: 1
findings:
- clause: {API}/*
  reason: ticket 4711
  owner: the data team
  until: 2999-01-31
"""


def written(folder: Path, name: str, *entries: dict[str, object], **more: object) -> str:
    found = result(*entries, **more).as_json()
    path = folder / name
    path.write_text(json.dumps({**found, "is_mock": False}))
    return str(path)


@dataclass(frozen=True)
class Done:
    """What came of a command."""

    code: int
    output: str  # on both streams


def diff(*arguments: str) -> Done:
    output = io.StringIO()
    with redirect_stdout(output), redirect_stderr(output), pytest.raises(SystemExit) as end:
        main(["diff", *arguments])
    return Done(int(end.value.code or 0), output.getvalue())


@pytest.mark.parametrize(
    ("now", "code", "summary"),
    [
        (entry("a"), 0, "Nothing differs."),
        (broken("a"), 1, "1 finding, 0 drifts"),
        (learned("a", standing="documented", quote="at most 50"), 3, "0 findings, 1 drift"),
    ],
)
def test_the_exit_code_says_whether_anything_moved(
    now: dict[str, object], code: int, summary: str, tmp_path: Path
) -> None:
    found = diff(written(tmp_path, "a.json", entry("a")), written(tmp_path, "b.json", now))
    assert found.output.splitlines()[-1] == summary
    assert found.code == code


def test_what_is_accepted_leaves_nothing_to_complain_of(tmp_path: Path) -> None:
    accepted = tmp_path / "accepted.yaml"
    accepted.write_text(ACCEPTED)
    files = written(tmp_path, "a.json", entry("a")), written(tmp_path, "b.json", broken("a"))
    assert diff(*files, "--accepted", str(accepted)).code == 0
    accepted.write_text(ACCEPTED.replace("2999", "2020"))
    found = diff(*files, "--accepted", str(accepted))
    assert found.code == 1
    assert f"expired: {API}/* was accepted until 2020-01-31 (the data team)" in found.output


def test_an_issue_is_written_and_machines_are_served(tmp_path: Path) -> None:
    files = written(tmp_path, "a.json", entry("a")), written(tmp_path, "b.json", broken("a"))
    found = diff(*files, "--json", "--markdown", str(tmp_path / "issue.md"))
    assert json.loads(found.output)["summary"]["findings"] == 1
    assert (tmp_path / "issue.md").read_text().startswith("## http://127.0.0.1:4010: 1 finding")


def damaged(text: str, said: str) -> object:
    return pytest.param(text, said, id=said[:30])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        damaged('{"clauses": [', "is no result file: it is no JSON, or damaged"),
        damaged("[1]", "is no result file; `contracts run --report json` writes one"),
        damaged('{"clauses": [], "schema_version": 9}', "has the form 9 of result files; this version reads 1"),
        damaged('{"clauses": [5], "schema_version": 1}', "is no result file of this version: "),
    ],
)
def test_what_is_no_result_is_one_clear_line(text: str, said: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text(text)
    found = diff(written(tmp_path, "a.json", entry("a")), str(wrong))
    assert found.code == 2
    assert found.output.startswith(f"contracts: {wrong} {said}")
    assert len(found.output.splitlines()) == 1


@pytest.mark.parametrize(
    ("entries", "more", "said"),
    [
        ([], {}, "nothing was judged in that run"),
        ([entry("a")], {"mistakes": ["m"]}, "the suite itself failed in that run"),
        ([entry("a", api="shop")], {}, "there is nothing to compare"),
    ],
)
def test_a_result_that_tells_nothing_is_refused(
    entries: list[dict[str, object]], more: dict[str, object], said: str, tmp_path: Path
) -> None:
    found = diff(written(tmp_path, "a.json", entry("a")), written(tmp_path, "b.json", *entries, **more))
    assert found.code == 2
    assert said in found.output


def test_a_file_that_is_not_there_and_a_clause_that_is_not_there_are_named(tmp_path: Path) -> None:
    file = written(tmp_path, "a.json", entry("a"))
    assert "nowhere.json: No such file or directory" in diff(file, str(tmp_path / "nowhere.json")).output
    accepted = tmp_path / "accepted.yaml"
    accepted.write_text(ACCEPTED.replace(f"{API}/*", f"{API}/b*"))
    assert "accepted.yaml:3: there is no clause" in diff(file, file, "--accepted", str(accepted)).output
