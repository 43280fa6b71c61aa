from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping

import pytest
import xlrd
from hypothesis import given
from hypothesis import strategies as st

from mockserver.files.writers import WRITERS
from openapi.model import Json
from tests.mockserver.files.exports import records

COLUMNS = ("a", "b")
PRINTABLE = st.text(st.characters(exclude_categories=["Cs"]))


def write(writing: str, *rows: Mapping[str, Json]) -> bytes:
    return b"".join(WRITERS[writing](rows, COLUMNS))


def sheets(data: bytes) -> list[list[list[object]]]:
    with xlrd.open_workbook(file_contents=data) as book:
        return [[sheet.row_values(line) for line in range(sheet.nrows)] for sheet in book.sheets()]


def test_json_lines_hold_one_object_each_in_utf_8() -> None:
    assert write("json-lines", {"a": "é中\n", "b": 1}, {"a": None}) == '{"a":"é中\\n","b":1}\n{"a":null}\n'.encode()


@given(st.lists(st.dictionaries(PRINTABLE, PRINTABLE | st.integers(-(2**63), 2**63) | st.booleans() | st.none())))
def test_json_lines_give_every_row_back(rows: list[dict[str, Json]]) -> None:
    assert [json.loads(line) for line in write("json-lines", *rows).split(b"\n")[:-1]] == rows


def test_csv_starts_with_its_header_and_ends_lines_as_rfc_4180_says() -> None:
    assert write("csv", {"a": "x", "b": 1}) == b"a,b\r\nx,1\r\n"


def test_csv_without_rows_has_its_header() -> None:
    assert write("csv") == b"a,b\r\n"


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 30", "-1", "@SUM(A1)", '"', 'a"b', "a,b", "a\nb", "a\r\nb", " a ", "", "é中", "\t"]
)
def test_csv_gives_every_text_back_as_it_was(text: str) -> None:
    assert records(write("csv", {"a": text, "b": "end"})) == [["a", "b"], [text, "end"]]


@given(st.lists(st.tuples(PRINTABLE, PRINTABLE)))
def test_csv_gives_any_text_back(rows: list[tuple[str, str]]) -> None:
    written = write("csv", *({"a": a, "b": b} for a, b in rows))
    assert records(written)[1:] == [list(row) for row in rows]


@given(
    st.integers(0, 3).flatmap(
        lambda width: st.lists(
            st.tuples(
                *[
                    st.text('a," \r\n', max_size=4)
                    | st.integers()
                    | st.floats(allow_nan=False, allow_infinity=False)
                    | st.none()
                ]
                * width
            )
        )
    )
)
def test_csv_is_written_as_the_standard_library_does(rows: list[tuple[Json, ...]]) -> None:
    names = ["a", "b,", 'c"'][: len(rows[0]) if rows else 1]
    expected = io.StringIO(newline="")
    csv.writer(expected).writerows([names, *rows])
    written = WRITERS["csv"]([dict(zip(names, row, strict=True)) for row in rows], names)
    assert b"".join(written).decode() == expected.getvalue()


def test_a_cell_of_text_spells_other_values_as_json_and_null_as_nothing() -> None:
    assert records(write("csv", {"a": True, "b": None}, {"a": 0.5, "b": ["é"]}))[1:] == [["true", ""], ["0.5", '["é"]']]


def test_text_has_a_line_for_each_row() -> None:
    assert write("text", {"a": "one", "b": 1}, {"a": "two"}) == b"one 1\ntwo \n"


def test_xls_opens_with_its_header_and_its_values() -> None:
    assert sheets(write("xls", {"a": "é中", "b": 1.5}, {"a": True})) == [[["a", "b"], ["é中", 1.5], [1, ""]]]


def test_xls_without_rows_has_its_header() -> None:
    assert sheets(write("xls")) == [[["a", "b"]]]


def test_xls_keeps_formulas_as_text() -> None:
    assert sheets(write("xls", {"a": "=1+1"}))[0][1] == ["=1+1", ""]


def test_xls_writes_a_number_that_a_cell_cannot_hold_as_text() -> None:
    assert sheets(write("xls", {"a": 2**53 + 1, "b": 2**53}))[0][1] == [str(2**53 + 1), 2.0**53]


def test_xls_cuts_a_text_that_a_cell_cannot_hold() -> None:
    assert sheets(write("xls", {"a": "x" * 40_000}))[0][1][0] == "x" * 32_767


def test_xls_goes_on_with_a_further_sheet_when_one_is_full() -> None:
    data = b"".join(WRITERS["xls"](({"a": number} for number in range(65_536)), ("a",)))
    first, second = sheets(data)
    assert (len(first), first[0], first[-1]) == (65_536, ["a"], [65_534])
    assert second == [["a"], [65_535]]


@pytest.mark.parametrize("writing", sorted(WRITERS))
def test_the_same_rows_make_the_same_bytes(writing: str) -> None:
    assert write(writing, {"a": "x", "b": 1}) == write(writing, {"a": "x", "b": 1})
