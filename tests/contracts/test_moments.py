"""Is a moment read in the documented form, and in no other?"""

from datetime import UTC, datetime

import pytest

from contracts.moments import read_moment

MILLISECONDS = {"x-time": "milliseconds"}


def test_a_moment_in_the_documented_form_is_read() -> None:
    assert read_moment(MILLISECONDS, "2026-05-01T12:00:05.250Z") == datetime(2026, 5, 1, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("fraction", ["", "25", "2500", "2x0", "\u00b2\u00b2\u00b2", "\u0662\u0662\u0662"])
def test_thousandths_are_three_digits(fraction: str) -> None:
    assert read_moment(MILLISECONDS, f"2026-05-01T12:00:05.{fraction}Z") is None
