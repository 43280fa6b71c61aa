"""The report on a terminal, word for word."""

import io
from datetime import date
from typing import Any

import pytest
from rich.console import Console

from contracts.baseline import Known, Outcome
from contracts.reports.terminal import show, show_outcome
from tests.contracts.bent import spec
from tests.contracts.reports.results import API, EXCHANGE, KNOWN, broken, entry, learned, result, unseen, warned


def shown(*entries: dict[str, Any], width: int = 80, **more: Any) -> str:
    stream = io.StringIO()
    show(result(*entries, **more), {API: spec(API)}, Console(file=stream, width=width))
    return stream.getvalue()


def test_a_run_is_summed_up_by_api_and_standing() -> None:
    assert shown(entry("a"), entry("b", standing="assumed"), entry("c", api="shop")) == (
        "Clauses of http://127.0.0.1:4010\n"
        "\n"
        "API          standing    operations  clauses  held  broken  not observed\n"
        f"tencent-cls  all                  {len(spec(API).operations)}        2     2       0             0\n"
        "             documented                    1     1       0             0\n"
        "             assumed                       1     1       0             0\n"
        "shop         all                  0        1     1       0             0\n"
        "             documented                    1     1       0             0\n"
        "\n"
        "3 clauses, 3 held, 0 broken, 0 not observed\n"
    )


def test_what_was_left_behind_is_told_with_what_to_do() -> None:
    where = {"operation": "Create", "account": "first", "sent": "2026-01-01T00:00:00+00:00", "journal": "a.jsonl"}
    left = [
        {**where, "task": "t1", "why": "it runs", "journal": "a.jsonl"},
        {**where, "task": "", "why": "who knows", "journal": "a.jsonl"},
    ]
    told = shown(entry("a"), journal={"left": left})
    assert (
        "\nLeft behind (2)\n"
        "  the task t1 of Create, account first, sent 2026-01-01T00:00:00+00:00: it runs\n"
        "  perhaps a task of an unknown id of Create, account first, sent 2026-01-01T00:00:00+00:00: who knows\n"
        "  `contracts cleanup a.jsonl` tries again\n"
    ) in told


def test_what_a_run_on_a_real_endpoint_used_up_is_told_before_the_sum() -> None:
    spent = {"requests": {"used": 1234, "of": 5000}, "minutes": {"used": 0.5, "of": 30}}
    told = shown(entry("a"), spent=spent, notes=["the clock is [off]"]).partition("assumed")[0]
    assert told.endswith(
        "\nSpent  1,234 of 5,000 requests, 0.5 of 30 minutes\n"
        "Note   the clock is [off]\n"
        "\n1 clause, 1 held, 0 broken, 0 not observed\n"
    )


def test_what_is_broken_is_told_in_full_and_what_can_be_pasted_is_never_wrapped() -> None:
    curl = f"curl {'x' * 100} [bold]"
    long = broken("a", quote="word " * 16 + "end", evidence=[{**EXCHANGE, "curl": curl}])
    assert shown(long).split("Broken")[1] == (
        " (1)\n"
        "\n"
        "tencent-cls/a\n"
        "  promised  “word word word word word word word word word word word word word\n"
        "            word word word end”\n"
        "            CreateExport, https://example.com/create\n"
        "  expected  refused as InvalidParameter: Count is 51\n"
        "  received  200 {}\n"
        f"  curl      {curl}\n"
        "\n"
        "1 clause, 0 held, 1 broken, 0 not observed\n"
    )


def test_a_sequence_is_told_call_by_call() -> None:
    calls = [{**EXCHANGE, "curl": f"curl {number}"} for number in range(3)]
    told = shown(broken("a", evidence=calls, steps=2))
    assert "  repeat    these 2 calls one after another; ids are those of the run\n" in told
    assert [line for line in told.splitlines() if "  curl " in line] == ["  curl      curl 1", "  curl      curl 2"]


def test_what_is_broken_in_the_same_way_is_told_once() -> None:
    told = shown(broken("z", reason="another"), *(broken(name) for name in "abcdef"))
    assert "Broken (7, in 2 ways)\n\ntencent-cls/a\n" in told
    assert told.count("  received  ") == 2
    assert (
        "  also      5 more, broken in the same way:\n"
        "            tencent-cls/b\n"
        "            tencent-cls/c\n"
        "            tencent-cls/d\n"
        "            and 2 more\n"
    ) in told


def test_a_long_answer_does_not_drown_what_is_said_of_it() -> None:
    told = shown(broken("a", received="200 " + "x " * 1000))
    assert " x … (2004" in told
    assert len(told) < 2000


def test_known_findings_are_counted_and_told_apart_from_what_is_broken() -> None:
    told = shown(broken("a"), broken("b", known=KNOWN))
    assert "Broken (1)\n\ntencent-cls/a\n" in told
    assert "Known (1)\n  tencent-cls/b\n      until 2027-01-31, the data team: ticket 4711\n" in told
    assert told.endswith("2 clauses, 0 held, 2 broken (1 known), 0 not observed\n")


def test_a_known_finding_whose_day_is_over_is_broken_again_and_says_why() -> None:
    told = shown(broken("b", known={**KNOWN, "expired": True}))
    assert "Known" not in told
    assert ("  known     accepted until 2027-01-31, which is over; the data team: ticket 4711\n") in told


def test_what_a_baseline_asks_for_is_one_line_each() -> None:
    stream = io.StringIO()
    over, fixed = (Known(f"{API}/{name}", "r", "the data team", date(2027, 1, 31)) for name in "ab")
    show_outcome(Outcome((over,), (fixed,)), Console(file=stream, width=80))
    assert stream.getvalue() == (
        f"expired: {API}/a was accepted until 2027-01-31 (the data team)\nfixed: remove {API}/b from the baseline\n"
    )


@pytest.mark.parametrize("settings", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {}])
def test_a_report_without_a_terminal_has_no_escape_codes(settings: dict[str, str]) -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=80, _environ=settings)
    show(result(broken("a"), unseen("b")), {}, console)
    assert "\x1b" not in stream.getvalue()


def test_a_report_on_a_terminal_is_coloured() -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=True, color_system="standard", highlight=False, _environ={})
    show(result(broken("a")), {}, console)
    assert "\x1b[1;31mBroken (1)" in stream.getvalue()


def test_why_clauses_were_not_observed_is_told_once_for_all_of_them() -> None:
    reason = "a reason that takes rather more than a line of eighty columns, and is told in two lines"
    report = shown(*(unseen(name, reason) for name in "abcde"), unseen("f", "no [time]"))
    assert report.split("Not observed")[1] == (
        " (6)\n"
        "   5  a reason that takes rather more than a line of eighty columns, and is told\n"
        "      in two lines\n"
        "      tencent-cls/a\n"
        "      tencent-cls/b\n"
        "      tencent-cls/c\n"
        "      and 2 more\n"
        "   1  no [time]\n"
        "      tencent-cls/f\n"
        "\n"
        "      --report json names them all.\n"
        "\n"
        "6 clauses, 0 held, 0 broken, 6 not observed\n"
    )


def test_nothing_judged_is_no_report() -> None:
    assert shown() == ""


def test_a_warning_and_what_was_learned_are_told_apart_from_what_is_broken() -> None:
    told = shown(broken("a"), warned("b"), learned("c"))
    assert told.index("Broken (1)\n\ntencent-cls/a\n") < told.index("Warnings (1)\n\ntencent-cls/b\n")
    assert told.endswith(
        "\nLearned (1)\n"
        "  Nobody documents it, and the server does otherwise: accepted was assumed;\n"
        "      received 400 {}.\n"
        "      tencent-cls/c\n"
        "\n"
        "3 clauses, 0 held, 2 broken (1 warning), 1 not observed\n"
    )


def test_a_reading_that_the_endpoint_follows_is_said_in_a_sentence() -> None:
    told = shown(entry("a", follows={"count-maximum": "10-million"}, severity="learned"))
    question = spec(API).readings["count-maximum"].question
    sentence = f"the reading {API}/count-maximum=10-million, not 50-million as it is read by default"
    assert f"{sentence} ({question}). {API}/a" in " ".join(told.split())
