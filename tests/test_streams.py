"""Do both programs end in order where nobody reads what they write, or nobody can?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver import Server

ROOT = Path(__file__).parents[1]
COMMANDS = [
    ["mockserver", "--help"],
    ["mockserver", "env", "tencent-cls"],
    ["contracts", "--help"],
    ["contracts", "clauses", "tencent-cls"],
    ["contracts", "run", "tencent-cls", "-k", "CreateExport/Count/maximum"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_reader_that_has_gone_is_no_finding(command: list[str]) -> None:
    code, said = unread(command)
    assert (code, "Broken pipe" in said) == (2, False)


def test_a_reader_that_has_gone_is_no_mock_that_has_gone() -> None:
    with Server("tencent-cls") as server:
        assert unread(["mockserver", "ctl", "--url", server.url, "metrics"]) == (2, "")


def unread(command: list[str]) -> tuple[int, str]:
    """The exit code of a command whose output nobody reads, and what it says of errors."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    return done.returncode, done.stderr.decode()


def test_a_run_goes_on_where_nobody_reads_of_its_progress() -> None:
    reader, writer = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", *COMMANDS[-1]], cwd=ROOT, stdout=subprocess.PIPE, stderr=writer, text=True
    ) as run:
        os.close(writer)
        assert os.read(reader, 1)  # it has begun to say something
        os.close(reader)
        said, _ = run.communicate()
    assert (run.returncode, "1 held" in said) == (0, True)


@pytest.mark.skipif(os.name != "posix", reason="needs a shell of POSIX")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_streams_that_were_closed_are_no_mistake(command: list[str]) -> None:
    words = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", sys.executable, "-m", *command]
    assert subprocess.run(words, cwd=ROOT, check=False).returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="needs a shell of POSIX")
def test_an_input_that_was_closed_is_told_as_empty() -> None:
    words = ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-m", "mockserver", "ctl", "state", "load", "-"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    said = "mockserver: standard input: it is no JSON: "
    assert (done.returncode, done.stderr.startswith(said), done.stderr.count("\n")) == (2, True, 1)


@pytest.mark.parametrize("command", [["mockserver", "completion"], ["contracts", "schema"]], ids=" ".join)
def test_what_there_is_to_choose_from_is_told_in_the_same_line(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n"), ", " in done.stderr) == (2, 1, True)


def test_the_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    words = ["contracts", "init", "tencent-cls", "--output", f"{tmp_path}/missing/own.yaml"]
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, f"contracts: {words[-1]}: No such file or directory\n")
