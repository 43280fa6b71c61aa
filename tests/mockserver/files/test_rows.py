from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.files import BadQuery, measure, stream
from tests.mockserver.files.exports import CREATED, END, LOG, START, content, export, rows, table

HOUR = 3_600_000
TIME = "__TIMESTAMP__"


def test_the_rows_lie_in_the_window_and_fill_it() -> None:
    times = [row[TIME] for row in rows(export())]
    assert START <= min(times) < START + HOUR // 20
    assert END - HOUR // 20 < max(times) <= END


@pytest.mark.parametrize(
    "length", [90_000, 3 * 60_000, HOUR, 7 * HOUR, 24 * HOUR, 30 * 24 * HOUR, 365 * 24 * HOUR, END - 1], ids=str
)
def test_any_window_has_about_a_hundred_rows(length: int) -> None:
    assert 60 <= measure(export(From=END - length)).rows <= 130


@given(st.integers(0, 2 * HOUR), st.integers(1, 3 * HOUR), st.integers(0, 2 * HOUR))
def test_windows_of_equal_length_agree_where_they_overlap(begin: int, length: int, shift: int) -> None:
    first = rows(export(From=START + begin, To=START + begin + length))
    second = rows(export(From=START + begin + shift, To=START + begin + length + shift))
    low, high = START + begin + shift, START + begin + length
    assert [row for row in first if row[TIME] >= low] == [row for row in second if row[TIME] <= high]


@given(st.integers(1, HOUR), st.integers(1, 30))
def test_a_longer_window_shows_no_row_that_a_shorter_one_lacks(length: int, times: int) -> None:
    inner = rows(export(From=START, To=START + length))
    outer = rows(export(From=START - times * length, To=START + times * length))
    assert all(row in inner for row in outer if START <= row[TIME] <= START + length)


def test_another_seed_has_other_rows() -> None:
    assert rows(export("a")) != rows(export("b"))


def test_the_rows_do_not_depend_on_when_the_task_was_created() -> None:
    assert rows(export()) == rows(replace(export(), created=CREATED + 86_400))


def test_without_a_window_it_is_the_hour_before_the_creation() -> None:
    times = [row[TIME] for row in rows(export(file=replace(LOG, window=None)))]
    assert times
    assert all(CREATED * 1000 - HOUR <= time <= CREATED * 1000 for time in times)


def test_a_window_in_iso_8601_is_the_same_as_in_milliseconds() -> None:
    written = export(From="2023-11-14T22:13:20Z", To="2023-11-15T07:13:20+08:00")
    assert rows(written) == rows(export())


@pytest.mark.parametrize(
    "window", [(END, START), (-(2**63), -1), (2**62, 2**63), (START, -1)], ids=["reversed", "before", "after", "half"]
)
def test_an_impossible_window_is_empty(window: tuple[int, int]) -> None:
    assert rows(export(From=window[0], To=window[1])) == []


def test_an_endless_window_is_no_more_work_than_a_short_one() -> None:
    assert 60 <= measure(export(From=-(2**63), To=2**63 - 1)).rows <= 130


def test_the_newest_come_first_when_asked_and_when_nothing_is_asked() -> None:
    descending = [row[TIME] for row in rows(export(Order="desc"))]
    assert all(later > earlier for later, earlier in pairwise(descending))
    assert descending == [row[TIME] for row in rows(export())]


def test_the_oldest_come_first_in_the_other_order() -> None:
    assert rows(export(Order="asc")) == list(reversed(rows(export(Order="desc"))))


def test_a_file_without_an_order_is_oldest_first() -> None:
    assert rows(export(file=replace(LOG, order=""))) == rows(export(Order="asc"))


def test_the_limit_keeps_the_first_of_the_order() -> None:
    assert rows(export(Count=7, Order="desc")) == rows(export(Order="desc"))[:7]


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (1, 1), (-1, 0)])
def test_the_limit_bounds_the_rows(limit: int, count: int) -> None:
    assert len(rows(export(Count=limit))) == count


def test_the_query_selects_before_the_limit_counts() -> None:
    bad = [row for row in rows(export()) if row["status"] >= 400]
    assert len(bad) > 2
    assert rows(export(Query="status:>=400", Count=2)) == bad[:2]


def test_a_query_that_cannot_be_evaluated_never_matches_all() -> None:
    with pytest.raises(BadQuery):
        stream(export(Query="* | select 1"))


def test_an_export_can_be_empty() -> None:
    empty = replace(export(), zero_rows=True)
    assert content(empty) == b""
    assert measure(empty).rows == 0


def test_the_columns_of_a_row_agree() -> None:
    for row in rows(export()):
        assert row["message"].startswith(f"{row['method']} {row['path']} answered {row['status']}")
        assert round(datetime.fromisoformat(row["timestamp"]).timestamp() * 1000) == row[TIME]
        assert (row["bytes"] == 0) == (row["status"] in {204, 304})


def test_a_row_has_the_columns_of_the_spec_in_their_order() -> None:
    assert all(tuple(row) == LOG.columns for row in rows(export()))


def test_a_table_has_between_20_and_60_rows_and_nobody_twice() -> None:
    for seed in map(str, range(30)):
        people = [row["user_name"] for row in rows(export(seed, table()))]
        assert 20 <= len(people) <= 60
        assert len(set(people)) == len(people)


def test_a_table_belongs_to_its_seed_not_to_a_window() -> None:
    assert rows(export(file=table())) == rows(export(file=table(), From=0, To=1))


def test_the_columns_about_a_person_agree() -> None:
    assert all(row["email"] == f"{row['user_name']}@example.com" for row in rows(export(file=table())))


def test_an_unknown_column_has_words_of_its_own() -> None:
    made = rows(export(file=replace(table(), columns=("zork", "quux"))))
    assert all(isinstance(row["zork"], str) and row["zork"] for row in made)
    assert [row["zork"] for row in made] != [row["quux"] for row in made]


def test_a_value_depends_on_its_column_not_on_its_neighbours() -> None:
    alone = rows(export(file=replace(LOG, columns=("status",))))
    assert [row["status"] for row in alone] == [row["status"] for row in rows(export())]


def test_a_column_in_camel_case_is_known_too() -> None:
    made = rows(export(file=replace(table(), columns=("userName", "user_name"))))
    assert all(row["userName"] == row["user_name"] for row in made)


def test_server_logs_are_lines_of_text() -> None:
    file = replace(LOG, rows="server-logs", columns=(), window=None)
    lines = content(export(file=file, Format="log")).decode().splitlines()
    assert 60 <= len(lines) <= 130
    for line in lines:
        moment, host, _process, level, event = line.split(" ", 4)
        assert moment.endswith("Z")
        assert host.endswith(".example.com")
        assert level in {"INFO", "WARN"}
        assert event
    assert lines == sorted(lines, reverse=True)


@pytest.mark.parametrize(
    ("argument", "value"),
    [("From", "noon"), ("From", True), ("Count", "7"), ("Count", True), ("Query", 5), ("Format", "xml"), ("Format", 1)],
)
def test_an_argument_that_should_have_been_refused_is_named(argument: str, value: str | int) -> None:
    wrong = replace(export(), arguments={argument: value})
    with pytest.raises(ValueError, match=argument):
        measure(wrong)


def test_what_a_row_started_ends_later_even_at_the_end_of_time() -> None:
    file = replace(LOG, columns=("start_time", "end_time"))
    made = rows(export(file=file, From=0, To=2**62))
    assert made
    assert all(row["start_time"] <= row["end_time"] for row in made)


def test_the_ids_of_a_row_differ() -> None:
    made = rows(export(file=replace(table(), columns=("user_id", "group_id"))))
    assert all(row["user_id"] != row["group_id"] for row in made)
    assert len({row["user_id"] for row in made}) == len(made)
