"""Does the report look right on every kind of output: a terminal, one without colours, a dumb one, and none?"""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = """
from contracts.reports.terminal import open_console, show
from tests.contracts.reports.results import API, broken, entry, result, unseen
show(result(entry("a"), broken("b"), unseen("c")), {}, open_console())
"""
TERMINAL = {"TERM": "xterm-256color", "COLUMNS": "", "LINES": "", "NO_COLOR": ""}
COLOURED = "\x1b[1;31mBroken (1)"


def written(environment: dict[str, str], *, to_terminal: bool) -> str:
    """What is written to a terminal of 80 columns, or to a pipe."""
    own = {name: value for name, value in {**os.environ, **TERMINAL, **environment}.items() if value}
    command = [sys.executable, "-c", SCRIPT]
    if not to_terminal:
        return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, check=True).stdout.decode()
    ours, theirs = pty.openpty()
    with open(ours, "rb", buffering=0) as screen:  # noqa: PTH123 - a descriptor
        process = subprocess.Popen(command, cwd=ROOT, env=own, stdout=theirs)
        os.close(theirs)
        shown = b""
        while chunk := _read(screen.fileno()):
            shown += chunk
        assert process.wait() == 0
    return shown.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux tells so that the other side has closed
        return b""


def test_a_terminal_is_given_colours() -> None:
    assert COLOURED in written({}, to_terminal=True)


@pytest.mark.parametrize(
    ("environment", "to_terminal"),
    [({"NO_COLOR": "1"}, True), ({"TERM": "dumb"}, True), ({}, False)],
    ids=["NO_COLOR", "a dumb terminal", "no terminal"],
)
def test_nothing_else_is_and_no_line_but_what_can_be_pasted_is_wider_than_80_columns(
    environment: dict[str, str], *, to_terminal: bool
) -> None:
    text = written(environment, to_terminal=to_terminal)
    assert "\nBroken (1)" in text.replace("\r", "")
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines() if "curl" not in line) <= 80
