"""Do the packages keep to their layers, and do the files keep to their sizes and names?"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PACKAGES = ("openapi", "mockserver", "contracts")
SPEC_DRIVEN = ("mockserver", "contracts")
MAY_START_THE_MOCK = ("contracts/target.py", "contracts/targets/*.py")
MAY_IMPORT_FLASK = (
    "mockserver/app.py",
    "mockserver/control*.py",
    "mockserver/control/*.py",
    "mockserver/control/*/*.py",
)
MAY_ASK_THE_WORLD = ("mockserver/app.py", "mockserver/clock.py", "mockserver/ids.py", "mockserver/cli.py")
CLOUDS = re.compile(
    r"(?i:tencent|baidu|huawei|iotda|clouddc)"
    r"|(?<![A-Za-z0-9])(?:(?i:bce|bls|workspace)|CLS)(?![A-Za-z0-9])"  # `cls` is also Python's name for a class
)
VAGUE_NAMES = re.compile(r"(utils?|helpers?|common|managers?|base)$")
IMPURE = re.compile(
    r"datetime\.datetime\.(now|utcnow|today)|datetime\.date\.today|time\.time(_ns)?|uuid\.uuid[14]|os\.urandom"
    r"|random\.(?!Random$)\w+"  # a generator that was given its seed repeats itself
    r"|secrets\.(?!compare_digest$)\w+"
)
LARGEST_FREE_NUMBER = 1000

Rule = Callable[[PurePosixPath, ast.Module], Iterator[str]]


def list_modules(*folders: str) -> list[PurePosixPath]:
    """Return every Python file under the folders, by its path in the checkout."""
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    modules = [PurePosixPath(path.relative_to(ROOT).as_posix()) for path in paths if "node_modules" not in path.parts]
    assert modules, f"no Python file under {folders}"
    return modules


@cache
def read_module(path: PurePosixPath) -> ast.Module:
    return ast.parse((ROOT / path).read_text())


def find_offenders(rule: Rule, *folders: str) -> list[str]:
    return [offender for path in list_modules(*folders) for offender in rule(path, read_module(path))]


def is_one_of(path: PurePosixPath, patterns: tuple[str, ...]) -> bool:
    return any(path.match(pattern) for pattern in patterns)


def list_imports(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Yield each import, relative ones as `.`, with its module's whole name; `import_module("name")` is one."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node, alias.name) for alias in names)
            case ast.ImportFrom(module=module, level=level):
                yield node, "." * level + (module or "")
            case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]):
                if ast.unparse(function).split(".")[-1] in {"import_module", "__import__"}:
                    yield node, name


def find_foreign_imports(path: PurePosixPath, module: ast.Module) -> Iterator[str]:
    forbidden = {"openapi": {"mockserver", "contracts"}, "mockserver": {"contracts"}, "contracts": {"mockserver"}}
    lazy = {id(node) for node in walk_functions(module)} if is_one_of(path, MAY_START_THE_MOCK) else set()
    for node, name in list_imports(module):
        if name.split(".")[0] in forbidden[path.parts[0]] and id(node) not in lazy:
            yield f"{path}:{line_of(node)} imports {name}"


def walk_functions(module: ast.Module) -> Iterator[ast.AST]:
    """Yield every node that stands in the body of a function."""
    for function in list_functions(module):
        for statement in function.body:
            yield from ast.walk(statement)


def list_functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def line_of(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def find_flask(path: PurePosixPath, module: ast.Module) -> Iterator[str]:
    if is_one_of(path, MAY_IMPORT_FLASK):
        return
    for node, name in list_imports(module):
        if name.split(".")[0] == "flask":
            yield f"{path}:{line_of(node)} imports {name}"


def find_long_functions(path: PurePosixPath, module: ast.Module) -> Iterator[str]:
    for function in list_functions(module):
        if (lines := (function.end_lineno or 0) - function.lineno + 1) >= 40:
            yield f"{path}:{function.lineno} {function.name} has {lines} lines; under 40 are allowed"


def find_long_signatures(path: PurePosixPath, module: ast.Module) -> Iterator[str]:
    for function in list_functions(module):
        taken = function.args
        names = [argument.arg for argument in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
        names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        if len(names) > 5:
            yield f"{path}:{function.lineno} {function.name} takes {len(names)} parameters; five are allowed"


def find_impure_names(path: PurePosixPath, module: ast.Module) -> Iterator[str]:
    """Yield what reads a clock or draws at random, under whatever name it was imported."""
    if is_one_of(path, MAY_ASK_THE_WORLD):
        return
    origins = map_imported_names(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Name | ast.Attribute):
            first, _, rest = ast.unparse(node).partition(".")
            whole = f"{origins.get(first, first)}.{rest}".rstrip(".")
            if first in origins and IMPURE.fullmatch(whole):
                yield f"{path}:{node.lineno} uses {whole}"
        elif is_unseeded(node):
            yield f"{path}:{line_of(node)} draws from a generator without a seed"


def is_unseeded(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or node.args or node.keywords:
        return False
    return ast.unparse(node.func) in {"random.Random", "Random"}


def map_imported_names(module: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for, such as `dt` for `datetime` or `uuid4` for `uuid.uuid4`."""
    names: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                names |= {alias.asname: alias.name} if alias.asname else {first: first}
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def collect_numbers(value: Any) -> Iterator[int]:
    match value:
        case bool():
            return
        case int():
            yield value
        case dict():
            for inner in value.values():
                yield from collect_numbers(inner)
        case list():
            for inner in value:
                yield from collect_numbers(inner)


def find_documented_numbers(documented: set[int]) -> Rule:
    def rule(path: PurePosixPath, module: ast.Module) -> Iterator[str]:
        for node in ast.walk(module):
            match node:
                case ast.Constant(value=int(number)) if number > LARGEST_FREE_NUMBER and number in documented:
                    yield f"{path}:{node.lineno} spells {number}, which a spec states"

    return rule


def test_no_package_imports_one_above_it_and_the_contracts_meet_the_mock_only_in_their_target() -> None:
    assert find_offenders(find_foreign_imports, *PACKAGES) == []


def test_only_the_app_and_its_control_plane_import_flask() -> None:
    assert find_offenders(find_flask, *PACKAGES) == []


def test_no_file_of_the_mock_or_the_contracts_names_a_cloud() -> None:
    files = [path for folder in SPEC_DRIVEN for path in sorted((ROOT / folder).rglob("*")) if is_source(path)]
    assert files
    assert [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in files
        for number, line in enumerate([path.name, *path.read_text().splitlines()])
        if CLOUDS.search(line)
    ] == []


def is_source(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


def test_the_mock_and_the_contracts_spell_no_number_of_a_spec() -> None:
    specs = sorted((ROOT / "openapi").glob("*.yaml"))
    assert specs
    loaded = (yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) for path in specs)  # noqa: S506
    documented = {number for spec in loaded for number in collect_numbers(spec)}
    assert find_offenders(find_documented_numbers(documented), *SPEC_DRIVEN) == []


def test_the_mock_reads_no_clock_and_draws_nothing_at_random_below_its_edge() -> None:
    assert find_offenders(find_impure_names, "mockserver") == []


def test_every_file_has_fewer_than_300_lines() -> None:
    sizes = {path: len((ROOT / path).read_text().splitlines()) for path in list_modules(*PACKAGES, "tests")}
    assert {str(path): lines for path, lines in sizes.items() if lines >= 300} == {}


def test_every_function_has_fewer_than_40_lines() -> None:
    assert find_offenders(find_long_functions, *PACKAGES, "tests") == []


def test_every_function_takes_at_most_five_parameters() -> None:
    assert find_offenders(find_long_signatures, *PACKAGES) == []


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    paths = list_modules(*PACKAGES, "tests")
    assert [str(path) for path in paths if any(VAGUE_NAMES.match(part) for part in path.with_suffix("").parts)] == []


MOCK = PurePosixPath("mockserver/engine.py")


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (find_foreign_imports, PurePosixPath("openapi/loader.py"), "import mockserver.engine"),
        (find_foreign_imports, MOCK, "from contracts import check"),
        (find_foreign_imports, PurePosixPath("contracts/check.py"), "def f():\n    from mockserver import app"),
        (find_foreign_imports, PurePosixPath("contracts/target.py"), "import mockserver"),
        (find_foreign_imports, PurePosixPath("contracts/check.py"), "importlib.import_module('mockserver.app')"),
        (find_flask, MOCK, "from flask import Flask"),
        (find_long_functions, MOCK, "def f():\n" + "    pass\n" * 39),
        (find_long_signatures, MOCK, "def f(a, b, c, *, d, e, g): ..."),
        (find_impure_names, MOCK, "from datetime import datetime as d\nd.now()"),
        (find_impure_names, MOCK, "import datetime\ndatetime.datetime.now(tz=datetime.UTC)"),
        (find_impure_names, MOCK, "import time as t\nread = t.time"),
        (find_impure_names, MOCK, "from uuid import uuid4\nuuid4()"),
        (find_impure_names, MOCK, "import random\nrandom.random()"),
        (find_impure_names, MOCK, "import random\nrandom.Random()"),
        (find_documented_numbers({259200}), MOCK, "EXPIRY = 259_200"),
    ],
)
def test_a_rule_finds_its_offender(rule: Rule, path: PurePosixPath, source: str) -> None:
    assert len(list(rule(path, ast.parse(source)))) == 1


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (find_foreign_imports, PurePosixPath("contracts/target.py"), "def f():\n    import mockserver"),
        (find_flask, PurePosixPath("mockserver/control_plane.py"), "import flask"),
        (find_long_signatures, MOCK, "class C:\n    def f(self, a, b, c, d, e): ..."),
        (find_impure_names, MOCK, "import random, secrets\nrandom.Random(7)\nsecrets.compare_digest(a, b)"),
        (find_impure_names, PurePosixPath("mockserver/clock.py"), "import time\ntime.time()"),
        (find_documented_numbers({7, 259200}), MOCK, "LIMITS = (7, 259201)"),
    ],
)
def test_a_rule_allows_what_is_allowed(rule: Rule, path: PurePosixPath, source: str) -> None:
    assert list(rule(path, ast.parse(source))) == []


@pytest.mark.parametrize(
    "text", ["Tencent", "is_huawei", "x-bce-date", "CLS", "the Workspace", "bls_log", "tencent-cls"]
)
def test_a_name_of_a_cloud_is_recognised(text: str) -> None:
    assert CLOUDS.search(text)


@pytest.mark.parametrize("text", ["cls", "os.getcwd()", "workspaces", "abcex", "CLSID"])
def test_a_false_friend_is_not_taken_for_a_cloud(text: str) -> None:
    assert not CLOUDS.search(text)
