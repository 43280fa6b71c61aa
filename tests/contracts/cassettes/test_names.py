"""Values that are others each time have names, and names become values again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cassettes.names import Nameless, Names, filled, is_name, moment_name, moment_of

NOW = datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def test_a_value_keeps_its_name() -> None:
    names = Names()
    assert [names.name("task", each) for each in ("abcdefgh", "ijklmnop", "abcdefgh")] == [
        "<task-1>",
        "<task-2>",
        "<task-1>",
    ]
    assert names.name("link", "https://h/x") == "<link-1>"
    assert names.name("task", "<task-7>") == "<task-7>"


def test_long_values_are_found_in_texts_and_short_ones_are_not() -> None:
    names = Names()
    names.name("task", "0123456789")
    names.name("task", "12")
    assert names.text("export-0123456789_12.csv") == "export-<task-1>_12.csv"


def test_names_are_filled_with_values_of_their_own_type() -> None:
    names = Names()
    names.name("task", 17)
    assert filled("<task-1>", names.value) == 17
    assert filled("/a/<task-1>/b", names.value) == "/a/17/b"
    with pytest.raises(Nameless, match="<task-2>"):
        filled("<task-2>", names.value)


@pytest.mark.parametrize("text", ["<script>", "<h1>", "a < b > c", "<>", "<Task-1>", "< task-1>", "<tokens>"])
def test_what_only_looks_like_a_name_stays(text: str) -> None:
    assert not is_name(text)
    assert filled(text, Names().value) == text


@pytest.mark.parametrize(
    ("value", "name", "later"),
    [
        ("2026-05-01T11:00:00Z", "<now-3600s, seconds>", "2026-12-31T23:00:00Z"),
        ("2026-05-01T12:00:05.000Z", "<now+5s, milliseconds>", "2027-01-01T00:00:05.000Z"),
        (1777636800, "<now+0s, epoch-seconds>", 1798761600),
        (1777636860000, "<now+60s, epoch-milliseconds>", 1798761660000),
    ],
)
def test_a_moment_is_told_from_now(value: str | int, name: str, later: str | int) -> None:
    assert moment_name(value, NOW) == name
    assert moment_of(name, LATER) == later


@pytest.mark.parametrize(
    "value", ["1999-01-01T00:00:00Z", 0, 100, "12:00", "2026-13-01T00:00:00Z", "", "99999999999999"]
)
def test_what_is_far_away_or_no_moment_has_no_such_name(value: str | int) -> None:
    assert moment_name(value, NOW) == ""


@given(st.integers(-400 * 86400 + 1, 400 * 86400 - 1))
def test_a_moment_survives_its_name(seconds: int) -> None:
    written = (NOW + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert moment_of(moment_name(written, NOW), NOW) == written
