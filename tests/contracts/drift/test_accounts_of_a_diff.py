"""A comparison as people and machines read it."""

import io
import json
from datetime import date
from pathlib import Path

from jsonschema_rs import Draft202012Validator
from rich.console import Console

import contracts.drift
from contracts.baseline import Known
from contracts.drift import record
from contracts.drift.comparison import Comparison, compare
from contracts.drift.markdown import LARGEST, render
from contracts.drift.outcome import Outcome, judge
from contracts.drift.ruling import Relation
from contracts.drift.side import State
from contracts.drift.terminal import show
from tests.contracts.drift.sides import CLOUD, NAME, in_state, mock, side, sides
from tests.contracts.reports.results import API, EXCHANGE, broken, entry

DAY = date(2027, 1, 31)
OVER = Known(NAME, "ticket 4711", "the data team", date(2026, 1, 1))
SCHEMA = json.loads((Path(contracts.drift.__file__).parent / "diff.schema.json").read_text())


def outcome(found: Comparison, *accepted: Known) -> Outcome:
    return judge(found, accepted, DAY)


def broken_now() -> Comparison:
    return compare(*sides(Relation.SAME_ENDPOINT, [in_state(State.HELD)], [in_state(State.BROKEN)]))


def shown(found: Outcome, width: int = 80) -> str:
    stream = io.StringIO()
    show(found, Console(file=stream, width=width))
    return stream.getvalue()


def test_both_sides_stand_beside_each_other() -> None:
    assert shown(outcome(broken_now())) == (
        f"then    {CLOUD}, 2026-01-31 08:09 UTC: 2 clauses (a.json)\n"
        f"now     {CLOUD}, 2026-01-31 08:09 UTC: 2 clauses (b.json)\n"
        "\n"
        "The cloud changed (1)\n"
        "\n"
        f"{NAME} (finding)\n"
        "  promised  “at most 50”\n"
        "            CreateExport, https://example.com/create\n"
        "            then                               now\n"
        "  shows     held                               broken\n"
        "  expected  -                                  refused as InvalidParameter:\n"
        "                                               Count is 51\n"
        "  sent      POST / {}                          POST / {}\n"
        "  received  200 {}                             200 {}\n"
        "\n"
        "1 finding, 0 drifts\n"
    )


def test_no_line_of_columns_is_wider_than_a_terminal() -> None:
    long = EXCHANGE | {"request": {**EXCHANGE["request"], "url": f"http://a/{'x' * 500}"}}  # type: ignore[dict-item]
    found = compare(*sides(Relation.SAME_ENDPOINT, [in_state(State.HELD, evidence=[long])], [in_state(State.BROKEN)]))
    lines = shown(outcome(found)).splitlines()[3:]
    assert max(map(len, lines)) <= 80


def test_what_differs_in_the_same_way_is_told_once() -> None:
    names = [str(number) for number in range(6)]
    found = compare(side(*map(entry, names)), side(*map(broken, names)))
    told = shown(outcome(found))
    assert told.count("  promised") == 1
    assert f"  also      5 more, in the same way:\n            {API}/1\n" in told
    assert "            and 2 more\n" in told
    assert told.endswith("\n6 findings, 0 drifts\n")


def test_where_a_spec_changed_both_statements_are_shown() -> None:
    found = compare(side(entry("a")), side(entry("a", value=51, quote="at most 51")))
    told = shown(outcome(found))
    assert "\nThe spec changed (1)\n" in told
    assert "\n  states    50                                 51\n" in told
    assert "\n  quote     at most 50                         at most 51\n" in told


def test_what_is_accepted_expired_or_as_before_has_lines_of_its_own() -> None:
    told = shown(outcome(broken_now(), Known(NAME, "ticket 4711", "the data team", DAY)))
    assert f"\nAccepted (1)\n  {NAME}: the cloud changed\n      until 2027-01-31, the data team: ticket 4711\n" in told
    told = shown(outcome(broken_now(), OVER))
    assert "  accepted  until 2026-01-01, which is over; the data team: ticket 4711\n" in told
    assert f"expired: {NAME} was accepted until 2026-01-01 (the data team)\n" in told
    both = compare(*sides(Relation.SAME_ENDPOINT, [in_state(State.BROKEN)], [in_state(State.BROKEN)]))
    assert f"\nAs before: the page is wrong (1)\n  {NAME}\n\n0 findings, 0 drifts, 1 as before\n" in shown(
        outcome(both)
    )


def test_what_only_one_of_a_mock_and_a_cloud_showed_is_told_so() -> None:
    told = shown(outcome(compare(mock(entry("a")), side(in_state(State.UNSEEN)))))
    assert told.startswith("mock    embedded mock, ")
    assert f"\nObserved on the mock side alone (1)\n  {NAME}\n" in told
    assert told.endswith("\n0 findings, 0 drifts, 1 observed on the mock side alone\n")


def test_two_equal_results_say_so() -> None:
    assert shown(outcome(compare(side(entry("a")), side(entry("a"))))).endswith("\nNothing differs.\n")


def test_an_answer_cannot_steer_the_terminal() -> None:
    found = compare(side(entry("a")), side(broken("a", received="200 \x1b[31m\x9b", reason="[bold]x[/]")))
    told = shown(outcome(found))
    assert "\x1b" not in told
    assert "[bold]x[/]" in told


def test_an_issue_has_both_sides_in_a_table_and_the_line_that_repeats_it() -> None:
    text = render(outcome(broken_now()))
    assert text.startswith(f"## {CLOUD}: 1 finding, 0 drifts\n")
    assert "### The cloud changed (1)\n" in text
    assert (
        "| | then | now |\n"
        "|---|---|---|\n"
        "| shows | held | broken |\n"
        "| expected | - | refused as InvalidParameter: Count is 51 |\n"
        "| sent | POST / \\{\\} | POST / \\{\\} |\n"
        "| received | 200 \\{\\} | 200 \\{\\} |\n"
        "\n```sh\ncurl -sS -i -X POST"
    ) in text


def test_nothing_a_server_answers_is_taken_for_markdown() -> None:
    text = render(outcome(compare(side(entry("a")), side(broken("a", received="200 <img> | a |\n# b")))))
    assert r"| 200 &lt;img&gt; \| a \| \# b |" in text


def test_an_issue_stays_within_its_limit() -> None:
    names = [str(number) for number in range(200)]
    found = compare(side(*map(entry, names)), side(*(broken(name, received=f"{'xy' * int(name)} z") for name in names)))
    text = render(outcome(found))
    assert len(text.encode()) <= LARGEST + 100
    assert "more blocks did not fit" in text


def test_what_machines_read_is_as_its_schema_says() -> None:
    validator = Draft202012Validator(SCHEMA, validate_formats=True)
    spec = compare(side(entry("a")), side(entry("c")))
    for found in (outcome(broken_now(), OVER), outcome(spec), outcome(compare(mock(), side()))):
        content = json.loads(json.dumps(record.as_json(found, DAY)))
        assert [each.message for each in validator.iter_errors(content)] == []
    (change,) = record.as_json(outcome(broken_now(), OVER), DAY)["changes"]
    assert (change["mover"], change["weight"], change["accepted"]["expired"]) == ("endpoint", "finding", True)
