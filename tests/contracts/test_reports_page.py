"""Are the examples in docs/reports.md what a run prints and writes today?"""

import re
import shlex
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import make_server

from contracts.baseline import load_baseline
from contracts.reports.formats import FORMATS
from mockserver import create_app
from tests.contracts.test_cli import contracts

PAGE = Path(__file__).parents[2] / "docs/reports.md"
TEXT = PAGE.read_text(encoding="utf-8")
OTHERS = re.sub(r"\n## HTML\n.*?(?=\n## |\Z)", "", TEXT, flags=re.DOTALL)  # that part has tests of its own
BLOCKS = re.findall(r"```(\w+)\n(.*?)```\n", OTHERS, re.DOTALL)
EXAMPLES = [text for language, text in BLOCKS if language in {"text", "json", "xml", "markdown"}]
VARIES = [  # what differs from one run to the next, or with lines that are added to a spec
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:4010"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ID"),
    (re.compile(r'(time(stamp)?)="[^"]*"'), r'\1=""'),
    (re.compile(r"in \d+ s;"), "in 1 s;"),
    (re.compile(r'(line="?|"startLine": )\d+'), r"\1N"),
]


def plain(text: str) -> list[str]:
    for pattern, same in VARIES:
        text = pattern.sub(same, text)
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """The lines that the commands of the page print and write."""
    serve, run = re.findall(r"```sh\nmockserver serve (.*)\ncontracts (.*)\n```", TEXT)[0]
    api, _, reading = shlex.split(serve)
    choice = dict([reading.split("=")])
    server = make_server("127.0.0.1", 0, create_app([api], readings=choice), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    folder = tmp_path_factory.mktemp("reports")
    address = f"http://127.0.0.1:{server.server_port}"
    arguments = [address if each.startswith("http:") else each for each in shlex.split(run)]
    more = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": ""}
    done = contracts(*arguments, "--report", "json,junit,sarif,markdown", cwd=folder, **more)
    server.shutdown()
    thread.join()
    server.server_close()
    assert done.returncode == 1
    return [plain(done.stdout), *(plain(path.read_text()) for path in folder.iterdir())]


@pytest.mark.parametrize("block", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_is_what_comes_out(block: str, outputs: list[list[str]]) -> None:
    """Line by line; `…` at the end of a line stands for the rest of it, alone for any lines."""
    lines = plain(block)
    assert any(comes_in_order(lines, output) for output in outputs), block


def comes_in_order(lines: list[str], output: list[str]) -> bool:
    following = iter(output)
    for line in lines:
        if line == "…":
            continue
        start, cut, _ = line.partition("…")
        if not any(each.startswith(start) if cut else each == line for each in following):
            return False
    return True


def test_the_page_names_every_format_and_its_file() -> None:
    for name, each in FORMATS.items():
        assert f"| [`{name}`](#{name}) | `{each.file}` |" in TEXT


def test_the_example_of_a_baseline_is_one(tmp_path: Path) -> None:
    (block,) = (text for language, text in BLOCKS if language == "yaml" and "schema_version" in text)
    path = tmp_path / "known.yaml"
    path.write_text(block)
    assert [each.owner for each in load_baseline(path)] == ["the data team"]
