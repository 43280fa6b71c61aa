"""What a run on a server with a mistake prints, writes and ends with, and how a baseline changes that."""

import json
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from contracts.baseline import Known, write
from contracts.cli import main
from mockserver import create_app
from openapi.document import patch
from openapi.loader import spec_of
from tests.contracts.bent import clause, spec
from tests.contracts.reports.results import API, objections
from tests.contracts.test_cli import contracts

BROKEN = f"{API}/CreateExport/Count/maximum"
FILES = ["contracts.html", "contracts.json", "contracts.md", "contracts.sarif", "contracts.xml"]
GITHUB = {"GITHUB_ACTIONS": "true"}
WHY = ["--reason", "r", "--owner", "o", "--until", "2030-01-01"]
PLAIN = {"GITHUB_ACTIONS": "", "GITHUB_STEP_SUMMARY": ""}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A mock that takes fewer records than its API promises."""
    own = spec(API)
    bent = spec_of(patch(dict(own.document), {clause(BROKEN).pointer: 5000}), Path(own.path), {})
    server = make_server("127.0.0.1", 0, create_app(specs={API: bent}), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def judging(url: str) -> list[str]:
    return [
        "run",
        API,
        "--target",
        url,
        "-k",
        "Count/maximum or Count/type",
        "--report",
        "json,junit,sarif,markdown,html",
    ]


@pytest.fixture(scope="module")
def judged(
    judging: list[str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Where the reports of a run are, and how it ended."""
    folder = tmp_path_factory.mktemp("judged")
    return folder, contracts(*judging, cwd=folder, **PLAIN)


def test_every_report_is_written_and_the_exit_code_is_1(
    judged: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = judged
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert f"\nBroken (1)\n\n{BROKEN}\n  promised  “Count Yes Integer" in done.stdout
    assert "::error" not in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert sorted(path.name for path in folder.iterdir()) == FILES
    result = json.loads((folder / "contracts.json").read_text())
    assert objections(result) == []
    assert {each["id"]: each["verdict"] for each in result["clauses"]}[BROKEN] == "broken"
    assert all(BROKEN in (folder / name).read_text() for name in FILES)


def test_on_github_lines_are_annotated_and_the_summary_is_extended(judging: list[str], tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    done = contracts(*judging, cwd=tmp_path, GITHUB_STEP_SUMMARY=str(summary), **GITHUB)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert line.startswith(f"::error file=openapi/{API}.yaml,line=")
    assert f",title={BROKEN}::expected accepted: Count is 50000000%0Areceived 200 " in line
    assert summary.read_text() == f"before\n{(tmp_path / 'contracts.md').read_text()}"


def test_what_a_baseline_knows_does_not_fail_the_run(
    judging: list[str], judged: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    why = ["--reason", "ticket 4711", "--owner", "the data team", "--until", "2999-12-31"]
    told = ["1 finding added, 1 in all", "0 findings added, 1 in all"]  # what is there is not added again
    for each in told:
        made = contracts("baseline", str(judged[0] / "contracts.json"), *why, cwd=tmp_path)
        assert (made.returncode, made.stdout) == (0, f"contracts-baseline.yaml: {each}, until 2999-12-31\n")
    done = contracts(*judging, "--baseline", "contracts-baseline.yaml", cwd=tmp_path, **GITHUB)
    assert (done.returncode, "::error" in done.stdout) == (0, False)
    assert f"Known (1)\n  {BROKEN}\n      until 2999-12-31, the data team: ticket 4711\n" in done.stdout
    assert "1 broken (1 known)" in done.stdout
    result = json.loads((tmp_path / "contracts.json").read_text())
    assert (objections(result), result["summary"]["known"]) == ([], 1)


def test_when_its_day_is_over_it_fails_again_and_says_so(judging: list[str], tmp_path: Path) -> None:
    write(tmp_path / "known.json", [Known(BROKEN, "ticket 4711", "the data team", date(2020, 1, 31))])
    done = contracts(*judging, "--baseline", "known.json", cwd=tmp_path, **PLAIN)
    assert done.returncode == 1
    assert f"expired: {BROKEN} was accepted until 2020-01-31 (the data team)\n" in done.stdout
    assert "\n  known     accepted until 2020-01-31, which is over; the data team: ticket" in done.stdout


def test_what_is_held_again_is_told(tmp_path: Path) -> None:
    write(tmp_path / "known.yaml", [Known(BROKEN, "ticket 4711", "the data team", date(2999, 12, 31))])
    done = contracts("run", API, "-k", "Count/maximum", "--baseline", "known.yaml", cwd=tmp_path, **PLAIN)
    assert (done.returncode, f"fixed: remove {BROKEN} from the baseline\n" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", API, "--baseline", "{folder}/none.yaml"], "{folder}/none.yaml: cannot be read"),
        (
            ["run", API, "--baseline", "{folder}/wrong.yaml"],
            "{folder}/wrong.yaml:3: there is no clause '{BROKEN}s'; near",
        ),
        (["baseline", "{folder}/none.json", *WHY], "{folder}/none.json: cannot be read"),
        (["baseline", "{folder}/wrong.yaml", *WHY], "{folder}/wrong.yaml: is no result file, which `contracts run"),
    ],
)
def test_a_baseline_or_a_result_that_cannot_be_used_is_one_clear_line(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finding: dict[str, Any] = {"clause": f"{BROKEN}s", "reason": "r", "owner": "o", "until": "2030-01-01"}
    (tmp_path / "wrong.yaml").write_text(f"schema_version: 1\nfindings:\n- {json.dumps(finding)}\n")
    with pytest.raises(SystemExit) as ended:
        main([each.format(folder=tmp_path) for each in arguments])
    told = capsys.readouterr()
    assert (ended.value.code, told.out, len(told.err.splitlines())) == (2, "", 1)
    assert told.err.startswith(f"contracts: {said.format(folder=tmp_path, BROKEN=BROKEN)}")
