"""`contracts proxy` as its user sees it."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
import requests

from contracts.calls.client import Api
from contracts.cli import main
from contracts.targets import Choice, open_target
from openapi.loader import load_all
from tests.clients.process import serve
from tests.contracts.proxy.between import answering, scripted
from tests.contracts.proxy.command import proxy
from tests.shell import LONGEST

API = "huawei-iotda"
LIE = json.dumps({"export_tasks": "none", "page": {"count": 0}}).encode()
LYING = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(LIE),
    LIE,
)
HEADERS = {"X-Auth-Token": "TOKENEXAMPLE", "Authorization": "SDK-HMAC-SHA256 Access=AKIDEXAMPLE, Signature=00ff00ff"}
LIST = "/v5/iot/0123456789abcdef0123456789abcdef/export-tasks?resource_type=BatchTask"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, report, and what was told beside it, of a proxy in this process."""
    with pytest.raises(SystemExit) as ended:
        main(["proxy", *arguments])
    found = capsys.readouterr()
    return int(str(ended.value.code)), found.out, found.err


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What `contracts proxy` complains of."""
    code, out, told = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in told
    return told.strip().splitlines()[-1]


def test_what_a_server_breaks_is_told_at_once_in_a_report_and_by_the_exit_code(tmp_path: Path) -> None:
    report = ("--report", "json,html", "--report-dir", str(tmp_path))
    with scripted(answering(LYING)) as url, proxy(API, "--target", url, *report) as running:
        answer = requests.get(running.url + LIST, headers=HEADERS, timeout=LONGEST)
        assert (answer.status_code, answer.content) == (200, LIE)
        code, out, told = running.end()
    assert code == 1
    assert "GET    ListExportTasks" in told
    assert f"broken: {API}/ListExportTasks/X-Request-Id/request-id" in told
    assert "1 exchange passed, 1 judged." in told
    assert f"{API}/ListExportTasks/X-Request-Id/request-id" in out
    result = json.loads((tmp_path / "contracts.json").read_text())
    (entry,) = [each for each in result["clauses"] if each["id"] == f"{API}/ListExportTasks/X-Request-Id/request-id"]
    assert (entry["verdict"], entry["check"], len(entry["evidence"])) == ("broken", "proxy", 1)
    assert (tmp_path / "contracts.html").exists()


def test_it_ends_by_itself_once_nothing_passes_any_more() -> None:
    with scripted(answering(LYING)) as url, proxy(API, "--target", url, "--until-idle", "0.5") as running:
        requests.get(running.url + LIST, headers=HEADERS, timeout=LONGEST)
        code, _, told = running.wait()
    assert code == 1
    assert "1 exchange passed, 1 judged." in told


def test_a_proxy_through_which_nothing_goes_has_nothing_to_say(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, told = run(capsys, API, "--target", "http://127.0.0.1:1", "--port", "0", "--for", "0.1")
    assert (code, out) == (2, "")
    assert "nothing was judged" in told


def is_open(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=LONGEST).close()
    except ConnectionError:
        return False
    return True


def test_a_second_signal_ends_it_at_once() -> None:
    asked = Event()

    def script(connection: socket.socket) -> None:
        connection.settimeout(LONGEST)
        connection.recv(1 << 16)
        asked.set()
        connection.recv(1 << 16)  # never answers

    with scripted(script) as url, proxy(API, "--target", url) as running:
        port = int(running.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            assert asked.wait(LONGEST)
            running.process.send_signal(signal.SIGTERM)
            while is_open(port):  # two signals that come at once are one
                pass
            code, out, told = running.end(signal.SIGTERM)
    assert (code, out) == (130, "")
    assert told.splitlines()[-1] == "contracts: interrupted"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give --target URL, the server that everything is passed on to"),
        (("--target", "here"), "'here' is no address of a server; one reads https://api.example.com"),
        (("--target", "http://127.0.0.1:1/path"), "'http://127.0.0.1:1/path' is no address of a server"),
        (("--target", "http://127.0.0.1:1", "--host", "192.0.2.1"), "add --allow-remote if that is meant"),
        (("--target", "http://127.0.0.1:1", "no-such-api"), "no-such-api"),
        (("--target", "http://127.0.0.1:1", "--report", "pdf"), "'pdf' is no report"),
    ],
    ids=["target", "address", "path", "remote", "api", "report"],
)
def test_what_is_asked_for_wrongly_is_told_in_a_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert said in complaint(capsys, *arguments)


def test_a_port_that_is_taken_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = complaint(capsys, API, "--target", "http://127.0.0.1:1", "--port", port)
    assert said.startswith(f"contracts: nobody can listen at 127.0.0.1, port {port}: ")
    assert said.endswith("--port 0 takes a free one")


def test_plain_http_to_another_machine_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, told = run(capsys, API, "--target", "http://192.0.2.1", "--port", "0", "--for", "0.1")
    assert told.startswith("http://192.0.2.1 is plain http: whoever is on the way can read what is sent there")


def test_the_suite_itself_finds_the_same_through_the_proxy(mock_url: str) -> None:
    """A mock behind the proxy is known by its control plane, which passes as all else does."""
    specs = load_all((API,))
    with proxy(API, "--target", mock_url) as running:
        target = open_target(Choice(running.url), specs)
        api = Api(target, specs[API])
        assert api.call(api.operation("ListExportTasks")).accepted
        target.close()
        code, out, _ = running.end()
    assert code == 0
    assert "0 broken" in out


@pytest.fixture
def mock_url(tmp_path: Path) -> Iterator[str]:
    with serve({**os.environ, "HOME": str(tmp_path)}) as running:
        yield running.url
