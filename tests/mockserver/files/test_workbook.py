"""Is a workbook what other programs take for one, whatever stands in it?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import xlrd
from hypothesis import given
from hypothesis import strategies as st

from mockserver.files.compound import SECTOR, compound
from mockserver.files.workbook import CELL_CHARACTERS, SHEET_COLUMNS, write_xls
from openapi.model import Json

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LONG = st.integers(8000, 9000).flatmap(lambda length: st.sampled_from("xé中😀").map(lambda each: each * length))


def read(rows: list[Mapping[str, Json]], *columns: str) -> list[list[object]]:
    with xlrd.open_workbook(file_contents=b"".join(write_xls(rows, columns))) as book:
        sheet = book.sheet_by_index(0)
        return [sheet.row_values(line) for line in range(1, sheet.nrows)]


@given(st.lists(TEXTS | LONG, min_size=1, max_size=12))
def test_any_text_is_given_back(texts: list[str]) -> None:
    assert read([{"a": text, "b": 1} for text in texts], "a", "b") == [[text, 1] for text in texts]


@given(st.lists(st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_any_number_is_given_back(numbers: list[float]) -> None:
    assert read([{"a": number} for number in numbers], "a") == [[number] for number in numbers]


def test_what_no_cell_can_hold_is_text_or_cut() -> None:
    (row,) = read([{"a": 2**60, "b": {"k": [1]}, "c": None, "d": True, "e": "é" * 40_000}], *"abcde")
    assert row == [str(2**60), '{"k": [1]}', "", 1, "é" * CELL_CHARACTERS]


def test_a_pair_of_surrogates_is_not_parted_where_a_cell_ends() -> None:
    ((text, _),) = read([{"a": "x" + "😀" * 20_000, "b": 1}], "a", "b")
    assert text == "x" + "😀" * ((CELL_CHARACTERS - 1) // 2)


KINDS: list[list[Json]] = [
    ["a", "é", "中"],
    [1, -7, 2**29 - 1],
    [2**29, -(2**53), 5],
    [0.5, 1.0],
    [None, "b", 3],
]


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6), st.integers(1, 300))
def test_rows_of_any_columns_are_given_back_over_many_pages(kinds: list[list[Json]], count: int) -> None:
    names = [f"c{place}" for place in range(len(kinds))]
    rows = [
        {**{name: kind[line % len(kind)] for name, kind in zip(names, kinds, strict=True)}, "z": 1}
        for line in range(count)
    ]
    expected = [["" if value is None else value for value in row.values()] for row in rows]
    assert read([*rows], *names, "z") == expected


def test_rows_that_lack_a_column_or_have_another_order_are_put_in_order() -> None:
    assert read([{"a": 1, "b": 2}, {"b": 4, "a": 3}, {"b": 6}], "a", "b") == [[1, 2], [3, 4], ["", 6]]


def test_the_same_text_is_written_once() -> None:
    once = len(b"".join(write_xls([{"a": "long " * 100}], ["a"])))
    often = len(b"".join(write_xls([{"a": "long " * 100} for _ in range(100)], ["a"])))
    assert often - once < 100 * 20


def test_no_more_columns_are_written_than_a_sheet_has() -> None:
    wide = [f"c{number}" for number in range(SHEET_COLUMNS + 9)]
    (row,) = read([dict.fromkeys(wide, 1)], *wide)
    assert len(row) == SHEET_COLUMNS


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 60_000, 7_200_000, 16_000_000])
def test_a_compound_file_is_read_back_at_any_size(size: int) -> None:
    content = bytes(range(251)) * (size // 251 + 1)
    data = b"".join(compound("Workbook", size, [content[:size]]))
    assert len(data) % SECTOR == 0
    found = xlrd.compdoc.CompDoc(data).get_named_stream("Workbook")
    assert found[:size] == content[:size]
    assert not any(found[size:])
