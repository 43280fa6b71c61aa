"""Is all that there is to know of a clause, an error code and a reading told, word for word?"""

import re

import pytest

from contracts.explanations import explanations, suggestions
from contracts.suite import Suite

SUITE = Suite(("tencent-cls", "huawei-iotda"))


def explained(name: str) -> str:
    """The only explanation, with lines of files as 0: they move."""
    (text,) = explanations(SUITE, name)
    return re.sub(r"(\.yaml|\.py):\d+", r"\1:0", text)


def test_a_clause_is_told_with_its_page_its_place_its_checks_and_what_stands_beside_it() -> None:
    assert explained("tencent-cls/CreateExport/Count/maximum") == (
        "tencent-cls/CreateExport/Count/maximum\n"
        "  states    50000000\n"
        "  kind      maximum, of Count of CreateExport\n"
        "  standing  documented: a page of the provider says so\n"
        "  quote     “Count Yes Integer Number of logs to be exported. Maximum value: 50 million”\n"
        "  page      CreateExport, 2025-11-13\n"
        "            https://www.tencentcloud.com/document/product/614/42798\n"
        "  stands    openapi/tencent-cls.yaml:0\n"
        "            /components/schemas/CreateExportRequest/properties/Count/maximum\n"
        "  judged    keeps_a_bound_from_both_sides (contracts/checks/parameters.py:0)\n"
        "            The bound itself is accepted, the next number beyond it is refused.\n"
        "  open      tencent-cls/count-maximum: How many logs may one export hold?\n"
        "  beside    tencent-cls/CreateExport/Count/required\n"
        "            tencent-cls/CreateExport/Count/type\n"
        "            tencent-cls/CreateExport/Count/minimum"
    )


def test_of_what_is_assumed_the_reason_is_told() -> None:
    text = explained("tencent-cls/CreateExport/From/maximum")
    assert "  because   the end of the year 9999; the member is int64\n" in text
    assert "  standing  assumed: nobody says so; a real server that does otherwise is not called broken\n" in text
    assert "  page  " not in text


def test_a_statement_of_an_included_file_is_found_there() -> None:
    name = next(clause.id for clause in SUITE.clauses if clause.api == "huawei-iotda" and "token" in clause.id)
    text = explained(name)
    assert re.search(r"  stands    openapi/(shared/huawei-gateway|huawei-iotda)\.yaml:0", text)


def test_an_error_code_is_told_with_what_provokes_it_and_the_clauses_that_judge_it() -> None:
    text = explained("tencent-cls/FailedOperation.TopicClosed")
    assert text == explained("FailedOperation.TopicClosed")
    assert "\n  status    200\n" in text
    assert "\n  when      topic-closed\n" in text
    assert "\n  clauses   tencent-cls/CreateExport/FailedOperation.TopicClosed/error-code" in text


def test_a_reading_is_told_with_its_answers_how_to_choose_one_and_what_it_changes() -> None:
    assert explained("count-maximum") == (
        "tencent-cls/count-maximum\n"
        "  question  How many logs may one export hold?\n"
        "  answer    50-million (default): page CreateExport of 2025-11-13: Maximum value: 50 million\n"
        "  answer    10-million: page CreateExport of 2021-11-30: Maximum value: 10 million\n"
        "  choose    mockserver serve --reading tencent-cls/count-maximum=10-million\n"
        "  stands    openapi/tencent-cls.yaml:0  /x-readings/count-maximum\n"
        "  clauses   tencent-cls/CreateExport/Count/maximum"
    )


@pytest.mark.parametrize("index", range(0, len(SUITE.clauses), 29))
def test_every_clause_can_be_explained(index: int) -> None:
    clause = SUITE.clauses[index]
    (text,) = explanations(SUITE, clause.id)
    assert text.splitlines()[0] == clause.id
    assert re.search(r"^  judged    \w+\s+\(contracts/checks/\w+\.py:\d+\)$", text, re.MULTILINE)
    assert re.search(r"^  stands    openapi/[\w/-]+\.yaml:\d+", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("tencent-cls/CreateExport/Count/maximun", "tencent-cls/CreateExport/Count/maximum"),
        ("topicclosed", "FailedOperation.TopicClosed"),
        ("count-max", "tencent-cls/count-maximum"),
    ],
)
def test_near_names_are_suggested(name: str, first: str) -> None:
    assert explanations(SUITE, name) == []
    assert suggestions(SUITE, name)[0] == first


def test_nothing_is_suggested_for_what_looks_like_nothing() -> None:
    assert suggestions(SUITE, "zzzzzz") == []
