"""Each recipe of docs/recipes.md does with a mock of its own what the page says."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mockserver import Server
from tests.clients.nodejs import FOLDER as NODE
from tests.clients.nodejs import absence
from tests.shell import ROOT, Shell, shell

PAGE = ROOT / "docs" / "recipes.md"
FENCED = re.compile(
    r"^## (?P<title>[^\n]+)\n(?:(?!^## ).)*?^```(?P<language>\w+)\n(?P<code>.*?)^```", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Recipe:
    """How what stands on the page is run, and what it prints when it worked."""

    needs: tuple[str, ...]  # commands
    file: str  # in which it is kept
    command: str
    shows: str  # a regular expression


RECIPES = {
    "curl": Recipe(("curl",), "recipe.sh", "bash -e recipe.sh", r'"status": ?"Success"[^§]*export\.zip'),
    "tccli": Recipe(("curl", "tar"), "recipe.sh", "bash -e recipe.sh", r"\.csv\n$"),
    "Node.js": Recipe(("node",), "recipe.cjs", "node recipe.cjs", r"^Completed true\n$"),
    "Go": Recipe(("go",), "main.go", "go run main.go", r"^Processing true\n$"),
    "Java": Recipe(("java",), "Export.java", "java Export.java", r"^fetched true\n$"),
    "Python": Recipe((), "recipe.py", f"{shlex.quote(sys.executable)} recipe.py", r"^Success\n$"),
    "Verifying": Recipe(
        ("curl",),
        "recipe.sh",
        "bash -e recipe.sh",
        r"was sent once[^§]*no request was refused[^§]*query ofset[^§]*mistake",
    ),
}


def recipes() -> dict[str, str]:
    """What stands on the page, by title."""
    text = PAGE.read_text(encoding="utf-8")
    return {found["title"]: found["code"] for found in FENCED.finditer(text)}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("tencent-cls", "huawei-iotda", clock="manual") as server:
        yield server


@pytest.fixture
def run(server: Server, tmp_path: Path) -> Callable[[str], tuple[int, str]]:
    """Run a recipe, with the commands of this project and of tccli at hand."""

    def play(title: str) -> tuple[int, str]:
        recipe = RECIPES[title]
        (tmp_path / recipe.file).write_text(recipes()[title], encoding="utf-8")
        return _at_hand(tmp_path, server.url).run(recipe.command)

    return play


def _at_hand(folder: Path, url: str) -> Shell:
    found = shell(folder, MOCKSERVER_URL=url, NODE_PATH=str(NODE / "node_modules"), NO_PROXY="127.0.0.1")
    found.provide("mockserver", f'exec {shlex.quote(sys.executable)} -m mockserver "$@"')
    found.provide("tccli", f'exec {shlex.quote(str(Path(sys.executable).with_name("tccli")))} "$@"')
    return found


def test_every_recipe_of_the_page_is_run() -> None:
    assert [*recipes()] == [*RECIPES]
    assert all(f"\n| {title} |" in PAGE.read_text(encoding="utf-8") for title in RECIPES)


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_works(title: str, run: Callable[[str], tuple[int, str]]) -> None:
    missing = [command for command in RECIPES[title].needs if shutil.which(command) is None]
    if missing or (title == "Node.js" and absence()):
        pytest.skip(f"not installed: {', '.join(missing)}" if missing else absence())
    code, said = run(title)
    assert code == 0, said
    assert re.search(RECIPES[title].shows, said), said


def test_an_answer_that_is_refused_ends_a_recipe(tmp_path: Path, server: Server) -> None:
    (tmp_path / "recipe.sh").write_text(recipes()["curl"].replace("TOKENEXAMPLE", "another"), encoding="utf-8")
    code, said = _at_hand(tmp_path, server.url).run("bash -e -o pipefail recipe.sh")
    assert code != 0, said
    assert not (tmp_path / "export.zip").exists()
