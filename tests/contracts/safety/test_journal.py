"""A creation is on disk before it is sent, and what became of it after; a journal is read back as it was written."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.safety.journal import Head, Journal, JournalError, State
from contracts.safety.record import read_journal
from contracts.target import Errand
from openapi.messages import Request
from tests.contracts.bent import spec

NAME = "tencent-cls"
NOW = datetime(2026, 1, 2, 3, 4, 5, 6000, UTC)
HEAD = Head("https://here", "profile.yaml", (NAME,), (), ("first", "second"), "1.0", "2026-01-02T03:04:05+00:00")
CREATE = Errand(spec(NAME), spec(NAME).operations["CreateExport"], "second")
REQUEST = Request("POST", "/", headers={"authorization": "TC3 secret"}, body=b'{"TopicId": "t", "Count": 9, "X": "y"}')


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_creation_is_on_disk_before_anything_is_sent(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j", HEAD)
    journal.intend(CREATE, REQUEST, NOW)
    head, line = lines(journal.path)
    assert (head["kind"], head["schema_version"], head["target"]) == ("contracts-journal", 1, "https://here")
    assert line == {
        "entry": 1,
        "state": "intended",
        "api": NAME,
        "operation": "CreateExport",
        "account": "second",
        "conditions": {"TopicId": "t", "Count": 9},
        "sent": NOW.isoformat(),
    }


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    journal, later = Journal.open(tmp_path / "j", HEAD), NOW + timedelta(seconds=2)
    entries = [journal.intend(CREATE, REQUEST, NOW) for _ in range(7)]
    for entry in entries[1:5]:
        entry.made("task", later)
    entries[2].removed()
    entries[3].left("it is running")
    entries[5].refused(later)
    entries[6].unknown("nothing came", later)
    found = read_journal(journal.path)
    told = [(each.state, each.task, each.why, each.answered) for each in found.journal.entries]
    assert told == [(each.state, each.task, each.why, each.answered) for each in entries]
    assert (found.journal.head, found.torn, found.whole) == (HEAD, 0, journal.path.stat().st_size)
    assert [each.creation for each in found.journal.entries] == [each.creation for each in entries]
    assert [each.number for each in journal.open_entries()] == [1, 2, 4, 5, 7]


def test_each_run_has_a_journal_of_its_own(tmp_path: Path) -> None:
    Journal.open(tmp_path / "j", HEAD).close()
    with pytest.raises(JournalError, match="j is there already; `contracts cleanup` removes what it tells of"):
        Journal.open(tmp_path / "j", HEAD)


def test_nobody_but_its_owner_reads_it(tmp_path: Path) -> None:
    assert Journal.open(tmp_path / "new" / "j", HEAD).path.stat().st_mode & 0o777 == 0o600


def test_a_journal_that_a_run_still_writes_is_left_to_it(tmp_path: Path) -> None:
    running = Journal.open(tmp_path / "j", HEAD)
    other = read_journal(running.path)
    with pytest.raises(JournalError, match="belongs to a run that still goes on"):
        other.journal.attach(other.whole)
    running.close()
    other.journal.attach(other.whole)


def test_a_last_line_that_is_torn_is_told_and_cut_off(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j", HEAD)
    journal.intend(CREATE, REQUEST, NOW)
    journal.close()
    with journal.path.open("ab") as file:
        file.write(b'{"entry": 2, "state": "inten')
    found = read_journal(journal.path)
    assert (found.torn, len(found.journal.entries)) == (3, 1)
    found.journal.attach(found.whole)
    found.journal.entries[0].absent()
    assert [each.get("state") for each in lines(journal.path)] == [None, "intended", "absent"]


@pytest.mark.parametrize("rest", [b"", b'{"kind": "contr', b'{"kind": "contracts-journal", "sch', b"\0\0\0"])
def test_a_journal_without_a_whole_head_tells_of_nothing(tmp_path: Path, rest: bytes) -> None:
    (tmp_path / "j").write_bytes(rest)
    found = read_journal(tmp_path / "j")
    assert (found.journal.entries, found.torn) == ([], 1 if rest else 0)


GOOD = json.dumps(HEAD.as_json())
INTENDED = json.dumps(
    {
        "entry": 1,
        "state": "intended",
        "api": NAME,
        "operation": "CreateExport",
        "account": "first",
        "conditions": {},
        "sent": NOW.isoformat(),
    }
)
DAMAGED = {
    "hello": "j is no journal",
    "hello\n": "j:1: this is no JSON",
    "[]\n": "j:1: an object is expected",
    '{"kind": "other"}\n': "j is no journal; `contracts run` writes one",
    GOOD.replace('"schema_version": 1', '"schema_version": 2') + "\n": "the form 2 of journals; this version reads 1",
    GOOD.replace('"target"', '"targe"') + "\n": 'j:1: "target" is a required property: damaged',
    f"{GOOD}\n{INTENDED[:40]}\n{INTENDED}\n": "j:2: this is no JSON",
    f"{GOOD}\n{INTENDED}\n{INTENDED}\n": "j:3: entry 1 where 2 is expected",
    f'{GOOD}\n{{"entry": 1, "state": "removed"}}\n': "j:2: there is no entry 1 before it",
    f'{GOOD}\n{INTENDED}\n{{"entry": 1, "state": "made"}}\n': 'j:3: "task" is a required property',
    f'{GOOD}\n{INTENDED}\n{{"entry": 1, "state": "lost"}}\n': "j:3: state: ",
    f"{GOOD}\n{INTENDED.replace('+00:00', '')}\n": "j:2: sent: ",
}


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_what_is_damaged_or_no_journal_is_told_by_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "j").write_text(content)
    with pytest.raises(JournalError) as told:
        read_journal(tmp_path / "j")
    assert DAMAGED[content] in str(told.value)


def test_a_journal_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="j: No such file or directory"):
        read_journal(tmp_path / "j")


FULL = """
import resource, sys
from pathlib import Path
from tests.contracts.safety.test_journal import CREATE, HEAD, NOW, REQUEST, Journal, JournalError
journal = Journal.open(Path(sys.argv[1]), HEAD)
first = journal.intend(CREATE, REQUEST, NOW)
resource.setrlimit(resource.RLIMIT_FSIZE, (Path(sys.argv[1]).stat().st_size + 20,) * 2)
for attempt in range(2):
    try:
        journal.intend(CREATE, REQUEST, NOW)
    except JournalError as error:
        print(error)
first.removed()  # which no longer needs a line
print(len(journal.entries), first.state)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are those of POSIX")
def test_a_full_disk_lets_nothing_be_intended_any_more(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path / "j")]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ}).stdout
    why = f"the journal {tmp_path / 'j'} cannot be written: File too large; nothing is created without it"
    assert told.splitlines() == [why, why, "1 removed"]
    found = read_journal(tmp_path / "j")
    assert (found.torn, [each.state for each in found.journal.entries]) == (3, [State.INTENDED])
