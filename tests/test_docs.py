"""Does every Python example of the documentation run?"""

import ast
import contextlib
import doctest
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
FIXTURES = "mockserver.testing.plugin"  # that pytest finds by itself where the package is installed
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>python|pycon) *\n(?P<code>.*?)^(?P=indent)``` *$", re.DOTALL | re.MULTILINE
)


class Block(NamedTuple):
    """One fenced example; `line` is that of its first statement, counted from 1."""

    language: str
    line: int
    code: str


def read_blocks(text: str) -> list[Block]:
    """Return the Python examples of a Markdown text in their order."""
    return [
        Block(
            found["language"],
            text.count("\n", 0, found.start("code")) + 1,
            re.sub(rf"^{found['indent']}", "", found["code"], flags=re.MULTILINE),
        )
        for found in FENCE.finditer(text)
    ]


def run_block(block: Block, page: Path, namespace: dict[str, Any]) -> None:
    if block.language == "python":
        # The blank lines let a traceback name the line of the page.
        exec(compile("\n" * (block.line - 1) + block.code, page, "exec"), namespace)  # noqa: S102
        return
    session = doctest.DocTestParser().get_doctest(block.code, namespace, page.name, str(page), block.line - 1)
    said: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(session, out=said.append, clear_globs=False)
    assert results.failed == 0, "".join(said)
    assert results.attempted, f"{page.name}:{block.line} holds no >>> line"
    namespace.update(session.globs)


def defines_tests(block: Block) -> bool:
    """Say whether a block shows tests for pytest: those are run by pytest, not merely defined."""
    if block.language != "python":
        return False
    functions = (node for node in ast.walk(ast.parse(block.code)) if isinstance(node, ast.FunctionDef))
    return any(function.name.startswith("test_") for function in functions)


def run_with_pytest(blocks: list[Block], folder: Path) -> None:
    (folder / "test_page.py").write_text("\n".join(block.code for block in blocks))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", FIXTURES, "test_page.py"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_examples_of_a_page_run_in_their_order(page: Path, tmp_path: Path) -> None:
    blocks = read_blocks(page.read_text())
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.chdir(tmp_path):
        for block in (block for block in blocks if not defines_tests(block)):
            run_block(block, page, namespace)
    if shown := [block for block in blocks if defines_tests(block)]:
        run_with_pytest(shown, tmp_path)


def test_a_broken_example_is_reported_with_its_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Text.\n\n```python\nanswer = 42\nassert answer == 41\n```\n")
    (block,) = read_blocks(page.read_text())
    with pytest.raises(AssertionError) as caught:
        run_block(block, page, {})
    assert caught.traceback[-1].lineno == 4


def test_a_session_with_another_result_is_reported() -> None:
    (block,) = read_blocks("```pycon\n>>> 6 * 7\n41\n```\n")
    with pytest.raises(AssertionError, match=r"(?s)Expected:\s+41\s+Got:\s+42"):
        run_block(block, Path("page.md"), {})


def test_an_indented_example_and_a_session_share_their_names() -> None:
    blocks = read_blocks("1. first\n\n   ```python\n   answer = 42\n   ```\n\n```pycon\n>>> answer\n42\n```\n")
    namespace: dict[str, Any] = {}
    for block in blocks:
        run_block(block, Path("page.md"), namespace)
    assert namespace["answer"] == 42


def test_a_failing_test_shown_on_a_page_is_reported(tmp_path: Path) -> None:
    (block,) = read_blocks("```python\ndef test_something():\n    assert False\n```\n")
    assert defines_tests(block)
    with pytest.raises(AssertionError, match="1 failed"):
        run_with_pytest([block], tmp_path)


def uneven_rows(text: str) -> list[int]:
    """The lines that are rows of a table with another number of cells than its head, counted from 1."""
    found, head = [], 0
    without_code = re.sub(
        r"^ *```.*?^ *```", lambda block: "\n" * block[0].count("\n"), text, flags=re.DOTALL | re.MULTILINE
    )
    for number, line in enumerate(without_code.split("\n"), 1):
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        head = cells if not head or not cells else head
        if cells != head:
            found.append(number)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_row_of_a_table_has_as_many_cells_as_its_head(page: Path) -> None:
    assert uneven_rows(page.read_text(encoding="utf-8")) == []


def test_a_bar_that_splits_a_cell_is_found() -> None:
    assert uneven_rows("| a | b |\n| --- | --- |\n| `x|y` | z |\n\n```\n| a |\n| b | c |\n```\n| `x\\|y` |\n") == [3]
