"""The honest stand-in breaks nothing, whatever it does where pages say nothing or can be read in two ways."""

import re
from pathlib import Path

from contracts.judgement import Verdict
from tests.contracts.standin.behaviour import Behaviour
from tests.contracts.standin.server import serving
from tests.contracts.standin.verdicts import judging, run

PAGE = Path(__file__).parents[3] / "docs" / "foreign-servers.md"
EXAMPLE = re.compile(r"<!-- standin -->\n```console\n(.*?)```", re.DOTALL)
# What takes seconds of waiting, or of a processor, is left to the faults: each is found beside clauses that hold.
LEFT_OUT = "conformance refusal sequences robustness rate-limit order quota filter overwrite APIGW size lock isolation"
QUICK = " and ".join(f"not {each}" for each in LEFT_OUT.split())


def test_nothing_that_the_honest_stand_in_does_is_broken(tmp_path: Path) -> None:
    with serving(Behaviour(seconds=0.2)) as url:
        found = run(url, tmp_path, "--wait-up-to", "2", "-k", QUICK)
    assert found.ids("broken") == set(), found.output
    assert found.code == 0
    assert len(found.ids("held")) >= 80
    assert "readings" not in found.output.casefold()


def test_generated_requests_break_nothing_of_the_honest_stand_in() -> None:
    with judging(Behaviour(seconds=0.2)) as judge:
        found = [judge(f"{operation}/refusal") for operation in ("ListExportTasks", "CreateExportTask")]
    assert [each.verdict for each in found] == [Verdict.HELD] * 2


def test_another_reading_is_reported_as_that(tmp_path: Path) -> None:
    with serving(Behaviour(seconds=0.4, first_progress=0, replaces=False)) as url:
        found = run(url, tmp_path, "--wait-up-to", "5", "-k", "progress or overwrite")
    readings = {name.partition("/")[2]: each["answer"] for name, each in found.result["readings"].items()}
    assert readings == {"progress-start": "zero"}
    assert found.ids("broken") == set()
    output = " ".join(found.output.split())
    assert "This endpoint follows the reading huawei-iotda/progress-start=zero, not " in output
    assert "overwritten-task=kept nothing is said of it; otherwise: " in output


def test_the_page_shows_what_a_run_prints(tmp_path: Path) -> None:
    with serving(Behaviour(first_progress=0)) as url:
        command, _, shown = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))[0].partition("\n")
        options = re.findall(r'-k "(.*)"', command)
        found = run(url, tmp_path, "-k", *options)
    report = re.split(r"What is created|judging", found.output.replace(url, "http://127.0.0.1:4020"))[0]
    assert uncounted(shown) == uncounted(report)


def uncounted(text: str) -> str:
    """A report without what a run uses up, which differs from one to the next."""
    assert "Spent  " in text
    return re.sub(r"(?m)^Spent .*$", "Spent", text).strip()
