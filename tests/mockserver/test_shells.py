"""Does each shell, and whatever else reads variables, find what the official clients are to read?"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockserver.cli import commands
from mockserver.hints import places
from mockserver.shells import Shell, lines
from openapi.model import ClientHint

VALUE = """it's {other} $HOME "and" `more` \\ %d #1"""
HINT = ClientHint("A client", {"MOCK_VALUE": VALUE, "MOCK_TRUST": "{authority}"}, "connect\ntrust({authority})")
URL = "http://127.0.0.1:4010"


def said(shell: Shell, authority: str = "") -> str:
    return "\n".join(lines(shell, [HINT], places(URL, authority=authority)))


@pytest.mark.parametrize(
    ("shell", "command"),
    [(Shell.BASH, ["bash", "-uc"]), (Shell.FISH, ["fish", "--no-config", "-c"]), (Shell.POWERSHELL, ["pwsh", "-c"])],
)
def test_a_shell_takes_the_value_as_it_is(shell: Shell, command: list[str]) -> None:
    found = shutil.which(command[0])
    if found is None:
        pytest.skip(f"{command[0]} is not installed")
    script = f"{said(shell)}\nprintenv MOCK_VALUE NO_PROXY"
    environment = {"PATH": "/usr/bin:/bin", "NO_PROXY": "a.test", "HOME": "/nowhere"}
    done = subprocess.run([found, *command[1:], script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{VALUE}\na.test,127.0.0.1\n"


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        (Shell.FISH, "set -gx MOCK_VALUE 'it\\'s {other} $HOME \"and\" `more` \\\\ %d #1'"),
        (Shell.FISH, "set -gx NO_PROXY (string join , -- $NO_PROXY '127.0.0.1')"),
        (Shell.POWERSHELL, "$env:MOCK_VALUE = 'it''s {other} $HOME \"and\" `more` \\ %d #1'"),
        (Shell.DOTENV, 'MOCK_VALUE="it\'s {other} \\$HOME \\"and\\" `more` \\\\ %d #1"'),
        (Shell.DOTENV, "NO_PROXY=127.0.0.1"),
    ],
)
def test_each_has_its_own_way_of_quoting(shell: Shell, line: str) -> None:
    assert line in said(shell).splitlines()


def test_json_is_for_programs() -> None:
    assert json.loads(said(Shell.JSON, "/a.pem")) == {
        "MOCK_VALUE": VALUE,
        "MOCK_TRUST": "/a.pem",
        "NO_PROXY": "127.0.0.1",
    }


def test_what_is_about_the_authority_is_only_said_where_there_is_one() -> None:
    assert "MOCK_TRUST" not in said(Shell.BASH)
    assert "trust" not in said(Shell.BASH)
    assert "export MOCK_TRUST=/a.pem" in said(Shell.BASH, "/a.pem")
    assert "#   trust(/a.pem)" in said(Shell.BASH, "/a.pem")


def test_env_finds_the_mock_by_its_config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mockserver.yaml").write_text("host: 0.0.0.0\nport: 4999\ntls: true\ntls-folder: tls\n")
    done = CliRunner().invoke(commands, ["env", "huawei-iotda", "--shell", "json"])
    found = json.loads(done.output)
    assert found["HUAWEICLOUD_SDK_IAM_ENDPOINT"] == "https://127.0.0.1:4999"
    assert Path(found["REQUESTS_CA_BUNDLE"]) == tmp_path / "tls" / "authority.pem"
    assert Path(found["REQUESTS_CA_BUNDLE"]).is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "0"], "port 0 is another one each time: say where the mock is with --url"),
        (["--shell", "csh"], "bash"),
        (["--url", "mock.test"], "http://127.0.0.1:4010"),
    ],
    ids=["port", "shell", "url"],
)
def test_env_says_what_is_wrong(arguments: list[str], message: str) -> None:
    done = CliRunner().invoke(commands, ["env", "huawei-iotda", *arguments])
    assert done.exit_code == 2
    assert message in done.output
