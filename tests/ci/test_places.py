"""The image, the compose file and the action: valid, and doing with this checkout what they say."""

from __future__ import annotations

import os
import re
import shlex
import signal
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
import requests
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema  # type: ignore[import-untyped]
from jsonschema.validators import validator_for
from packaging.requirements import Requirement

from mockserver import Server
from mockserver.cli import commands
from tests.ports import free_port
from tests.shell import ROOT, Shell, shell

API = "huawei-iotda"
PAGE = (ROOT / "docs" / "containers.md").read_text(encoding="utf-8")
ACTION, COMPOSE = ROOT / "action.yml", ROOT / "compose.yaml"
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^ ;\\]+)", re.MULTILINE)


def instructions(word: str) -> list[str]:
    """What follows an instruction of the Dockerfile, each time that it stands there."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    return [line.removeprefix(word).strip() for line in text.splitlines() if line.startswith(f"{word} ")]


def pins(name: str) -> dict[str, str]:
    """Versions by package."""
    return dict(PINNED.findall((ROOT / "requirements" / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(("path", "schema"), [(ACTION, "vendor.github-actions"), (COMPOSE, "vendor.compose-spec")])
def test_a_file_is_one_in_the_eyes_of_its_schema(path: Path, schema: str) -> None:
    known = get_builtin_schema(schema)
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [each.message for each in validator_for(known)(known).iter_errors(found)] == []


def test_the_workflow_of_the_page_gives_the_action_what_it_takes() -> None:
    (text,) = re.findall(r"```yaml\n(jobs:.*?)```", PAGE, re.DOTALL)
    known = get_builtin_schema("vendor.github-workflows")
    workflow = {"on": "push", **yaml.safe_load(text)}
    assert [each.message for each in validator_for(known)(known).iter_errors(workflow)] == []
    (given,) = (step["with"] for step in workflow["jobs"]["test"]["steps"] if "with" in step)
    assert given.keys() <= content()["inputs"].keys()


def content() -> dict[str, Any]:
    return dict(yaml.safe_load(ACTION.read_text(encoding="utf-8")))


def test_nothing_that_others_wrote_becomes_part_of_a_script() -> None:
    assert not any("${{" in step["run"] for step in content()["runs"]["steps"])


def test_the_image_starts_a_command_of_ours() -> None:
    (entry,), (words,) = instructions("ENTRYPOINT"), instructions("CMD")
    assert yaml.safe_load(entry) == ["mockserver"]
    name, command, rest = commands.resolve_command(click.Context(commands), yaml.safe_load(words))
    assert command is not None
    assert command.make_context(name, rest).params["host"] == "0.0.0.0"  # noqa: S104 - of the container
    composed = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["mockserver"]["command"]
    assert composed == yaml.safe_load(words)


def test_its_user_has_no_rights() -> None:
    (user,) = instructions("USER")
    assert re.fullmatch(r"[1-9]\d{4}:[1-9]\d{4}", user)


def test_what_it_copies_is_there_and_not_left_out() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {name for words in instructions("COPY") if "--from" not in words for name in words.split()[:-1]}
    assert copied == kept
    assert all((ROOT / name).exists() for name in copied)


def test_it_installs_what_the_tests_were_run_with_and_nothing_for_tests() -> None:
    installed, locked = pins("runtime.txt"), pins("lock.txt")
    assert installed.items() <= locked.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {Requirement(line).name for line in project["dependencies"]}
    only_for_tests = {Requirement(line).name for line in project["optional-dependencies"]["dev"]}
    assert needed <= installed.keys()
    assert not only_for_tests & installed.keys()


@pytest.mark.parametrize("runs", [True, False])
def test_its_health_check_tells_whether_the_mock_answers(*, runs: bool, tmp_path: Path) -> None:
    (check,) = instructions("HEALTHCHECK")
    script = check.partition(" CMD ")[2]
    with Server(API) as server:
        url = server.url
        if runs:
            assert _at_hand(tmp_path).run(script, MOCKSERVER_URL=url)[0] == 0
    if not runs:
        assert _at_hand(tmp_path).run(script, MOCKSERVER_URL=url)[0] == 1


def _at_hand(folder: Path) -> Shell:
    found = shell(folder)
    found.provide("mockserver", f'exec {shlex.quote(sys.executable)} -m mockserver "$@"')
    return found


@dataclass(frozen=True)
class Started:
    """What the action's second step did."""

    code: int
    said: str
    outputs: Mapping[str, str]
    environment: Mapping[str, str]  # for the steps after it


def start(folder: Path, **inputs: str) -> Started:
    """Run it as the runner does: inputs come as variables, and files take what it tells."""
    script = next(step["run"] for step in content()["runs"]["steps"] if step["name"] == "Start")
    files = {name: str(folder / name.lower()) for name in ("GITHUB_OUTPUT", "GITHUB_ENV")}
    given = {"APIS": "", "PORT": "0", "CONFIG": "", "ARGUMENTS": "", "CLIENTS": ""} | inputs
    code, said = _at_hand(folder).run(script, RUNNER_TEMP=str(folder), **files, **given)
    outputs, environment = (_lines(Path(file)) for file in files.values())
    return Started(code, said, outputs, environment)


def _lines(file: Path) -> dict[str, str]:
    text = file.read_text() if file.exists() else ""
    return dict(line.split("=", 1) for line in text.splitlines())


@pytest.fixture
def port() -> str:
    return str(free_port())


@pytest.fixture(params=["", " --tls --tls-folder ."], ids=["plain", "tls"])
def started(tmp_path: Path, port: str, request: pytest.FixtureRequest) -> Iterator[Started]:
    """A mock that the action started; ended by its number, which it says to nobody but the system."""
    found = start(tmp_path, APIS=API, PORT=port, ARGUMENTS=f"--clock manual{request.param}", CLIENTS=API)
    yield found
    for process in Path("/proc").glob("[0-9]*"):
        if _is_mock(process, port):
            os.kill(int(process.name), signal.SIGTERM)


def _is_mock(process: Path, port: str) -> bool:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"mockserver" in words and b"serve" in words and port.encode() in words


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="how the mock is ended again needs /proc")
def test_the_action_leaves_a_mock_that_answers_and_says_where(started: Started, tmp_path: Path) -> None:
    assert started.code == 0, started.said
    url = started.outputs["url"]
    assert started.environment["MOCKSERVER_URL"] == url
    assert started.environment["HUAWEICLOUD_SDK_AK"]
    health = requests.get(f"{url}/_mock/health", timeout=60, verify=str(tmp_path / "authority.pem")).json()
    assert (API in health["apis"], health["clock"]["frozen"]) == (True, True)
    assert url in started.said
    assert url in Path(started.outputs["log"]).read_text()


def test_a_mock_that_does_not_start_fails_the_step_with_its_reason(tmp_path: Path, port: str) -> None:
    found = start(tmp_path, APIS="no-such-api", PORT=port)
    assert found.code == 1
    assert "::error::The mock did not start: " in found.said
    assert API in found.said  # among the names that are valid
