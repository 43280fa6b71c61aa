"""Are the pages of the clauses those that the specs make today, and can they be read?"""

import re
from pathlib import Path

import pytest

from contracts.catalogue import FOLDER, INDEX, pages
from contracts.listing import WIDEST_ID, as_table
from contracts.suite import Suite
from tests.contracts.bent import all_clauses, spec

DOCS = Path(__file__).parents[2] / "docs"
API = "tencent-cls"
LARGEST = 500_000  # characters of a page that GitHub shows as a page


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    suite = Suite()
    return pages(suite.specs, suite.clauses)


def test_the_pages_are_up_to_date(made: dict[str, str]) -> None:
    found = {INDEX, *(f"{FOLDER}/{path.name}" for path in (DOCS / FOLDER).iterdir())}
    stale = [name for name in found | made.keys() if name not in made or made[name] != read(name)]
    assert stale == [], "make clauses"


def read(name: str) -> str:
    path = DOCS / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_every_clause_is_a_row_of_the_page_of_its_api(made: dict[str, str]) -> None:
    clauses = all_clauses(API)
    page = made[f"{FOLDER}/{API}.md"]
    rows = [line for line in page.splitlines() if re.search(r" \| (documented|sdk|assumed) \| ", line)]
    assert len(rows) == len(clauses)
    assert (
        "| Count/maximum | <code>50000000</code> | documented "
        "| “Count Yes Integer Number of logs to be exported. Maximum value: 50 million” "
        "[CreateExport](<https://www.tencentcloud.com/document/product/614/42798>) |"
    ) in rows


def test_the_matrix_counts_them_all(made: dict[str, str]) -> None:
    page = made[f"{FOLDER}/{API}.md"]
    matrix = page.split("\n## ")[0].split("|---")[1].splitlines()[1:]
    assert sum(int(cell) for row in matrix for cell in row.split("|")[2:] if cell.strip()) == len(all_clauses(API))


def test_every_row_has_as_many_cells_as_its_heading(made: dict[str, str]) -> None:
    for text in made.values():
        for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


def test_a_page_is_small_enough_to_be_shown(made: dict[str, str]) -> None:
    assert {name: len(text) for name, text in made.items() if len(text) > LARGEST} == {}


def test_values_with_signs_of_markdown_mean_themselves() -> None:
    page = pages({API: spec(API)}, all_clauses(API))[f"{FOLDER}/{API}.md"]
    assert r'| Query/pattern | <code>"^(?:\[^\\"\|\]\|\\"\[^\\"\]\*\\")\*$"</code> | assumed |' in page


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_table_on_a_terminal_is_no_wider_than_it(width: int) -> None:
    lines = list(as_table(all_clauses(API), width))
    assert max(map(len, lines[:-1])) <= width
    assert len(lines) == len(all_clauses(API)) + 2


def test_columns_are_aligned() -> None:
    lines = [line for line in as_table(all_clauses(API)) if 0 < len(line.partition(" ")[0]) <= WIDEST_ID][:-1]
    starts = {re.sub(r"  (documented|sdk|assumed) .*", "", line) for line in lines}
    assert {len(start) for start in starts} == {WIDEST_ID}
