"""docs/diff.md: its table is that of the code, its example what the command prints."""

import re
from collections.abc import Iterator
from pathlib import Path

from contracts.baseline import load_baseline
from contracts.drift.ruling import ANY, TABLE, Row
from contracts.drift.side import State
from tests.contracts.drift.test_diff_command import diff
from tests.contracts.standin.behaviour import Behaviour, Fault
from tests.contracts.standin.server import serving
from tests.contracts.standin.verdicts import run

PAGE = Path(__file__).parents[3] / "docs/diff.md"
TEXT = PAGE.read_text(encoding="utf-8")
SELECT = "progress or limit and maximum"


def part(name: str) -> str:
    (found,) = re.findall(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", TEXT, re.DOTALL)
    return str(found)


def table_text() -> str:
    """The table, a part for each relation of two results."""
    return "".join(_parts())


def _parts() -> Iterator[str]:
    for relation, rows in TABLE.items():
        sides = ("mock", "cloud") if "mock and" in relation else ("first", "second")
        yield f"**{relation.value[:1].upper()}{relation.value[1:]}**\n\n"
        yield f"| {sides[0]} | {sides[1]} | only if | who | counts as |\n|---|---|---|---|---|\n"
        yield from (f"| {' | '.join(_cells(row))} |\n" for row in rows)
        yield "\n"


def _cells(row: Row) -> tuple[str, ...]:
    only = "alike" if row.alike else "restated" if row.restated else ""
    return _states(row.first), _states(row.second), only, row.mover.value, row.weight.value


def _states(states: object) -> str:
    assert isinstance(states, frozenset)
    return "any" if states == ANY else ", ".join(each.value for each in State if each in states)


def example(folder: Path) -> str:
    """What the command prints of the stand-in, once honest and once not."""
    files = []
    for name, behaviour in (("then", Behaviour()), ("now", Behaviour(Fault.LIMIT_OF_51, first_progress=0))):
        (folder / name).mkdir()
        with serving(behaviour) as url:
            run(url, folder / name, "--wait-up-to", "8", "-k", SELECT)
        file = folder / name / "contracts.json"
        file.write_text(file.read_text().replace(url, "https://cloud.example.com"))
        files.append(str(file))
    found = diff(*files)
    assert found.code == 1
    return re.sub(r"\(.*/(then|now)/contracts\.json\)", r"(\1.json)", found.output)


def steady(text: str) -> list[str]:
    """The lines that do not tell of one run alone: its times, its ids, and the ends of lines that they move."""
    lines = (re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "DATE", line) for line in text.splitlines())
    return [line for line in lines if line.strip() and not re.match(r"  sent|  received| {12}", line)]


def test_the_table_is_that_of_the_code() -> None:
    assert part("table") == table_text()


def test_the_example_is_what_the_command_prints(tmp_path: Path) -> None:
    shown = part("diff").removeprefix("```console\n").removesuffix("```\n")
    command, _, shown = shown.partition("\n")
    assert command == "$ contracts diff then.json now.json"
    assert steady(example(tmp_path)) == steady(shown)


def test_the_example_of_what_is_accepted_is_one(tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "accepted.yaml"
    path.write_text(block)
    (known,) = load_baseline(path)
    assert known.covers("huawei-iotda/ListExportTasks/limit/maximum")
