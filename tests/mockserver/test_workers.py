"""Do several processes begin together, take each other's place, and end together?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from mockserver.serving import FAILED, INTERRUPTED
from tests.mockserver.test_serving import PATIENCE, ROOT, SERVE, Server, receive, started

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="who has which worker is told by /proc")
WITHOUT_ANSWER = """
import logging
from mockserver.workers import Workers
def work(is_first, tell):
    raise SystemExit(3)
ended_by = Workers(2, work, lambda: print("announced"), print).run()
print(ended_by)
"""


def command(folder: Path, *more: str) -> list[str]:
    return [*SERVE, "--workers", "2", "--store", f"sqlite:///{folder / 'mock.db'}", *more]


def workers(server: Server) -> set[int]:
    """The processes that a server has."""
    found = set()
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = each.read_text().rpartition(")")
        except OSError:  # it has just ended
            continue
        if int(rest.split()[1]) == server.process.pid:
            found.add(int(name.partition(" ")[0]))
    return found


def is_well(server: Server) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        return bool(session.get(f"{server.url}/_mock/health", timeout=PATIENCE).json()["status"] == "ok")


def test_one_that_dies_is_replaced_and_ctrl_c_ends_all(tmp_path: Path) -> None:
    with started(command(tmp_path, "--log-format", "json")) as server:
        before = workers(server)
        killed = min(before)
        os.kill(killed, signal.SIGKILL)
        assert server.process.stderr
        assert (
            f"worker {killed} was ended by SIGKILL; another takes its place"
            in json.loads(
                server.process.stdout.readline()  # type: ignore[union-attr]
            )["message"]
        )
        assert is_well(server)
        after = workers(server)
        assert (len(before), len(after), before & after) == (2, 2, before - {killed})
        code, errors = server.end(signal.SIGINT)
        assert (code, errors) == (INTERRUPTED, "")
        assert not [each for each in after if Path(f"/proc/{each}").exists()]


def test_they_end_with_whoever_started_them(tmp_path: Path) -> None:
    with started(command(tmp_path)) as server, server.connect() as connection:
        server.process.kill()
        try:
            received = receive(connection)  # until nobody has the other end any more
        except ConnectionResetError:
            received = b""
        assert received == b""


def test_where_none_can_answer_the_server_says_so_and_ends() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ANSWER], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    said, ended_by = done.stdout.splitlines()
    assert "ended with exit code 3 before it answered: the server ends" in said
    assert (ended_by, done.stderr, FAILED) == ("None", "", 1)
