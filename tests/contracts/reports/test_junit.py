"""Is JUnit XML written as the systems read it that show it?"""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from contracts.reports.junit import COUNTED, render
from contracts.result import Result
from openapi.model import Spec
from tests.contracts.bent import spec
from tests.contracts.reports.results import API, KNOWN, broken, entry, result, unseen, warned

# What the schema files in use agree on: Jenkins' junit-10, which GitLab and GitHub's reporters read as well.
ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    "testcase": {"name", "classname", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
}
CHILDREN = {"testsuites": {"testsuite"}, "testsuite": {"testcase"}, "testcase": {"failure", "error", "skipped"}}


def parsed(found: Result, specs: dict[str, Spec] | None = None) -> ET.Element:
    return ET.fromstring(render(found, specs or {}))  # noqa: S314 - our own text


def every_kind() -> Result:
    entries = [entry("a"), broken("b"), unseen("c"), broken("d", known=KNOWN), entry("e", api="shop", operation="")]
    return result(*entries, mistakes=["a mistake\nof many lines"], stopped="interrupted")


def test_there_is_a_suite_per_api_and_a_case_per_clause() -> None:
    root = parsed(result(entry("a"), entry("b", api="shop", operation="")))
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [(API, "1"), ("shop", "1")]
    assert [(case.get("classname"), case.get("name"), case.get("time")) for case in root.iter("testcase")] == [
        (f"{API}.CreateExport", f"{API}/a", "0.250"),
        ("shop", "shop/b", "0.250"),
    ]


def test_only_elements_and_attributes_are_used_that_everybody_reads() -> None:
    for element in parsed(every_kind(), {API: spec(API)}).iter():
        assert element.attrib.keys() <= ATTRIBUTES[element.tag]
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
        if element.tag == "testcase":
            assert len(element) <= 1


def test_numbers_are_sums_of_what_is_inside() -> None:
    root = parsed(every_kind())
    for element in [root, *root]:
        cases = list(element.iter("testcase"))
        assert element.get("tests") == str(len(cases))
        assert float(element.get("time", "")) == pytest.approx(sum(float(case.get("time", "")) for case in cases))
        for attribute, tag in COUNTED[element.tag].items():
            assert element.get(attribute) == str(len(list(element.iter(tag))))
    assert [root.get(name) for name in ("tests", "failures", "errors")] == ["7", "1", "2"]


def test_a_broken_clause_is_a_failure_with_its_whole_account() -> None:
    failure = parsed(result(broken("b"))).find(".//failure")
    assert failure is not None
    assert failure.attrib == {"type": "maximum", "message": "expected refused as InvalidParameter: Count is 51"}
    assert (failure.text or "").splitlines()[:2] == [f"{API}/b", "  promised  “at most 50”"]
    assert "\n  curl      curl " in (failure.text or "")


def test_what_was_not_observed_and_what_is_known_is_skipped_with_the_reason() -> None:
    skipped = parsed(result(unseen("c", "no answer tells it"), broken("d", known=KNOWN))).findall(".//skipped")
    assert [each.get("message") for each in skipped] == [
        "no answer tells it",
        "known until 2027-01-31, the data team: ticket 4711",
    ]


def test_a_known_finding_whose_day_is_over_fails() -> None:
    assert len(parsed(result(broken("d", known={**KNOWN, "expired": True}))).findall(".//failure")) == 1


def test_a_failure_says_where_its_statement_stands() -> None:
    failure = parsed(result(broken("a")), {API: spec(API)}).find(".//failure")
    assert failure is not None
    stands = re.search(rf"\n  stands    openapi/{API}\.yaml:(\d+)$", failure.text or "")
    assert stands
    assert re.fullmatch(r" +maximum: 50000000", Path(spec(API).path).read_text().splitlines()[int(stands[1]) - 1])


def test_a_suite_says_when_its_first_clause_was_judged_without_a_zone() -> None:
    assert parsed(result(entry("a")))[0].get("timestamp") == "2026-01-31T08:09:11"


def test_what_kept_the_run_from_its_end_is_an_error() -> None:
    errors = parsed(result(entry("a"), mistakes=["a mistake\nof many lines"], stopped="interrupted")).findall(
        ".//error"
    )
    assert [(each.get("message"), each.text) for each in errors] == [
        ("a mistake", "a mistake\nof many lines"),
        ("interrupted", "interrupted"),
    ]


def test_characters_that_xml_cannot_hold_are_written_as_escapes() -> None:
    failure = parsed(result(broken("b", received="200 \x00\x1b[31m\ud800 <&> \U0001f600"))).find(".//failure")
    assert failure is not None
    assert r"200 \x00\x1b[31m\ud800 <&> " in (failure.text or "")


def test_a_warning_fails_no_job_and_keeps_its_account() -> None:
    root = parsed(result(warned("b")))
    (skipped,) = root.findall(".//skipped")
    assert skipped.get("message") == "a warning: expected refused as InvalidParameter: Count is 51"
    assert "\n  curl      curl " in (skipped.text or "")
    assert root.get("failures") == "0"
