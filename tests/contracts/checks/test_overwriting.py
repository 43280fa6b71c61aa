"""The checks of tasks that take each other's place."""

import pytest

from contracts.judgement import Verdict
from tests.contracts.bent import bent, clause, judged
from tests.contracts.checks.foreign import judged_from_outside
from tests.contracts.checks.verdicts import HELD, said, verdict

NAME = "huawei-iotda/CreateExportTask/overwrite"


def test_the_clause_is_held_by_the_mock() -> None:
    assert verdict(NAME) == HELD


def test_a_mock_that_keeps_both_tasks_breaks_the_clause() -> None:
    assert bent(NAME, None).received == "it is still there"


@pytest.mark.parametrize("forgotten", ["resource_condition", "app_type", "app_id"])
def test_a_mock_that_overlooks_a_condition_breaks_the_clause(forgotten: str) -> None:
    names = ["resource_type", "resource_condition", "app_type", "app_id"]
    found = judged(NAME, {f"{clause(NAME).pointer}/same": [each for each in names if each != forgotten]})
    assert (found.verdict, found.reason) == (Verdict.BROKEN, f"both tasks kept, as they differ in {forgotten}")


def test_a_server_without_a_control_plane_is_judged_too() -> None:
    assert judged_from_outside(NAME).verdict is Verdict.HELD


def test_a_failure_tells_what_was_expected() -> None:
    assert said(bent(NAME, None))[-2:] == [
        "  expected  the earlier of two tasks with the same conditions gone",
        "  received  it is still there",
    ]
