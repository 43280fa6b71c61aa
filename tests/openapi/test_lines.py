"""Is every fact of a spec found in its file and on its line, also in a file that the spec includes?"""

from pathlib import Path

import pytest

from openapi.clauses import clauses
from openapi.document import get, steps
from openapi.lines import Lines, Place
from openapi.loader import load, names


@pytest.fixture
def lines(tmp_path: Path) -> Lines:
    (tmp_path / "own.yaml").write_text(
        "x-include: [other.yaml, third.yaml]\nboth: {own: 1,\n  shared: 2}\nlist:\n- a: 1\n- b: 2\n"
    )
    (tmp_path / "other.yaml").write_text("both:\n  shared: 3\n  other: 4\nlist: [5,\n  6]\n")
    (tmp_path / "third.yaml").write_text("list:\n- 7\n/a~b: 8\n")
    return Lines(tmp_path / "own.yaml", tmp_path)


@pytest.mark.parametrize(
    ("pointer", "file", "line"),
    [
        ("", "own.yaml", 1),
        ("/both", "own.yaml", 2),
        ("/both/own", "own.yaml", 2),
        ("/both/shared", "own.yaml", 3),
        ("/both/other", "other.yaml", 3),
        ("/both/nowhere", "own.yaml", 2),
        ("/both/own/0", "own.yaml", 2),
        ("/list/1", "own.yaml", 6),
        ("/list/1/b", "own.yaml", 6),
        ("/list/2", "other.yaml", 4),
        ("/list/3", "other.yaml", 5),
        ("/list/4", "third.yaml", 2),
        ("/list/5", "own.yaml", 4),
        ("/list/a", "own.yaml", 4),
        ("/~1a~0b", "third.yaml", 3),
    ],
)
def test_a_fact_stands_where_the_files_were_merged_from(
    lines: Lines, tmp_path: Path, pointer: str, file: str, line: int
) -> None:
    assert lines.place(pointer) == Place(tmp_path / file, line)


@pytest.mark.parametrize("name", names())
def test_every_clause_of_a_spec_is_found_on_a_line_that_names_it(name: str) -> None:
    spec = load(name)
    lines = Lines(Path(spec.path))
    texts: dict[Path, list[str]] = {}
    found = 0
    for clause in clauses(spec):
        try:
            get(spec.document, clause.pointer)
        except LookupError:
            continue  # it says that something is not there: the place around it is told
        place = lines.place(clause.pointer)
        text = texts.setdefault(place.path, place.path.read_text().splitlines())[place.line - 1]
        around, step = ["", *steps(clause.pointer)][-2:]
        assert step.isdigit() or step in text or around in text  # `<<` brings in what stands elsewhere
        found += 1
    assert found > 50
