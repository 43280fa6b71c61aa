"""Does each benchmark take from the project only what is there?"""

from __future__ import annotations

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
BENCHMARKS = sorted([*FOLDER.glob("*.py"), *FOLDER.glob("peers/*.py")])
PACKAGES = ("contracts", "mockserver", "openapi")


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.stem)
def test_a_benchmark_imports_what_there_is(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    own = [(str(node.module), each.name) for node in imports for each in node.names if is_own(str(node.module))]
    assert [(module, name) for module, name in own if not is_there(module, name)] == []


def is_own(module: str) -> bool:
    return module.partition(".")[0] in PACKAGES


def is_there(module: str, name: str) -> bool:
    """Whether a module has a name, or is a package with a module of this name."""
    found = import_module(module)
    return hasattr(found, name) or (hasattr(found, "__path__") and find_spec(f"{module}.{name}") is not None)


def test_a_name_that_is_not_there_is_missed() -> None:
    assert is_there("contracts.sharding", "FUZZED")
    assert is_there("contracts", "sharding")
    assert not is_there("contracts.sharding", "nothing")
