"""`contracts cleanup`, and how a run ends that cannot write its journal."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from contracts.cli import main
from contracts.safety.record import read_journal
from tests.contracts.rough.process import ROOT
from tests.contracts.standin.access import Holder
from tests.contracts.standin.behaviour import Behaviour
from tests.contracts.standin.server import HOLDERS, StandIn, serving
from tests.contracts.standin.verdicts import API, ENVIRONMENT, PROFILE
from tests.shell import LONGEST

SENT = "2026-01-02T03:04:05+00:00"
Cleanup = Callable[..., tuple[int, str]]


@pytest.fixture
def standin() -> StandIn:
    return StandIn(Behaviour(seconds=0.1))


@pytest.fixture
def url(standin: StandIn) -> Iterator[str]:
    with serving(standin.behaviour, standin=standin) as found:
        yield found


@pytest.fixture
def cleanup(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cleanup:
    """The exit code of the command, and what it prints."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    def call(journal: Path, *options: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["cleanup", str(journal), "--settle", "0", *options])
        told = capsys.readouterr()
        return int(str(ended.value.code)), told.out + told.err

    return call


def write(folder: Path, url: str, *steps: dict[str, object], profile: Path = PROFILE) -> Path:
    """A journal with these lines after its head; a creation has the parts that are not given."""
    head = {"kind": "contracts-journal", "schema_version": 1, "target": url, "profile": str(profile), "apis": [API]}
    rest = {"api": API, "operation": "CreateExportTask", "account": "first", "conditions": {}, "sent": SENT}
    lines = [{**head, "specs": [], "accounts": ["first"], "version": "0", "started": SENT}]
    lines += [{**(rest if each["state"] == "intended" else {}), **each} for each in steps]
    path = folder / "journal.jsonl"
    path.write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    return path


def begun(number: int = 1, **more: object) -> dict[str, object]:
    return {"entry": number, "state": "intended", **more}


def made(standin: StandIn, holder: Holder, batch_task: str = "5f433ce0c24389024365fdfa") -> str:
    """The id of a task at the stand-in."""
    body = {"resource_type": "BatchTask", "resource_condition": {"task_id": batch_task}}
    found = standin.exports.create(holder, json.dumps(body).encode(), time.time())
    return str(found["export_task_id"])


def test_what_was_made_is_removed_and_the_journal_says_so(
    tmp_path: Path, standin: StandIn, url: str, cleanup: Cleanup
) -> None:
    task, other = made(standin, HOLDERS[0]), made(standin, HOLDERS[1])
    steps = [begun(), {"entry": 1, "state": "made", "task": task}]
    steps += [begun(2, account="second"), {"entry": 2, "state": "made", "task": other}]
    path = write(tmp_path, url, *steps)
    code, output = cleanup(path)
    assert (code, output.splitlines()) == (
        0,
        [
            f"2 creations sent to {url} by the run of {SENT}: 2 may have left something",
            f"removed  the task {task} of CreateExportTask, account first",
            f"removed  the task {other} of CreateExportTask, account second",
            "2 removed, 0 left",
        ],
    )
    assert standin.exports.ids() == set()
    assert cleanup(path) == (0, f"2 creations sent to {url} by the run of {SENT}: nothing is left of them\n")


def test_a_profile_that_forbids_deletion_does_not_keep_what_the_run_made(
    tmp_path: Path, standin: StandIn, url: str, cleanup: Cleanup
) -> None:
    profile = changed(tmp_path, allow={"create": True}, budget={"requests": 1})
    path = write(
        tmp_path, url, begun(), {"entry": 1, "state": "made", "task": made(standin, HOLDERS[0])}, profile=profile
    )
    code, output = cleanup(path)
    assert (code, standin.exports.ids()) == (0, set()), output


def changed(folder: Path, **changes: object) -> Path:
    """A profile of the stand-in with other parts."""
    path = folder / "profile.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(PROFILE.read_text()), **changes}))
    return path


def test_a_torn_line_is_told_and_the_rest_is_done(tmp_path: Path, standin: StandIn, url: str, cleanup: Cleanup) -> None:
    path = write(tmp_path, url, begun(), {"entry": 1, "state": "made", "task": made(standin, HOLDERS[0])})
    with path.open("a") as file:
        file.write('{"entry": 2, "sta')
    code, output = cleanup(path)
    assert (code, output.splitlines()[0]) == (0, "line 4 is torn: what it was about was never sent")
    assert read_journal(path).torn == 0


def test_what_stays_is_told_with_what_to_do(tmp_path: Path, url: str, cleanup: Cleanup) -> None:
    path = write(tmp_path, url, begun(account="third"), {"entry": 1, "state": "made", "task": "5f433ce0"})
    code, output = cleanup(path)
    assert code == 1
    left = f"left     the task 5f433ce0 of CreateExportTask, account third, sent {SENT}"
    assert output.splitlines()[1:] == [
        f"{left}: the profile names no account 'third'",
        f"         `contracts cleanup {path}` tries again; the provider's console removes it by hand",
        "0 removed, 1 left",
    ]


def test_a_candidate_is_named_and_removed_when_it_is_claimed(
    tmp_path: Path, standin: StandIn, url: str, cleanup: Cleanup
) -> None:
    task = made(standin, HOLDERS[0])
    sent = datetime.now(UTC).isoformat()
    path = write(tmp_path, url, begun(sent=sent, conditions={}))
    code, output = cleanup(path)
    assert (code, standin.exports.ids()) == (1, {task})
    assert f"         candidate: {task}, created " in output
    assert f"`contracts cleanup {path} --remove ID` removes one of yours, `--keep ID` passes over another" in output
    assert cleanup(path, "--remove", "5f433ce0")[0] == 1
    code, output = cleanup(path, "--remove", task)
    assert (code, standin.exports.ids()) == (0, set()), output


def test_a_server_that_is_not_there_is_told_and_nothing_is_changed(tmp_path: Path, cleanup: Cleanup) -> None:
    path = write(tmp_path, "http://127.0.0.1:1", begun(), {"entry": 1, "state": "made", "task": "5f433ce0"})
    before = path.read_text()
    code, output = cleanup(path)
    assert (code, "contracts: http://127.0.0.1:1 did not answer: Connection refused" in output) == (2, True)
    assert path.read_text() == before


def test_credentials_that_are_refused_are_told_and_nothing_is_tried(
    tmp_path: Path, standin: StandIn, url: str, cleanup: Cleanup, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = made(standin, HOLDERS[0])
    path = write(tmp_path, url, begun(), {"entry": 1, "state": "made", "task": task})
    monkeypatch.setenv("STANDIN_TOKEN", "wrong")
    monkeypatch.setenv("STANDIN_SECRET", "wrong")
    code, output = cleanup(path)
    assert (code, standin.exports.ids()) == (2, {task})
    assert f"{url} refuses the credentials of the account 'first'" in output
    assert "nothing was removed" in output


def test_a_foreign_host_is_asked_about_first(tmp_path: Path, cleanup: Cleanup) -> None:
    path = write(tmp_path, "https://export.example.com", begun())
    code, output = cleanup(path)
    asked = "--yes says that what is left of 1 creation may be removed from there; nothing was sent"
    assert (code, f"contracts: export.example.com is not this machine: {asked}" in output) == (2, True)


def test_a_profile_of_another_address_is_refused(tmp_path: Path, url: str, cleanup: Cleanup) -> None:
    profile = changed(tmp_path, target="https://export.example.com")
    path = write(tmp_path, url, begun())
    code, output = cleanup(path, "--profile", str(profile))
    assert (code, f"{profile}: is of https://export.example.com, and the journal of {url}" in output) == (2, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the journal ends before it begins: nothing was created\n"),
        ("hello\n", "contracts: {path}:1: this is no JSON: damaged, or no journal\n"),
    ],
)
def test_what_is_no_journal_is_told(tmp_path: Path, cleanup: Cleanup, content: str, said: str) -> None:
    path = tmp_path / "j"
    path.write_text(content)
    assert cleanup(path) == (2 if content else 0, said.format(path=path))


LIMITED = """
import resource, sys
from contracts.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
main(sys.argv[2:])
"""


def run(url: str, journal: Path, *, room: int) -> subprocess.CompletedProcess[str]:
    """A run that has so many bytes for each file."""
    told = ["run", API, "--target", url, "--profile", str(PROFILE), "--journal", str(journal)]
    command = [sys.executable, "-c", LIMITED, str(room), *told, "-k", "deletion or total"]
    environment = {**os.environ, **ENVIRONMENT, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST
    )


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are those of POSIX")
def test_a_run_whose_journal_finds_no_room_creates_nothing_more_and_leaves_nothing(
    tmp_path: Path, standin: StandIn, url: str
) -> None:
    done = run(url, tmp_path / "journal.jsonl", room=2000)
    assert (done.returncode, standin.exports.ids()) == (2, set()), done.stdout + done.stderr
    why = f"the journal {tmp_path / 'journal.jsonl'} cannot be written: File too large; nothing is created without it"
    told = [line for line in done.stderr.splitlines() if why in line]
    assert [line.startswith(f"contracts: {why}; 0 of ") for line in told] == [True]
    assert 0 < len(read_journal(tmp_path / "journal.jsonl").journal.entries) < 7
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are those of POSIX")
def test_a_journal_that_cannot_even_begin_ends_a_run_before_anything_is_judged(
    tmp_path: Path, standin: StandIn, url: str
) -> None:
    done = run(url, tmp_path / "journal.jsonl", room=100)
    assert (done.returncode, standin.exports.ids(), done.stdout) == (2, set(), "")
    assert done.stderr.splitlines()[-1].endswith("cannot be written: File too large; nothing is created without it")
    assert "judging" not in done.stderr


def test_the_removal_has_a_patience_of_its_own(tmp_path: Path) -> None:
    slow = StandIn(Behaviour(seconds=0.1, rate=5))
    with serving(slow.behaviour, standin=slow) as server:
        options = ("-k", "deletion", "--wait-up-to", "0.1", "--report", "json", "--report-dir", str(tmp_path))
        command = [sys.executable, "-m", "contracts", "run", API, "--target", server, "--profile", str(PROFILE)]
        environment = {**os.environ, **ENVIRONMENT}
        done = subprocess.run(
            [*command, *options], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
    assert slow.exports.ids() == set(), done.stdout + done.stderr
    assert json.loads((tmp_path / "contracts.json").read_text())["journal"]["left"] == []
