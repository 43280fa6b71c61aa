"""How a run ends whose target is not there, is something else, or goes away: a clear line, and exit code 2."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.calls.client import Api
from contracts.preflight import find_service
from contracts.profiles import load_profile
from contracts.safety.guard import Clock, guard_of
from contracts.target import Unreachable
from contracts.targets.cloud import Cloud
from contracts.targets.http import Bounds, Http
from tests.contracts.bent import spec
from tests.contracts.raw import http, talking
from tests.contracts.standin.behaviour import Behaviour
from tests.contracts.standin.server import serving
from tests.contracts.standin.verdicts import API, ENVIRONMENT, PROFILE, run


def test_a_web_site_is_told_before_anything_is_judged(tmp_path: Path) -> None:
    page = http(b"<html><h1>Welcome</h1></html>", "200 OK", "Content-Type: text/html")
    with talking(lambda _: [page]) as url:
        found = run(url, tmp_path)
    assert found.code == 2
    assert f"{url} answers nothing as {API} would: GET /v5/iot/" in found.output
    assert "is answered with 200, text/html, '<html><h1>Welcome</h1></html>'" in found.output
    assert "judging" not in found.output


def test_a_port_at_which_nobody_listens_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        found = run(url, tmp_path)
    assert (found.code, f"{url} did not answer: Connection refused" in found.output) == (2, True)


@pytest.mark.parametrize("start", [[], [b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"]])
def test_a_server_that_hangs_is_told(start: list[bytes]) -> None:
    over = threading.Event()

    def hang(_: bytes) -> Iterator[bytes]:
        yield from start
        over.wait(9)

    with talking(hang) as url:
        profile = load_profile(PROFILE, ENVIRONMENT, {API: spec(API)})
        guard = guard_of(profile, url, clock=Clock(sleep=lambda _: None))
        target = Cloud(url, Http(url, Bounds(0.2, 0.3)), profile, guard, 1)
        with pytest.raises(Unreachable, match=f"{url} did not answer: (nothing came for|its answer took)"):
            find_service(Api(target, spec(API)))
        over.set()


def test_a_server_that_goes_away_leaves_a_report_of_what_was_judged(tmp_path: Path) -> None:
    with serving(Behaviour(answers=30)) as url:
        found = run(url, tmp_path, "-k", "ListExportTasks and (limit or offset or marker) and not default")
    judged = json.loads((tmp_path / "contracts.json").read_text())
    assert found.code == 2
    assert len([each for each in judged["clauses"] if each["verdict"] == "held"]) > 1
    assert f"{url} did not answer: RemoteDisconnected" in found.output
    assert f"{len(judged['clauses'])} of {judged['selected']} clauses were judged" in found.output
