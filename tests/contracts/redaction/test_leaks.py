"""Nothing that a run writes, prints or shows to other processes has credentials or ids of the account in it."""

from __future__ import annotations

import base64
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from contracts.reports.formats import FORMATS
from tests.contracts.proxy.between import answering, scripted
from tests.contracts.proxy.command import proxy
from tests.contracts.redaction.search import leaks, spellings, told, watching_processes
from tests.contracts.rough.accounts import Holder
from tests.contracts.rough.gateway import Rule
from tests.contracts.rough.misdeeds import Ask
from tests.contracts.rough.process import ROOT
from tests.contracts.rough.server import Rough, rough
from tests.contracts.rough.wire import Answer, Line, Seen
from tests.shell import LONGEST

ASKED = 6  # lists that are answered well, as a run begins by looking whether there is what it needs
LISTS = {"huawei-iotda": "export-tasks?", "tencent-cls": "DescribeExports"}  # what a request for one has
CASSETTE = "kept.har"
ALL_REPORTS = ",".join(FORMATS)
CALLS = {  # for a list, as the first account makes them
    "huawei-iotda": ("GET", "/v5/iot/{project}/export-tasks?resource_type=BatchTask"),
    "tencent-cls": ("POST", "/"),
}
LYING = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
SELECTED = {  # few clauses: one that is broken, one whose check has a mistake, those of lists
    "huawei-iotda": "ListExportTasks and (status or request-id or total) and not fuzz",
    "tencent-cls": "DescribeExports and (status or request-id or Limit) and not fuzz",
}


def values_of(api: str, holders: dict[str, Holder]) -> dict[str, str]:
    """What nobody may find; the numbers of accounts are only told by one server, in the names of its files."""
    parts = ("key_id", "secret", "token", "project")
    found = {f"{part} of {name}": getattr(holder, part) for name, holder in holders.items() for part in parts}
    numbers = {f"number of {name}": f"20000000000{number}" for number, name in enumerate(holders)}
    return {**found, **(numbers if api == "tencent-cls" else {})}


def indiscreet(api: str, values: dict[str, str]) -> Rule:
    """After a while a list is answered with everything that the server knows, in all the ways in which it can be said.

    But for the number of the account, which nobody can know before it was told in its place.
    """
    said = {what: told(value) for what, value in values.items() if not what.startswith("number")}

    def tell(seen: Seen, _: Ask, line: Line) -> bool:
        body = json.dumps({**said, "headers": dict(seen.headers)}).encode()
        headers = [("Content-Type", "application/json"), ("X-Known", base64.b64encode(body[:2000]).decode())]
        line.send(Answer(200, "OK", headers, body).whole())
        return True

    return Rule(tell, lambda number: number > ASKED and number % 3 == 0, LISTS[api])


@pytest.fixture(scope="module", params=sorted(SELECTED))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rough]:
    with rough(request.param, tmp_path_factory.mktemp("server"), certificate="") as opened:
        opened.gateway.rules = [indiscreet(request.param, values_of(request.param, dict(opened.holders)))]
        yield opened


def start(server: Rough, folder: Path, *options: str) -> subprocess.Popen[str]:
    """A run that writes all reports, a cassette, a journal, and whatever else it writes, into the folder."""
    command = [sys.executable, "-m", "tests.contracts.redaction.crashing", "record", server.api]
    kept = ["--cassette", str(folder / CASSETTE), "--journal", str(folder / "journal.jsonl")]
    told = ["--profile", str(server.profile()), "--report", ALL_REPORTS, "--report-dir", str(folder), *kept, *options]
    environment = {**server.environment, "PYTHONPATH": str(ROOT), "HOME": str(folder), "TMPDIR": str(folder)}
    summary = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    return subprocess.Popen(
        [*command, *told],
        cwd=folder,
        env={**environment, **summary},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_run_leaves_nothing_of_the_account_behind(server: Rough, tmp_path: Path) -> None:
    values = values_of(server.api, dict(server.holders))
    with watching_processes(values.values()) as shown:
        run = start(server, tmp_path, "-k", SELECTED[server.api], "--wait-up-to", "20")
        printed, _ = run.communicate(timeout=LONGEST)
    assert {path.name for path in tmp_path.iterdir()} >= {each.file for each in FORMATS.values()}, printed
    assert "RuntimeError: " in printed  # the traceback is there, without what it would show
    assert "<secret key>" in printed
    assert "<task-1>" in (tmp_path / CASSETTE).read_text()
    verdicts = {each["verdict"] for each in json.loads((tmp_path / "contracts.json").read_text())["clauses"]}
    assert "broken" in verdicts
    assert (leaks(tmp_path, values, printed), shown) == ([], [])


def test_a_run_that_is_interrupted_leaves_nothing_behind(server: Rough, tmp_path: Path) -> None:
    values, sent = values_of(server.api, dict(server.holders)), len(server.gateway.seen)
    run = start(server, tmp_path, "-k", "not status", "--quick", "--wait-up-to", "20")
    while len(server.gateway.seen) < sent + 30 and run.poll() is None:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    printed, _ = run.communicate(timeout=LONGEST)
    assert run.returncode == 130, printed
    assert leaks(tmp_path, values, printed) == []


def test_a_proxy_leaves_nothing_of_what_passed_behind(server: Rough, tmp_path: Path) -> None:
    first, values = server.holders["first"], values_of(server.api, dict(server.holders))
    values = {what: value for what, value in values.items() if not what.startswith("number")}  # which nothing tells
    headers = {"X-Auth-Token": first.token, "X-TC-Action": "DescribeExports", "Authorization": f"none {first.key_id}"}
    headers |= {"Content-Type": "application/json", "X-TC-Version": "2020-10-16"}
    method, path = CALLS[server.api]
    given = ["--target", server.gateway.url, "--profile", str(server.profile()), "--report", ALL_REPORTS]
    environment = {**server.environment, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    with proxy(server.api, *given, "--report-dir", str(tmp_path), **environment) as running:
        answers = b""
        for _ in range(ASKED * 2):
            url = f"{running.url}{path.format(project=first.project)}"
            answers += requests.request(method, url, headers=headers, data=first.secret, timeout=LONGEST).content
        _, out, said = running.end()
    assert first.token.encode() in answers  # so that there was something to keep back
    assert {path.name for path in tmp_path.iterdir()} >= {each.file for each in FORMATS.values()}, said
    assert "<secret key>" in (tmp_path / "contracts.json").read_text()
    assert leaks(tmp_path, values, out + said) == []


def test_a_proxy_that_knows_no_account_learns_what_to_keep_back(tmp_path: Path) -> None:
    values = {"key": "AKIDPASSING", "token": "TOKENPASSING", "project": "00112233445566778899aabbccddeeff"}
    signature = f"SDK-HMAC-SHA256 Access={values['key']}, SignedHeaders=host, Signature={'00ff' * 16}"
    headers = {"X-Auth-Token": values["token"], "Authorization": signature}
    given = ["--report", ALL_REPORTS, "--report-dir", str(tmp_path)]
    with scripted(answering(LYING)) as url, proxy("huawei-iotda", "--target", url, *given) as running:
        for path in (f"/v5/iot/{values['project']}/export-tasks", f"/elsewhere/{values['project']}"):
            requests.get(running.url + path, headers=headers, timeout=LONGEST)
        _, out, said = running.end()
    assert {path.name for path in tmp_path.iterdir()} >= {each.file for each in FORMATS.values()}, said
    assert leaks(tmp_path, {**values, "signature": "00ff" * 16}, out + said) == []


def test_what_is_there_is_found(tmp_path: Path) -> None:
    value = "s3cr/t+k=y&that<nobody>may'find"
    for number, spelled in enumerate(spellings(value).values()):
        (tmp_path / f"{number}.log").write_bytes(b"it is " + spelled + b" you know")
    found = leaks(tmp_path, {"secret": value}, "nothing here")
    assert {each.partition(") in ")[2] for each in found} == {path.name for path in tmp_path.iterdir()}


def test_a_server_whose_credentials_are_published_shows_them(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "contracts", "run", "huawei-iotda", "-k", "ListExportTasks and status", "-n", "0"]
    done = subprocess.run(
        [*command, "--report", ALL_REPORTS, "--report-dir", str(tmp_path)], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0
    shown = leaks(tmp_path, {"project": "0123456789abcdef0123456789abcdef", "token": "TOKENEXAMPLE"})
    assert {each.partition(") in ")[2] for each in shown} >= {"contracts.json", "contracts.html"}


def test_a_value_on_a_command_line_is_seen() -> None:
    command = [sys.executable, "-c", "import sys; sys.stdin.read()", "never-on-a-command-line"]
    with (
        watching_processes(["never-on-a-command-line"]) as shown,
        subprocess.Popen(command, stdin=subprocess.PIPE) as process,
    ):
        while not shown and process.poll() is None:
            time.sleep(0.01)
    assert len(shown) == 1
