"""The journal of a run: where it is, when it begins, and what is left when it ends."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from contracts.safety.journal import Entry, Head, Journal, State
from contracts.safety.removal import Remover
from contracts.target import Target
from openapi import loader
from openapi.model import Spec
from openapi.release import release

PACKAGE = Path(loader.__file__).resolve().parent  # whose specs go by their names


def own_name(started: datetime, process: int) -> str:
    """The name of a file that no other run writes to."""
    return f"contracts-journal-{started:%Y%m%dT%H%M%SZ}-{process}.jsonl"


@dataclass
class Keeping:
    """Where a run writes what it asks to be created; nothing, unless it may create something."""

    file: str = ""  # that the user named; such a one is kept
    folder: str = "."  # of a file of its own name, which goes when nothing is left
    told: dict[str, Any] = field(default_factory=dict[str, Any])  # what a result file says of it in the end

    @cached_property
    def path(self) -> Path:
        """The file, the same for the whole run."""
        return Path(self.file) if self.file else Path(self.folder, own_name(datetime.now(UTC), os.getpid()))

    def open(self, target: Target, profile: str, specs: Mapping[str, Spec], accounts: tuple[str, ...]) -> Journal:
        """The journal of a run that is about to begin. Raises JournalError."""
        paths = [Path(each.path).resolve() for each in specs.values()]
        head = Head(
            target=target.base_url,
            profile=str(Path(profile).resolve()),
            apis=tuple(specs),
            specs=tuple(str(path) for path in paths if path.parent != PACKAGE),
            accounts=accounts,
            version=release(),
            started=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        return Journal.open(self.path, head, target.redactor)

    def close(self, journal: Journal, target: Target, specs: Mapping[str, Spec], *, at_once: bool = False) -> None:
        """Remove what is left of a run that ends; the file goes with the last of it, unless the user named it.

        A run that ends at once leaves what there is.
        """
        if not at_once:
            Remover(target, specs, journal).remove_all()
        self.told = as_json(journal)
        journal.close()
        if not journal.entries or (not self.file and not self.told["left"]):
            journal.path.unlink(missing_ok=True)
            self.told["file"] = ""


def as_json(journal: Journal) -> dict[str, Any]:
    """How many tasks a journal tells of, and each of those that may be left."""
    return {
        "file": str(journal.path),
        "sent": len(journal.entries),
        "made": sum(bool(each.task) for each in journal.entries),
        "removed": sum(each.state is State.REMOVED for each in journal.entries),
        "left": [{**_entry(each), "journal": str(journal.path)} for each in journal.open_entries()],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    creation = entry.creation
    where = {"api": creation.api, "operation": creation.operation, "account": creation.account}
    return {
        **where,
        "task": entry.task,
        "sent": creation.sent.isoformat(),
        "why": entry.why or "nothing is known of it",
    }
