"""The command line: what it prints, what it writes, and how it ends."""

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from openapi.loader import names

ROOT = Path(__file__).parents[2]
API = "tencent-cls"


def contracts(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "contracts", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False, timeout=120)


def test_a_run_prints_a_table_and_writes_its_results(tmp_path: Path) -> None:
    done = contracts("run", API, "-k", "Count/", "--report", "json,junit", "--report-dir", "out", cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "4 clauses, 4 held, 0 broken, 0 not observed" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    result = json.loads((tmp_path / "out/contracts.json").read_text())
    assert (result["schema_version"], result["target"]) == (1, "embedded mock")
    assert result["summary"]["held"] == len(result["clauses"]) == 4
    assert {"id", "api", "operation", "kind", "standing", "quote", "source", "verdict", "reason", "evidence"} <= set(
        result["clauses"][0]
    )
    assert result["clauses"][0]["evidence"][0]["curl"].startswith("curl ")
    cases = ET.parse(tmp_path / "out/contracts.xml").getroot().iter("testcase")  # noqa: S314 - our own file
    assert f"{API}/CreateExport/Count/maximum" in {case.attrib["name"] for case in cases}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]


def test_the_same_seed_gives_the_same_results_with_one_worker_or_two(tmp_path: Path) -> None:
    found = []
    for folder, more in (("one", ()), ("two", ("-n", "2"))):
        contracts("run", API, "-k", "Limit", "--report", "json", "--report-dir", folder, *more, cwd=tmp_path)
        clauses = json.loads((tmp_path / folder / "contracts.json").read_text())["clauses"]
        found.append([(clause["id"], clause["verdict"]) for clause in clauses])
    assert found[0] == found[1] != []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "tencent-cl"], "unknown API 'tencent-cl'"),
        (["run", "--report", "pdf"], "there are terminal, json, junit"),
        (["run", API, "-k", "nothing_of_this_name"], "nothing was judged"),
        (["run", API, "--target", "http://127.0.0.1:9"], "http://127.0.0.1:9 did not answer"),
        (["run", API, "--target", "somewhere"], "no address of a server"),
        (["run", API, "--profile", "absent.yaml"], "absent.yaml: cannot be read"),
        (["run", "--spec", "absent.yaml"], "absent.yaml"),
        (["run", "--target", "http://127.0.0.1:9", "-n", "2"], "-n needs the embedded mock"),
        (["explain", "tencent-cls/CreateExport/Count/maximun"], "near it: tencent-cls/CreateExport/Count/maximum"),
        (["clauses", "nobody"], "unknown API 'nobody'"),
        (["sing"], "No such command 'sing'"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line_and_exit_code_2(arguments: list[str], said: str) -> None:
    done = contracts(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_clauses_are_listed_for_machines_and_for_people() -> None:
    found = json.loads(contracts("clauses", "--json").stdout)
    assert set(names()) <= {clause["api"] for clause in found}
    lines = contracts("clauses", API).stdout.splitlines()
    place = lines.index("tencent-cls/CreateExport/Count/maximum  50000000  [documented]")
    assert "50 million" in lines[place + 1]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tencent-cls/CreateExport/Count/maximum", "tencent-cls.yaml:"),
        ("FailedOperation.TopicClosed", "when      topic-closed"),
        ("syntax-rule-default", "question  "),
    ],
)
def test_clauses_error_codes_and_readings_are_explained(name: str, said: str) -> None:
    done = contracts("explain", name)
    assert done.returncode == 0
    assert said in done.stdout
