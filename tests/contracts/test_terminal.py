"""The report on a terminal, word for word."""

import io
from typing import Any

from rich.console import Console

from contracts.reports.terminal import show
from contracts.result import Head, Result


def entry(name: str, verdict: str, standing: str = "documented", **more: Any) -> dict[str, Any]:
    return {"id": f"shop/{name}", "api": "shop", "standing": standing, "verdict": verdict, "reason": "", **more}


def shown(*entries: dict[str, Any]) -> str:
    stream = io.StringIO()
    show(Result(Head("http://127.0.0.1:4010"), [*entries]), {"shop": 3}, Console(file=stream, width=80))
    return stream.getvalue()


def test_a_run_is_summed_up_by_api_and_standing() -> None:
    assert shown(entry("a", "held"), entry("b", "held", "assumed")) == (
        "Clauses of http://127.0.0.1:4010\n"
        "\n"
        "API   standing    operations  clauses  held  broken  not observed\n"
        "shop  all                  3        2     2       0             0\n"
        "      documented                    1     1       0             0\n"
        "      assumed                       1     1       0             0\n"
        "\n"
        "2 clauses, 2 held, 0 broken, 0 not observed\n"
    )


def test_what_is_broken_is_told_in_full_and_never_wrapped() -> None:
    text = f"shop/a\n  curl      curl {'x' * 100} [bold]"
    assert f"\nBroken (1)\n\n{text}\n" in shown(entry("a", "broken", text=text))


def test_why_clauses_were_not_observed_is_told_once_for_all_of_them() -> None:
    reason = "a reason that takes rather more than a line of eighty columns, and is told in two lines"
    unseen = [entry(f"{name}", "not-observed", reason=reason) for name in "abcde"]
    report = shown(*unseen, entry("f", "not-observed", reason="no [time]"))
    assert report.split("Not observed")[1] == (
        " (6)\n"
        "   5  a reason that takes rather more than a line of eighty columns, and is told\n"
        "      in two lines\n"
        "      shop/a\n"
        "      shop/b\n"
        "      shop/c\n"
        "      and 2 more\n"
        "   1  no [time]\n"
        "      shop/f\n"
        "\n"
        "      --report json names them all.\n"
        "\n"
        "6 clauses, 0 held, 0 broken, 6 not observed\n"
    )


def test_nothing_judged_is_no_report() -> None:
    assert shown() == ""
