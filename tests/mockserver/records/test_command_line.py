"""Are records loaded, made up, listed and forgotten from the command line, and what is told of a bad one?"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result

from mockserver import Server
from mockserver.cli import commands
from tests.mockserver.records.seeded import lines

API = "huawei-iotda"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(API) as server:
        yield server


@pytest.fixture
def ctl(server: Server) -> Iterator[Run]:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(commands, ["ctl", "--url", server.url, "--json", "records", *arguments])

    yield run
    server.reset()


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "devices.ndjson.gz"
    path.write_bytes(gzip.compress(lines({"target": "device-1"}, {"target": "device-2"})))
    return str(path)


def test_a_file_is_loaded_listed_and_forgotten(ctl: Run, file: str) -> None:
    assert json.loads(ctl("load", file).output)["rows"] == 2
    assert json.loads(ctl("load", file, "--append", "--kind", "batch-results").output)["rows"] == 4
    (found,) = json.loads(ctl().output)
    assert (found["api"], found["rows"], found["columns"]) == (API, 4, ["target"])
    assert "1 place" in ctl("clear", "--api", API).output
    assert json.loads(ctl().output) == []


def test_rows_are_made_up(ctl: Run) -> None:
    assert (
        json.loads(ctl("generate", "30", "--seed", "7", "--from", "2026-01-01", "--to", "2026-01-02").output)["rows"]
        == 30
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["load", "{file}", "--account", "7"], "account: there is no '7'; valid: "),
        (["load", "{file}", "--kind", "users"], "kind: huawei-iotda exports no 'users'; valid: batch-results"),
        (["generate", "5", "--from", "noon"], "'noon' is no moment; one reads 2026-01-31T08:00:00Z"),
        (["generate", "5", "--from", "2026-01-02", "--to", "2026-01-01"], "generate.from: it has to be before"),
        (["generate", "0"], "0 is not in the range x>=1"),
        (["load", "no-such-file"], "'no-such-file' does not exist"),
        (["clear", "--api", "nobody"], "api: there is no 'nobody'; valid: "),
    ],
)
def test_what_is_wrong_is_told_in_a_line(ctl: Run, file: str, arguments: list[str], said: str) -> None:
    found = ctl(*(each.replace("{file}", file) for each in arguments))
    assert (found.exit_code, said in found.output) == (2, True), found.output


def test_a_bad_line_in_a_large_body_is_named_while_it_is_still_being_sent(server: Server, ctl: Run, file: str) -> None:
    ctl("load", file)

    def pieces() -> Iterator[bytes]:
        for number in range(200):
            yield lines(*({"target": f"device-{number}"} for _ in range(1000))) + b"\n"
            if number == 20:
                yield b"{broken\n"

    answer = requests.post(f"{server.url}/_mock/records", params={"api": API}, data=pieces(), timeout=60)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("line 21001: it is no JSON")
    assert json.loads(ctl().output)[0]["rows"] == 2


def test_what_the_control_plane_takes_is_in_its_description(server: Server) -> None:
    paths = requests.get(f"{server.url}/_mock/openapi.json", timeout=60).json()["paths"]
    assert {"get", "post", "delete"} <= paths["/_mock/records"].keys()
    names = [each["name"] for each in paths["/_mock/records"]["post"]["parameters"]]
    assert names == ["api", "kind", "account", "resource", "mode"]
    assert {"application/x-ndjson", "application/json"} <= paths["/_mock/records"]["post"]["requestBody"][
        "content"
    ].keys()
