"""How a run ends: its exit code, what is said on standard error, and files that can always be written."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest

from contracts.baseline import Known
from contracts.commands.outcome import Reporting, tell
from contracts.reports.formats import FORMATS
from tests.contracts.bent import spec
from tests.contracts.reports.results import API, KNOWN, broken, entry, learned, result, unseen, warned

HELD, BROKEN, UNSEEN = entry("a"), broken("b"), unseen("c")


@pytest.mark.parametrize(
    ("entries", "more", "code", "said"),
    [
        ([HELD, UNSEEN], {}, 0, ""),
        ([HELD, broken("b", known=KNOWN)], {}, 0, ""),
        ([HELD, BROKEN], {}, 1, ""),
        ([HELD, broken("b", known={**KNOWN, "expired": True})], {}, 1, ""),
        ([HELD, warned("b"), learned("d")], {}, 0, ""),
        ([warned("b")], {}, 0, ""),
        ([warned("b"), BROKEN], {}, 1, ""),
        ([], {}, 2, "contracts: nothing was judged\n"),
        ([UNSEEN], {}, 2, "contracts: no clause could be observed\n"),
        (
            [HELD],
            {"stopped": "it went away", "selected": 9},
            2,
            "contracts: it went away; 1 of 9 clauses were judged\n",
        ),
        ([BROKEN], {"stopped": "interrupted"}, 130, "contracts: interrupted; 1 of 1 clauses were judged\n"),
        ([HELD], {"mistakes": ["a traceback"]}, 2, "the suite itself failed"),
    ],
)
def test_a_run_ends_with_the_code_that_it_deserves(
    entries: list[dict[str, Any]], more: dict[str, Any], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell(result(*entries, **more), {API: spec(API)}, Reporting({})) == code
    assert said in capsys.readouterr().err


def test_a_selection_that_nothing_matches_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    found = result()
    head = type(found.head)("t", select="zzz")
    assert tell(type(found)(head), {}, Reporting({})) == 2
    assert (
        "nothing was judged; no clause matches -k 'zzz'; `contracts clauses` lists them all" in capsys.readouterr().err
    )


@pytest.mark.parametrize("name", FORMATS)
def test_every_report_can_be_written_whatever_a_server_answers(name: str, tmp_path: Path) -> None:
    odd = "200 \ud800\x00\x1b[31m</script>]]> \u2028\U0001f600 {{ 7 * 7 }} ${x} `y`"
    path = tmp_path / FORMATS[name].file
    tell(result(HELD, broken("b", received=odd), UNSEEN), {API: spec(API)}, Reporting({name: path}))
    assert f"{API}/b" in path.read_text(encoding="utf-8")
    if name == "json":
        assert json.loads(path.read_text(encoding="utf-8"))["clauses"][1]["received"] == odd


def test_it_is_told_which_files_were_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {name: tmp_path / FORMATS[name].file for name in ("json", "html")}
    tell(result(HELD), {API: spec(API)}, Reporting(files))
    assert capsys.readouterr().err == f"Written: {tmp_path / 'contracts.json'}, {tmp_path / 'contracts.html'}\n"


def test_the_summary_of_a_job_is_extended_only_where_markdown_is_asked_for(tmp_path: Path) -> None:
    summary, report = tmp_path / "summary.md", tmp_path / "contracts.md"
    github = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    tell(result(HELD), {}, Reporting({}, environment=github))
    assert not summary.exists()
    tell(result(HELD), {}, Reporting({"markdown": report}, environment=github))
    tell(result(HELD), {}, Reporting({"markdown": report}, environment=github))
    assert summary.read_text() == report.read_text() * 2


@pytest.mark.parametrize(("today", "code"), [(date(2027, 1, 31), 0), (date(2027, 2, 1), 1)])
def test_a_known_finding_fails_the_day_after_its_last(today: date, code: int) -> None:
    known = Known(BROKEN["id"], "ticket 4711", "the data team", date(2027, 1, 31))
    assert tell(result(broken("b")), {}, Reporting({}, Path("known.yaml"), (known,), today=today)) == code


def test_an_answer_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    odd = {"reason": "a\x1b[2Jb", "received": "200 \x1b[31m\x9b\r\u2028x"}
    tell(result(broken("b", **odd), unseen("c", "no\x1b]0;title\x07")), {}, Reporting({}))
    told = capsys.readouterr().out
    assert r"received  200 \x1b[31m\x9b\x0d\u2028x" in told
    assert "\x1b" not in told
    assert "\x07" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk here that is always full")
def test_a_report_for_which_there_is_no_room_is_named() -> None:
    full = Reporting({"json": Path("/dev/full")})
    with pytest.raises(click.ClickException, match="the report /dev/full cannot be written: No space left on device"):
        tell(result(HELD), {API: spec(API)}, full)
