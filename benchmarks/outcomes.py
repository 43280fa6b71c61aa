"""What came of each benchmark, kept in a folder until the next run, so that what fails loses nothing of the others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.parts import PARTS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one."""

    name: str  # of the part
    command: Sequence[str]  # the words after `python`
    begun: str  # YYYY-MM-DD HH:MM:SS, UTC
    seconds: float  # that it took
    load: float  # what the machine had to do before, as its load average of a minute
    machine: dict[str, str]
    revision: str  # of the project; empty where that is not known
    said: str  # its figures in Markdown
    error: str  # empty: none
    stolen: float = 0.0  # seconds of processors that the machine's host gave to others meanwhile


def figures_of(folder: Path, name: str) -> Path:
    """Where a part writes its figures."""
    return folder / f"{name}.json"


def keep(folder: Path, outcome: Outcome) -> None:
    """In the place of what came of the same part before."""
    folder.mkdir(parents=True, exist_ok=True)
    _place(folder, outcome.name).write_text(json.dumps(asdict(outcome), indent=1), encoding="utf-8")


def kept(folder: Path) -> list[Outcome]:
    """What is there, in the order of a run."""
    places = [_place(folder, each.name) for each in PARTS]
    return [Outcome(**json.loads(each.read_text(encoding="utf-8"))) for each in places if each.exists()]


def figures(folder: Path) -> dict[str, Any]:
    """The figures of the parts that came through, by name."""
    places = {each.name: figures_of(folder, each.name) for each in kept(folder) if not each.error}
    return {name: json.loads(each.read_text(encoding="utf-8")) for name, each in places.items() if each.exists()}


def _place(folder: Path, name: str) -> Path:
    return folder / f"{name}.outcome.json"
