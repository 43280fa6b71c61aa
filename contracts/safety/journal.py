"""The journal of a run: what it asked a real endpoint to create, written to disk before it is sent."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from contracts.redaction import OPEN, Redactor
from contracts.safety.conditions import conditions_of
from contracts.target import Errand
from openapi.messages import Request
from openapi.model import Json

KIND = "contracts-journal"
SCHEMA_VERSION = 1


class JournalError(Exception):
    """A journal that cannot be written, or not be read; the message names the file and says why."""


class State(StrEnum):
    """What is known of a creation."""

    INTENDED = "intended"  # it is about to be sent; nothing is known of an answer
    MADE = "made"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # sent, and no answer tells whether there is a task now
    ABSENT = "absent"  # looked for, and not found
    LEFT = "left"  # cannot be removed
    REMOVED = "removed"


OVER = frozenset({State.REFUSED, State.ABSENT, State.REMOVED})


@dataclass(frozen=True, slots=True)
class Head:
    """Whose tasks a journal tells of."""

    target: str
    profile: str = ""  # path of the file
    apis: tuple[str, ...] = ()
    specs: tuple[str, ...] = ()  # paths of YAML files of the user's own
    accounts: tuple[str, ...] = ()  # their names in the profile
    version: str = ""  # of the contracts
    started: str = ""  # ISO 8601, in UTC

    def as_json(self) -> dict[str, Json]:
        """The first line."""
        return {"kind": KIND, "schema_version": SCHEMA_VERSION, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Creation:
    """A creation as it was sent."""

    api: str
    operation: str
    account: str  # its name in the profile
    conditions: Mapping[str, Json]  # the arguments, as far as they are kept
    sent: datetime  # just before, on the clock of this machine


@dataclass
class Entry:
    """A creation, and what became of it; each step is on disk before the method returns, if that is possible."""

    number: int
    creation: Creation
    journal: Journal
    state: State = State.INTENDED
    task: str = ""  # its id, once that is known
    why: str = ""  # it is unknown, or left
    answered: datetime | None = None  # or given up

    def made(self, task: str, now: datetime) -> None:
        """There is a task now."""
        self.task, self.answered = task, now
        self._become(State.MADE, task=task, at=now.isoformat())

    def refused(self, now: datetime) -> None:
        """The answer says that nothing was created."""
        self.answered = now
        self._become(State.REFUSED, at=now.isoformat())

    def unknown(self, why: str, now: datetime) -> None:
        """Nothing came that tells whether there is a task."""
        self.why, self.answered = self.journal.redactor.text(why), now
        self._become(State.UNKNOWN, why=self.why, at=now.isoformat())

    def absent(self) -> None:
        """The server has no task that could be this one."""
        self._become(State.ABSENT)

    def left(self, why: str) -> None:
        """It stays: it cannot be removed, or not now."""
        why = self.journal.redactor.text(why)
        if (self.state, self.why) != (State.LEFT, why):
            self.why = why
            self._become(State.LEFT, why=why)

    def removed(self) -> None:
        """It is gone."""
        self._become(State.REMOVED)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do about it."""
        return self.state in OVER

    def _become(self, state: State, **more: str) -> None:
        self.state = state
        self.journal.write({"entry": self.number, "state": state.value, **more})


@dataclass
class Journal:
    """A file of JSON lines: a head, then what happened to each creation. Raises JournalError."""

    path: Path
    head: Head
    entries: list[Entry] = field(default_factory=list[Entry])
    redactor: Redactor = OPEN  # what is written passes it
    failure: str = ""  # why it cannot be written any more
    _file: int = -1

    @classmethod
    def open(cls, path: Path, head: Head, redactor: Redactor = OPEN) -> Journal:
        """A new file, that of this run alone. Raises JournalError, also where there is one already."""
        journal = cls(path, head, redactor=redactor)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            journal._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            _lock(journal._file)
        except FileExistsError as error:
            told = "is there already; `contracts cleanup` removes what it tells of, and each run needs one of its own"
            raise JournalError(f"{path} {told}") from error
        except OSError as error:
            raise journal._failed(error) from error
        journal.write(head.as_json(), is_needed=True)
        journal._keep_name()
        return journal

    def attach(self, whole: int) -> None:
        """Go on with a file after so many bytes of it. Raises JournalError, also where a run still writes it."""
        try:
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND)
            _lock(self._file)
            os.ftruncate(self._file, whole)
        except BlockingIOError as error:
            raise JournalError(
                f"{self.path} belongs to a run that still goes on; it removes what it created"
            ) from error
        except OSError as error:
            raise self._failed(error) from error

    def intend(self, errand: Errand, request: Request, now: datetime) -> Entry:
        """A creation that is about to be sent: on disk when this returns. Raises JournalError, also ever after one."""
        given = conditions_of(errand.operation, request)
        conditions = {name: value for name, value in given.items() if self.redactor.json(value) == value}
        creation = Creation(errand.spec.name, errand.operation.id, errand.account, conditions, now)
        entry = Entry(len(self.entries) + 1, creation, self)
        told: dict[str, Any] = {**asdict(creation), "sent": now.isoformat()}
        self.write({"entry": entry.number, "state": entry.state.value, **told}, is_needed=True)
        self.entries.append(entry)
        return entry

    def open_entries(self) -> Iterator[Entry]:
        """The creations of which something may be left, the earliest first."""
        return (each for each in self.entries if not each.is_over)

    def write(self, line: Mapping[str, Any], *, is_needed: bool = False) -> None:
        """Put a line on the disk. Raises JournalError where that fails and it `is_needed`.

        After a failure nothing is written any more, so that at most the last line is torn.
        """
        text = f"{json.dumps(line)}\n".encode("ascii")
        try:
            while text and not self.failure:
                text = text[os.write(self._file, text) :]
            if not self.failure:
                os.fsync(self._file)
        except OSError as error:
            self._failed(error)
        if self.failure and is_needed:
            raise JournalError(self.failure)

    def close(self) -> None:
        """Let go of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _keep_name(self) -> None:
        """Let the name of the file outlive a power cut, where a folder can be synchronised."""
        try:
            folder = os.open(self.path.parent, os.O_RDONLY)
        except OSError:
            return
        try:
            os.fsync(folder)
        except OSError:
            pass
        finally:
            os.close(folder)

    def _failed(self, error: OSError) -> JournalError:
        why = f"the journal {self.path} cannot be written: {error.strerror}; nothing is created without it"
        self.failure = self.failure or why
        return JournalError(self.failure)


def _lock(file: int) -> None:
    """Keep the file for this process until it ends, however it does. Raises BlockingIOError."""
    if sys.platform == "win32":
        return
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
