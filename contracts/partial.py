"""What was judged so far, on disk: what remains of a run that could not write its reports."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from contracts.result import Entry, Head, Result
from contracts.result_file import ResultFileError, validate

KIND = "contracts-partial"
NAME = "contracts.partial.jsonl"
KILLED = "it was killed"  # why a run ended that left this file


@dataclass
class Partial:
    """A file of JSON lines beside a report, while the run goes on: a head, then an entry per clause."""

    path: Path
    _file: IO[str] | None = field(default=None, repr=False)

    def begin(self, result: Result, taken_over: Iterable[Entry]) -> None:
        """Start the file; what it held before is there until it can be replaced. Raises OSError."""
        fresh = self.path.with_suffix(".new")
        self._file = fresh.open("w", encoding="ascii")
        self._write({"kind": KIND, "selected": result.selected, "spent": result.spent, **result.head.as_json()})
        for entry in taken_over:
            self._write(entry)
        fresh.replace(self.path)

    def add(self, entry: Entry) -> None:
        """Keep one more."""
        self._write(entry)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, line: dict[str, Any]) -> None:
        if self._file is None:
            return
        try:
            self._file.write(f"{json.dumps(line)}\n")
            self._file.flush()
        except OSError:
            self._file = None  # a run need not end for want of what it writes in case it does


def is_partial(path: Path) -> bool:
    """Whether a file is what a run left that was killed."""
    try:
        with path.open("rb") as file:
            return file.readline(200).startswith(json.dumps({"kind": KIND})[:-1].encode())
    except OSError:
        return False


def read_partial(path: Path) -> Result:
    """What a run that was killed had judged; a line that was not written to its end is left out.

    Raises ResultFileError.
    """
    *lines, _ = path.read_bytes().split(b"\n")
    raw: list[Any] = []
    for number, line in enumerate(lines, 1):
        try:
            raw.append(json.loads(line))
        except ValueError as error:
            raise ResultFileError(f"{path}:{number} is damaged: it is no JSON") from error
    if not raw:
        raise ResultFileError(f"{path} ends before it begins")
    head, entries = {**raw[0]}, raw[1:]
    try:
        del head["kind"]
        selected, spent = head.pop("selected"), head.pop("spent")
        result = Result(Head(**{**head, "apis": tuple(head["apis"])}), entries, selected, stopped=KILLED, spent=spent)
        result.duration = max((each["started"] + each["seconds"] for each in entries), default=0.0)
        _ = datetime.fromisoformat(result.head.started)
        validate(path, result.as_json())
    except (LookupError, TypeError) as error:
        raise ResultFileError(f"{path} is damaged: {error}") from error
    return result
