"""One of two results that are compared: whom it is of, and what it shows of each clause."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from contracts.result import Entry, Head, Result
from contracts.result_file import ResultFileError, read_result
from contracts.severity import Severity


class State(StrEnum):
    """What a result shows of a clause."""

    HELD = "held"  # as it is read by default
    READING = "another reading"  # held as pages can be read, too
    OTHERWISE = "otherwise"  # nobody documents it, and the server does not do what was assumed
    BROKEN = "broken"  # what a page or an SDK says is not done
    UNSEEN = "not observed"  # or not asked for in that run
    ABSENT = "not stated"  # the spec of that run had no such clause


@dataclass(frozen=True, slots=True)
class Sight:
    """What one side shows of a clause."""

    state: State
    entry: Entry | None = None  # None: it is not in the result


@dataclass(frozen=True)
class Side:
    """A result file that is compared."""

    path: str
    result: Result
    entries: dict[str, Entry] = field(init=False, repr=False)  # by the id of the clause
    apis: frozenset[str] = field(init=False)  # those of which anything was judged

    def __post_init__(self) -> None:
        object.__setattr__(self, "entries", {entry["id"]: entry for entry in self.result.entries})
        object.__setattr__(self, "apis", frozenset(str(entry["api"]) for entry in self.result.entries))

    @property
    def head(self) -> Head:
        """What was asked for, of whom, and when."""
        return self.result.head

    def sight(self, clause: str, *, is_stated: bool) -> Sight:
        """What it shows of a clause; `is_stated`: whether a clause that is not in it may still have been stated."""
        entry = self.entries.get(clause)
        if entry is None:
            return Sight(State.UNSEEN if is_stated else State.ABSENT)
        return Sight(_state_of(entry), entry)

    def may_lack(self, other: Side, api: str) -> bool:
        """Whether this run may have left out a clause of an API that the other run judged, as it asked for less."""
        ours, theirs = self.head, other.head
        asked_for_less = (
            ours.select not in {"", theirs.select},
            ours.shard not in {"", theirs.shard},
            ours.quick and not theirs.quick,
        )
        return api not in self.apis or bool(self.result.stopped) or any(asked_for_less)


def read_side(path: Path) -> Side:
    """The result in a file. Raises ResultFileError for what cannot be compared."""
    result = read_result(path)
    if result.mistakes:
        raise ResultFileError(f"{path}: the suite itself failed in that run, so that no verdict of it can be relied on")
    if not result.entries:
        raise ResultFileError(f"{path}: nothing was judged in that run")
    return Side(str(path), result)


def _state_of(entry: Entry) -> State:
    if entry["verdict"] == "broken":
        return State.OTHERWISE if entry["standing"] == "assumed" else State.BROKEN
    if entry["severity"] == Severity.LEARNED:
        return State.READING if entry["verdict"] == "held" else State.OTHERWISE
    return State.HELD if entry["verdict"] == "held" else State.UNSEEN
