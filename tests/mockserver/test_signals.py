"""Does a signal end what serves in order, whenever it comes, and however many follow it?"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGTERM

import pytest
import requests

from mockserver.serving import INTERRUPTED
from tests.mockserver.test_serving import PATIENCE, SERVE, started
from tests.mockserver.test_workers import command, run

ASKED_AGAIN = """
import os, signal, sys
from select import select
from mockserver.signals import heard
from mockserver.workers import Workers
first, second = map(int, sys.argv[1:])
def work(is_first, tell):
    with heard([signal.SIGTERM]) as woken:
        tell()
        select([woken], [], [])
        os.kill(os.getppid(), second)
    os.write(1, b"a worker ended in order\\n")
print(signal.Signals(Workers(2, work, lambda: os.kill(os.getpid(), first), print).run()).name)
"""
ASKED_EARLY = """
import os, signal
from mockserver.workers import Workers
def work(is_first, tell):
    os.kill(os.getppid(), signal.SIGTERM)
    signal.pause()
print(signal.Signals(Workers(2, work, lambda: print("announced"), print).run()).name)
"""
HEARD = """
import os, signal
from mockserver.signals import heard
with heard([signal.SIGTERM, signal.SIGINT]) as woken:
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(os.getpid(), number)
    print(*woken.recv(8))
os.kill(os.getpid(), signal.SIGTERM)
os.kill(os.getpid(), signal.SIGINT)
print("alive")
"""
CODES = {SIGTERM: 0, SIGINT: INTERRUPTED}

forking = pytest.mark.skipif(not hasattr(os, "fork"), reason="one process serves where none can be copied")


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=forking)])
@pytest.mark.parametrize(("first", "second"), [(SIGTERM, SIGTERM), (SIGINT, SIGINT), (SIGINT, SIGTERM)])
def test_signals_that_follow_until_its_end_cut_nothing_off_and_have_nothing_said(
    tmp_path: Path, first: signal.Signals, second: signal.Signals, workers: int
) -> None:
    with (
        started(SERVE if workers == 1 else command(tmp_path)) as server,
        requests.get(f"{server.url}/_mock/events", stream=True, timeout=PATIENCE) as told,
    ):
        lines = told.iter_lines(chunk_size=1)
        assert b"event: hello" in lines
        server.process.send_signal(first)
        while server.process.poll() is None:
            server.process.send_signal(second)
        list(lines)  # which raises when the stream is cut off
        code, said = server.end(second)
        assert (code in {CODES[first], CODES[second]}, said) == (True, "")  # which is first, the system says


@pytest.mark.parametrize("workers", ["1", pytest.param("2", marks=forking)])
def test_a_store_is_one_whole_file_once_whoever_had_it_has_ended(tmp_path: Path, workers: str) -> None:
    log = tmp_path / "mock.db-wal"
    with started([*SERVE, "--store", f"sqlite:///{tmp_path / 'mock.db'}", "--workers", workers]) as server:
        requests.post(f"{server.url}/_mock/accounts", json={}, timeout=PATIENCE).raise_for_status()
        assert log.stat().st_size > 0
        server.process.send_signal(SIGTERM)
        assert server.end(SIGTERM) == (0, "")
        assert sorted(each.name for each in tmp_path.iterdir()) == ["mock.db", "mock.db-lock"]


@forking
@pytest.mark.parametrize(("first", "second"), [(SIGTERM, SIGTERM), (SIGINT, SIGINT), (SIGHUP, SIGINT)])
def test_workers_are_waited_for_however_often_their_parent_is_asked(
    first: signal.Signals, second: signal.Signals
) -> None:
    assert run(ASKED_AGAIN, f"{first:d}", f"{second:d}") == ["a worker ended in order"] * 2 + [first.name]


@forking
def test_a_server_ends_without_a_word_while_its_workers_start() -> None:
    assert run(ASKED_EARLY) == ["SIGTERM"]


def test_what_is_heard_is_told_in_its_order_and_means_nothing_afterwards() -> None:
    assert run(HEARD) == [f"{SIGINT:d} {SIGTERM:d}", "alive"]
