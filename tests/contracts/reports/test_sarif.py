"""Is SARIF written as the standard asks, with findings at the lines of the YAML?"""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.reports.sarif import render
from contracts.result import Result
from openapi.model import Spec
from tests.contracts.bent import spec
from tests.contracts.reports.results import API, KNOWN, broken, entry, result, unseen

IAM = "huawei-iam"
IOTDA = "huawei-iotda"


def run_of(found: Result, specs: dict[str, Spec] | None = None) -> dict[str, Any]:
    log = json.loads(render(found, specs or {}))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run: dict[str, Any] = log["runs"][0]
    return run


def test_each_broken_clause_is_a_finding_of_the_rule_of_its_kind() -> None:
    run = run_of(result(broken("b", kind="total"), broken("a"), entry("c"), unseen("d")))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["maximum", "total"]
    assert [(each["ruleId"], rules[each["ruleIndex"]]["id"]) for each in run["results"]] == [
        ("maximum",) * 2,
        ("total",) * 2,
    ]
    assert run["results"][0]["message"]["text"] == (
        f"{API}/a: expected refused as InvalidParameter: Count is 51; received 200 {{}}. "
        "The promise: “at most 50” (CreateExport, https://example.com/create)"
    )
    assert run["properties"]["not-observed"] == 1


@pytest.mark.parametrize(
    ("api", "pointer", "file", "text"),
    [
        (API, "/components/schemas/CreateExportRequest/properties/Count/maximum", f"{API}.yaml", "maximum: 50000000"),
        (IOTDA, "/x-error-codes/999", f"{IOTDA}.yaml", "x-error-codes:"),
        (IOTDA, "/components/parameters/Language", "shared/huawei-gateway.yaml", "Language:"),
    ],
)
def test_a_finding_stands_on_the_line_of_its_statement_also_in_an_included_file(
    api: str, pointer: str, file: str, text: str
) -> None:
    if api == IOTDA and file.startswith("shared"):
        pointer = shared_pointer()
        text = f"{pointer.rpartition('/')[2]}:"
    found = run_of(result(broken("a", api=api, pointer=pointer)), {api: spec(api)})["results"][0]
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": f"openapi/{file}"}
    line = (Path(spec(api).path).parent / file).read_text().splitlines()[place["region"]["startLine"] - 1]
    assert line.strip() == text


def shared_pointer() -> str:
    """The first schema that is only in the file that the API includes."""
    import yaml

    folder = Path(spec(IOTDA).path).parent
    shared, own = (
        yaml.safe_load((folder / name).read_text())["components"]["responses"]
        for name in ("shared/huawei-gateway.yaml", f"{IOTDA}.yaml")
    )
    return f"/components/responses/{next(name for name in shared if name not in own)}"


def test_a_spec_outside_the_working_directory_has_an_absolute_address(tmp_path: Path) -> None:
    path = tmp_path / "a shop.yaml"
    path.write_text("components: {}\n")
    own = type("Own", (), {"name": API, "path": str(path)})
    found = run_of(result(broken("a")), {API: own})["results"][0]  # type: ignore[dict-item]
    place = found["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": path.as_uri()}, "region": {"startLine": 1}}


def test_a_finding_is_the_same_one_when_lines_move_or_the_answer_differs() -> None:
    before = run_of(result(broken("a")))["results"][0]["partialFingerprints"]
    after = run_of(result(broken("a", received="500 {}", value=51)), {API: spec(API)})["results"][0]
    assert before == after["partialFingerprints"]
    other = run_of(result(broken("b")))["results"][0]["partialFingerprints"]
    assert other.keys() == before.keys()
    assert all(before[key] != other[key] for key in before)


def test_what_nobody_documents_is_a_warning() -> None:
    assert [each["level"] for each in run_of(result(broken("a"), broken("b", standing="assumed")))["results"]] == [
        "error",
        "warning",
    ]


def test_a_known_finding_is_suppressed_until_its_day() -> None:
    results = run_of(result(broken("a", known=KNOWN), broken("b", known={**KNOWN, "expired": True})))["results"]
    assert results[0]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "ticket 4711 (the data team, until 2027-01-31)"}
    ]
    assert "suppressions" not in results[1]


def test_the_exchange_that_decided_is_told() -> None:
    found = run_of(result(broken("a")))["results"][0]
    assert (found["webRequest"]["method"], found["webResponse"]["statusCode"]) == ("POST", 200)
    assert "webRequest" not in run_of(result(broken("a", evidence=[], steps=0)))["results"][0]


def test_a_run_that_did_not_end_well_says_so() -> None:
    invocation = run_of(result(broken("a"), stopped="interrupted", mistakes=["a mistake"]))["invocations"][0]
    assert not invocation["executionSuccessful"]
    told = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert told == ["a mistake", "interrupted"]


def test_a_run_says_when_it_was() -> None:
    assert run_of(result(broken("a")))["invocations"] == [
        {
            "executionSuccessful": True,
            "startTimeUtc": "2026-01-31T08:09:10.123Z",
            "endTimeUtc": "2026-01-31T08:09:12.623Z",
        }
    ]


def test_nothing_broken_is_a_log_without_findings() -> None:
    run = run_of(result(entry("a")))
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
