"""Are clauses told together that are broken in the same way, and only those?"""

import pytest

from contracts.reports.causes import by_cause, by_reason
from tests.contracts.reports.results import broken, unseen

REFUSED = '200 {"Response": {"Error": {"Code": "%s", "Message": "Limit: %s is not right"}, "RequestId": "%s"}}'
ONE = REFUSED % ("Invalid", 0, "8536fa09-a5d0-4352-89e5-36a25b134e38")


def causes(*pairs: tuple[str, str]) -> int:
    return len(by_cause([broken(str(number), reason=e, received=r) for number, (e, r) in enumerate(pairs)]))


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        ("refused as X: Limit is 101", REFUSED % ("Invalid", 101, "fe6818c9-a79b-4a1e-8c4e-d6379ff49b4e")),
        ("refused as X: Limit is '100'", REFUSED % ("Invalid", '\\"100\\"', "d3d2b185-5ae8-47d9-a256-c7c4a83cec50")),
        ("refused as X", ONE),
    ],
)
def test_ids_numbers_and_texts_make_no_other_cause(expected: str, received: str) -> None:
    assert causes(("refused as X: Limit is 0", ONE), (expected, received)) == 1


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        ("refused as Y: Limit is 0", ONE),
        ("refused as X: Limit is 0", ONE.replace("Invalid", "Missing")),
        ("refused as X: Limit is 0", ONE.replace("200 ", "400 ")),
        ("refused as X: Limit is 0", '200 {"Response": {"ExportId": "1"}}'),
        ("refused as X: Limit is 0", "200 no JSON"),
        ("refused as X: Limit is 0", "nothing"),
    ],
)
def test_another_code_status_or_form_is_another_cause(expected: str, received: str) -> None:
    assert causes(("refused as X: Limit is 0", ONE), (expected, received)) == 2


def test_answers_that_are_no_json_are_compared_without_their_ids_too() -> None:
    assert causes(("a", "502 <p>8536fa09a5d0</p>"), ("a", "502 <p>fe6818c9a79b</p>")) == 1
    assert causes(("a", "the task of 12 s"), ("a", "the task of 13 s")) == 1


def test_the_most_frequent_cause_comes_first_and_entries_keep_their_order() -> None:
    found = [broken("a", reason="x"), broken("b", reason="y"), broken("c", reason="y")]
    assert [[each["id"][-1] for each in group] for group in by_cause(found)] == [["b", "c"], ["a"]]


def test_two_apis_have_two_causes() -> None:
    assert len(by_cause([broken("a"), broken("a", api="shop")])) == 2


def test_why_clauses_were_not_observed_is_grouped_word_for_word() -> None:
    found = [unseen("a", "one"), unseen("b", "two"), unseen("c", "two")]
    assert [(reason, len(entries)) for reason, entries in by_reason(found)] == [("two", 2), ("one", 1)]
