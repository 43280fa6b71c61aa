"""Whoever sits at a real terminal reads the plan, and types the name of the host, before anything is sent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.planning.plans import API, write
from tests.shell import ROOT

pty = pytest.importorskip("pty", reason="there are no terminals of this sort here")
HOST = "no-such-host.invalid"  # RFC 2606, section 2: it never leads anywhere


def typed(folder: Path, answer: bytes) -> tuple[int, str]:
    """The exit code and all that is shown when a run asks for the name of the host, and somebody types an answer."""
    path = write(folder, target=f"https://{HOST}")
    command = [sys.executable, "-m", "contracts", "run", API, "--profile", str(path), "-k", "Limit and maximum"]
    environment = {**os.environ, "TENCENTCLOUD_SECRET_ID": "AKID1", "TENCENTCLOUD_SECRET_KEY": "s3cret"}
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = _read(ours, until=b"to go on")
        os.write(ours, answer)
        shown += _read(ours)
    os.close(ours)
    return process.returncode, shown.decode()


def _read(terminal: int, until: bytes = b"") -> bytes:
    """What is shown at a terminal, until these words or the end."""
    shown = b""
    while not until or until not in shown:
        try:
            piece = os.read(terminal, 1 << 16)
        except OSError:  # nobody writes there any more
            break
        if not piece:
            break
        shown += piece
    return shown


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (b"yes\n", 2, "contracts: nothing was sent"),
        (HOST.encode() + b"\n", 2, f"contracts: https://{HOST} did not answer: there is no such host"),
    ],
    ids=["another word", "its name"],
)
def test_only_the_name_of_the_host_lets_it_be_contacted(tmp_path: Path, answer: bytes, code: int, said: str) -> None:
    found, shown = typed(tmp_path, answer)
    assert f"Type {HOST} to go on" in shown
    assert "Plan of a run of" in shown
    assert (found, said in shown) == (code, True), shown
