"""A journal that is there already: read, and taken up again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from contracts.safety.journal import KIND, SCHEMA_VERSION, Creation, Entry, Head, Journal, JournalError, State

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$"}
_STEP = {"entry": {"type": "integer", "minimum": 1}, "state": {"enum": [each.value for each in State]}}
_HEAD = {"target": _TEXT, "profile": _TEXT, "apis": _TEXTS, "specs": _TEXTS, "accounts": _TEXTS}
_BEGUN = {"api": _TEXT, "operation": _TEXT, "account": _TEXT, "conditions": {"type": "object"}, "sent": _MOMENT}
_heads = Draft202012Validator({"type": "object", "required": [*_HEAD], "properties": _HEAD})
_begun = Draft202012Validator({"type": "object", "required": [*_STEP, *_BEGUN], "properties": _STEP | _BEGUN})
_steps = Draft202012Validator(
    {
        "type": "object",
        "required": [*_STEP],
        "properties": _STEP | {"task": _TEXT, "why": _TEXT, "at": _MOMENT},
        "if": {"properties": {"state": {"const": State.MADE.value}}},
        "then": {"required": ["task"]},
    }
)


@dataclass(frozen=True, slots=True)
class Record:
    """What a file held."""

    journal: Journal  # not attached to the file
    whole: int  # bytes up to the end of the last whole line
    torn: int  # the number of the last line, where it was not written to its end; 0: none


def read_journal(path: Path) -> Record:
    """The content of a journal. Its last line may be torn; it then is of something that was never sent.

    Raises JournalError for a file that is no journal of this version, or is damaged; the message names the line.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise JournalError(f"{path}: {error.strerror}") from error
    *lines, rest = raw.split(b"\n")
    torn = len(lines) + 1 if rest else 0
    if not lines:
        return Record(Journal(path, _torn_head(path, rest)), 0, torn)
    journal = Journal(path, _head(path, lines[0]))
    for number, line in enumerate(lines[1:], 2):
        _take_in(journal, f"{path}:{number}", _object(f"{path}:{number}", line))
    return Record(journal, len(raw) - len(rest), torn)


def _head(path: Path, line: bytes) -> Head:
    raw = _object(f"{path}:1", line)
    if raw.get("kind") != KIND:
        raise JournalError(f"{path} is no journal; `contracts run` writes one for a profile that allows creating")
    if raw.get("schema_version") != SCHEMA_VERSION:
        was = f"the form {raw.get('schema_version')!r} of journals; this version reads {SCHEMA_VERSION}"
        raise JournalError(f"{path} has {was}: clean up with version {raw.get('version') or 'that'} that wrote it")
    _check(_heads, raw, f"{path}:1")
    texts = {name: tuple(raw[name]) for name in ("apis", "specs", "accounts")}
    return Head(raw["target"], raw["profile"], **texts, version=raw.get("version", ""), started=raw.get("started", ""))


def _torn_head(path: Path, rest: bytes) -> Head:
    """Of a run that ended before it could create anything. Raises JournalError for a file of something else."""
    start = json.dumps({"kind": KIND})[:-1].encode()
    if not (rest.startswith(start) or start.startswith(rest) or not rest.strip(b"\0")):
        raise JournalError(f"{path} is no journal; `contracts run` writes one for a profile that allows creating")
    return Head("")


def _take_in(journal: Journal, where: str, raw: Mapping[str, Any]) -> None:
    """Let an entry take the step of a line."""
    if raw.get("state") == State.INTENDED:
        _check(_begun, raw, where)
        if raw["entry"] != len(journal.entries) + 1:
            raise JournalError(f"{where}: entry {raw['entry']} where {len(journal.entries) + 1} is expected: damaged")
        texts = (raw["api"], raw["operation"], raw["account"])
        creation = Creation(*texts, raw["conditions"], datetime.fromisoformat(raw["sent"]))
        journal.entries.append(Entry(raw["entry"], creation, journal))
        return
    _check(_steps, raw, where)
    if raw["entry"] > len(journal.entries):
        raise JournalError(f"{where}: there is no entry {raw['entry']} before it: damaged")
    entry = journal.entries[raw["entry"] - 1]
    entry.state, entry.why = State(raw["state"]), raw.get("why", "")
    entry.task = raw.get("task", entry.task)
    entry.answered = datetime.fromisoformat(raw["at"]) if "at" in raw else entry.answered


def _object(where: str, line: bytes) -> Mapping[str, Any]:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise JournalError(f"{where}: this is no JSON: damaged, or no journal") from error
    if not isinstance(raw, dict):
        raise JournalError(f"{where}: an object is expected: damaged, or no journal")
    return raw


def _check(form: Draft202012Validator, raw: Mapping[str, Any], where: str) -> None:
    for wrong in form.iter_errors(raw):
        place = ".".join(map(str, wrong.instance_path))
        raise JournalError(f"{where}: {f'{place}: ' if place else ''}{wrong.message}: damaged")
