"""What is shown while a run goes on, and while it waits."""

import io

from rich.console import Console

from contracts.reports.progress import OFTEN, Progress


def progress(*, terminal: bool) -> tuple[Progress, io.StringIO]:
    out = io.StringIO()
    return Progress(Console(file=out, force_terminal=terminal, width=80, color_system=None)), out


def test_a_wait_is_counted_down_at_a_terminal_with_what_it_is_for() -> None:
    shown, out = progress(terminal=True)
    shown.begin(7)
    shown.current = "api/clause"
    shown.waiting("the task to go on", 9.2)
    assert out.getvalue().rstrip("\n").endswith("0/7  0 broken  waiting 10 s for the task to go on  api/clause")


def test_elsewhere_a_long_wait_is_told_once_and_a_short_one_not_at_all() -> None:
    shown, out = progress(terminal=False)
    shown.current = "api/clause"
    shown.waiting("", OFTEN - 1)
    for left in (OFTEN * 3, OFTEN * 2, OFTEN):
        shown.waiting("the lock to be over", left)
    assert out.getvalue() == "waiting 30 s for the lock to be over, judging api/clause\n"


def test_what_has_to_be_known_at_once_gets_a_line_of_its_own() -> None:
    shown, out = progress(terminal=False)
    shown.say("finishing")
    assert out.getvalue() == "finishing\n"


def test_each_part_is_counted_anew_and_told_ten_times_at_most() -> None:
    shown, out = progress(terminal=False)
    shown.did = "rehearsed"
    for part in ("first", "second"):
        shown.begin_part(f"{part} part …", 300)
        for number in range(300):
            shown.step({"verdict": "", "id": f"api/{number}"}, 0)
    lines = [f"{done} of 300 clauses rehearsed" for done in range(30, 301, 30)]
    assert out.getvalue().splitlines() == ["first part …", *lines, "second part …", *lines]
