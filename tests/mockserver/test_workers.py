"""Do several processes begin together, take each other's place, and end together?"""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from mockserver.serving import FAILED, INTERRUPTED
from mockserver.workers import Pace
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


RESTLESS = """
import os, signal
from mockserver.workers import Pace, Workers
said = []
def work(is_first, tell):
    tell()
    if is_first:
        signal.pause()
    raise SystemExit(3)
def note(text):
    said.append(text)
    if len(said) == 5:
        os.kill(os.getpid(), signal.SIGTERM)
print(Workers(2, work, lambda: None, note, Pace(first=0.001, longest=0.004, lasting=LASTING)).run() == signal.SIGTERM)
print(*(text.partition("; ")[2] for text in said), sep="\\n")
"""
NEVER_AGAIN = """
import signal, sys, time
from pathlib import Path
from mockserver.workers import Pace, Workers
mark = Path(sys.argv[1])
def work(is_first, tell):
    if mark.exists():
        raise SystemExit(3)
    tell()
    if is_first:
        signal.pause()
    while not mark.exists():
        time.sleep(0.001)
    raise SystemExit(4)
print(Workers(2, work, mark.touch, print, Pace(first=0.001, lasting=3600, tries=3)).run())
"""
UNSTARTABLE = """
import resource
from mockserver.workers import Workers
resource.setrlimit(resource.RLIMIT_NOFILE, (6, 6))
print(Workers(2, lambda *_: None, lambda: None, print).run())
"""


def run(program: str, *words: str) -> list[str]:
    """The lines that a program says, which has to say nothing of errors."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


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
    said, ended_by = run(WITHOUT_ANSWER)
    assert "ended with exit code 3 before it answered: the server ends" in said
    assert (ended_by, FAILED) == ("None", 1)


def test_one_that_ends_again_and_again_is_replaced_after_pauses_that_grow() -> None:
    ended_by_signal, *said = run(RESTLESS.replace("LASTING", "3600"))
    takes = "another takes its place"
    pauses = ["", " in 0.001 s", " in 0.002 s", " in 0.004 s", " in 0.004 s"]
    assert (ended_by_signal, said) == ("True", [takes + pause for pause in pauses])


def test_one_that_lasted_is_replaced_at_once() -> None:
    _, *said = run(RESTLESS.replace("LASTING", "0"))
    assert said == ["another takes its place"] * 5


def test_where_none_that_takes_a_place_ever_answers_the_server_says_so_and_ends(tmp_path: Path) -> None:
    ended, first, second, third, ended_by = run(NEVER_AGAIN, str(tmp_path / "announced"))
    assert "ended with exit code 4; another takes its place" in ended
    assert "ended with exit code 3 before it answered; another takes its place in 0.001 s" in first
    assert "ended with exit code 3 before it answered; another takes its place in 0.002 s" in second
    assert "ended with exit code 3 before it answered, as did 2 before it: the server ends" in third
    assert ended_by == "None"


def test_pauses_stay_finite_however_often_one_ends() -> None:
    pace = Pace()
    assert [pace.pause(ends) for ends in (1, 2, 3, 6, 7, 10**6)] == [0, 1, 2, 16, 30, 30]


def test_where_the_system_has_no_room_for_one_the_server_says_so_and_ends() -> None:
    said = run(UNSTARTABLE)
    assert said == [f"no worker can be started ({os.strerror(errno.EMFILE)}): the server ends", "None"]
