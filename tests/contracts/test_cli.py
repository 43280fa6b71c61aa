"""The command line: what it prints, what it writes, and how it ends."""

import json
import os
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from contextlib import suppress
from pathlib import Path

import pytest

from contracts.cli import main
from contracts.running import Interruption
from openapi.loader import names
from tests.shell import LONGEST

ROOT = Path(__file__).parents[2]
API = "tencent-cls"


def contracts(*arguments: str, cwd: Path = ROOT, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **more}
    command = [sys.executable, "-m", "contracts", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env=environment, check=False, timeout=LONGEST
    )


def test_a_run_prints_a_table_and_writes_its_results(tmp_path: Path) -> None:
    done = contracts("run", API, "-k", "t/Count/", "--report", "json,junit", "--report-dir", "out", cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "4 clauses, 4 held, 0 broken, 0 not observed" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    result = json.loads((tmp_path / "out/contracts.json").read_text())
    assert (result["schema_version"], result["target"], result["apis"]) == (1, "embedded mock", [API])
    assert (result["select"], result["selected"], result["stopped"]) == ("t/Count/", 4, "")
    assert result["summary"]["held"] == len(result["clauses"]) == 4
    assert {"id", "api", "operation", "kind", "standing", "quote", "source", "verdict", "reason", "evidence"} <= set(
        result["clauses"][0]
    )
    assert result["clauses"][0]["evidence"][0]["curl"].startswith("curl ")
    for clause in result["clauses"]:
        assert 0 <= clause["started"] <= clause["started"] + clause["seconds"] <= result["duration"]
        assert clause["worker"] == "main"
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
        (["run", API, "-k", "("], "-k '(' is no expression: "),
        (["run", API, "-k", "a(b=1)", "-n", "2"], "-k 'a(b=1)' is no expression: "),
        (["run", API, "--report", "json", "--report-dir", str(ROOT / "README.md")], "README.md: File exists"),
        (["run", API, "--target", "http://127.0.0.1:9"], "http://127.0.0.1:9 did not answer"),
        (["run", API, "--target", "somewhere"], "no address of a server"),
        (["run", API, "--profile", "absent.yaml"], "absent.yaml: cannot be read"),
        (["run", "--spec", "absent.yaml"], "absent.yaml"),
        (["run", "--spec", str(ROOT / "LICENSE")], "LICENSE"),
        (["run", "--target", "http://127.0.0.1:9", "-n", "2"], "-n needs the embedded mock"),
        (["explain", "tencent-cls/CreateExport/Count/maximun"], "near it: tencent-cls/CreateExport/Count/maximum"),
        (["run", "--shard", "5/4"], "'5/4' is no shard; the first of four is 1/4"),
        (["merge", "nothing.json"], "nothing.json: No such file or directory"),
        (["merge"], "Missing argument"),
        (["explain", "zzzzzz"], "`contracts clauses` lists the clauses"),
        (["clauses", "nobody"], "unknown API 'nobody'"),
        (["clauses", API, "--kind", "maximu"], "no kind 'maximu'; there are maximum"),
        (["clauses", API, "--operation", "CreateExports"], "no operation 'CreateExports'; there are CreateExport"),
        (["clauses", API, "--standing", "assumed", "-k", "Count/maximum"], "no clause is all of that"),
        (["clauses", API, "--json", "--markdown", "docs"], "--json and --markdown are two forms of the same"),
        (["clauses", API, "-k", "("], "-k '(' is no expression: "),
        (["sing"], "No such command 'sing'"),
        (["proxy", API, "--target", "http://127.0.0.1:9", "--for", "nan"], "'nan' is no number"),
        (["proxy", API, "--target", "http://127.0.0.1:9", "--host", ""], "--host '' lets other machines"),
        (["run", API, "--wait-up-to", "nan"], "'nan' is no number"),
        (["cleanup", "--settle", "nan", "journal"], "'nan' is no number"),
        (["mutate", API, "--command", "true", "--timeout", "-1"], "-1.0 is not in the range x>=0.1"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line_and_exit_code_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    assert said in told.err
    assert [line[:11] for line in told.err.splitlines()] == ["contracts: "]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", API, "-k", "nothing_of_this_name"], "no clause matches -k 'nothing_of_this_name'"),
        (["run", API, "--shard", "2/2", "-k", "Count/maximum"], "shard 2/2 is empty when there are fewer clauses"),
        (["run", API, "--quick", "-k", "conformance"], "--quick leaves out the kinds conformance, "),
    ],
)
def test_a_run_that_judges_nothing_is_one_clear_line_and_exit_code_2(arguments: list[str], said: str) -> None:
    done = contracts(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert [line[:11] for line in done.stderr.splitlines() if not line.startswith("judging ")] == ["contracts: "]


def test_a_run_leaves_nothing_where_it_is_called_and_heeds_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option")
    (tmp_path / "conftest.py").write_text("raise SystemExit")
    others = {"PYTEST_ADDOPTS": "--no-such-option", "PYTEST_PLUGINS": "no_such_module"}
    select = ("-k", "DeleteExport/conformance or DeleteExport/refusal", "--max-examples", "2")
    for workers in ("0", "2"):
        done = contracts("run", API, *select, "-n", workers, cwd=tmp_path, **others)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["conftest.py", "pytest.ini"]


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [((), 2, "http://127.0.0.1:9 did not answer: "), (("-n", "2"), 4, "-n needs the embedded")],
)
def test_as_a_pytest_suite_it_does_not_pass_over_what_cannot_be_done(
    more: tuple[str, ...], code: int, said: str
) -> None:
    options = ["-p", "contracts.plugin", "-p", "xdist", "-p", "no:cacheprovider", "-k", "Count/maximum", *more]
    command = [sys.executable, "-m", "pytest", *options, "--contracts-target", "http://127.0.0.1:9"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [*command, "--pyargs", "contracts"], capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert "plugin.py" not in done.stdout


@pytest.mark.parametrize(("number", "workers"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGTERM, 2)])
def test_a_run_that_is_interrupted_says_so(tmp_path: Path, number: signal.Signals, workers: int) -> None:
    command = [sys.executable, "-m", "contracts", "run", "-n", f"{workers}"]  # all APIs, that it is not over before
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, text=True, **pipes) as process:  # type: ignore[call-overload]
        next(line for line in process.stderr if line.startswith("judging "))
        process.send_signal(number)
        _, errors = process.communicate(timeout=LONGEST)
    assert process.returncode == 130
    assert re.search(r"contracts: interrupted; \d+ of \d+ clauses were judged\n$", errors)
    assert "Traceback" not in errors


def test_an_interruption_that_python_lost_comes_before_the_next_clause() -> None:
    interruption = Interruption()
    with interruption.listening(), suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        interruption.pytest_runtest_logstart()


def test_shards_that_are_put_together_say_what_one_run_says(tmp_path: Path) -> None:
    chosen = ("run", API, "-k", "DescribeExports and (length or maximum or status)", "--report", "json")
    whole = contracts(*chosen, cwd=tmp_path)
    for number in ("1", "2"):
        shard = contracts(*chosen, "--shard", f"{number}/2", "--report-dir", number, cwd=tmp_path)
        assert f"Clauses of embedded mock, shard {number}/2\n" in shard.stdout
    parts = ("1/contracts.json", "2/contracts.json")
    merged = contracts("merge", *parts, "--report", "json,junit", "--report-dir", "m", cwd=tmp_path)
    assert (merged.returncode, merged.stdout) == (whole.returncode, whole.stdout)
    assert (tmp_path / "m/contracts.xml").exists()
    one, other = (json.loads((tmp_path / path / "contracts.json").read_text()) for path in (".", "m"))
    for result in (one, other):
        for timed in (result, *result["clauses"]):
            for name in ("started", "duration", "seconds", "worker"):
                timed.pop(name, None)
    assert one == other
    lacking = contracts("merge", parts[0], cwd=tmp_path)
    assert (lacking.returncode, lacking.stderr) == (2, "contracts: missing: shard 2/2\n")
    assert "shard 1/2" in lacking.stdout
    assert contracts("merge", parts[0], "--allow-missing", cwd=tmp_path).returncode == 0


def test_a_quick_run_fuzzes_nothing_and_says_so(tmp_path: Path) -> None:
    done = contracts(
        "run", API, "--quick", "-k", "DeleteExport", "--durations", "-n", "0", "--report", "json", cwd=tmp_path
    )
    assert done.returncode == 0
    assert "Clauses of embedded mock, without fuzzing (--quick)\n" in done.stdout
    result = json.loads((tmp_path / "contracts.json").read_text())
    kinds = {clause["kind"] for clause in result["clauses"]}
    assert not kinds & {"conformance", "refusal", "sequences", "robustness"}
    assert result["quick"] is True
    durations = done.stdout.partition("\nDurations (")[2]
    assert {line.split()[0] for line in durations.splitlines() if line} >= kinds | {API}
    assert len(durations.partition("Longest\n")[2].splitlines()) == 5


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("arguments", [["clauses", API], ["run", API, "-k", "Count/maximum"]], ids=" ".join)
def test_output_that_cannot_be_written_is_one_clear_line(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "contracts", *arguments]
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "contracts: No space left on device"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["run", "-h"], ["clauses", "-h"], ["explain", "-h"], ["--version"]])
def test_asked_for_help_or_the_version_it_succeeds(arguments: list[str]) -> None:
    done = contracts(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(("Usage: contracts", "contracts "))
    assert not any(line.endswith("...") for line in done.stdout.splitlines()[1:])


def test_clauses_are_listed_for_machines_and_for_people() -> None:
    found = json.loads(contracts("clauses", "--json").stdout)
    assert set(names()) <= {clause["api"] for clause in found}
    lines = contracts("clauses", API, "--kind", "maximum", "--standing", "documented").stdout.splitlines()
    columns = [re.split(" {2,}", line, maxsplit=3) for line in lines[:-2]]
    place = [column[0] for column in columns].index("tencent-cls/CreateExport/Count/maximum")
    assert columns[place][1:3] == ["documented", "50000000"]
    assert "50 million” — CreateExport, https://" in columns[place][3]
    assert lines[-1] == f"{len(columns)} clauses: {len(columns)} documented"


def test_an_error_code_is_explained_by_all_that_use_it() -> None:
    done = contracts("explain", "InvalidParameter")
    assert done.returncode == 0
    assert {"baidu-bls/InvalidParameter", "tencent-cls/InvalidParameter"} <= set(done.stdout.splitlines())


def test_pages_of_the_clauses_are_written(tmp_path: Path) -> None:
    done = contracts("clauses", API, "--markdown", "docs", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"docs/clauses.md\ndocs/clauses/{API}.md\n")
    assert "Count/maximum" in (tmp_path / f"docs/clauses/{API}.md").read_text()
