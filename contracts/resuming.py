"""Going on with a run that ended early: what was judged is taken over, the rest is judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from contracts.partial import is_partial, read_partial
from contracts.result import Entry, Head, Result
from contracts.result_file import read_result

_ALIKE = ("version", "target", "is_mock", "apis", "select", "quick", "seed", "max_examples", "shard")


class ResumeError(ValueError):
    """A result that cannot be gone on with; the message names the file and says why."""


def read_earlier(path: Path) -> Result:
    """The result of a run that ended, or what is left of one that was killed. Raises ResultFileError."""
    return read_partial(path) if is_partial(path) else read_result(path)


def check_alike(path: Path, earlier: Head, head: Head) -> None:
    """Raise ResumeError where a result is of another run than the one that goes on with it."""
    theirs, ours = earlier.as_json(), head.as_json()
    for name in _ALIKE:
        if theirs[name] != ours[name]:
            differs = f"its {name} is {theirs[name]!r}, not {ours[name]!r}"
            raise ResumeError(f"{path} is of another run, which cannot be gone on with: {differs}")


def judged(earlier: Result) -> list[Entry]:
    """The entries that stay: all but those that were cut short, by a budget or a server that did not answer."""
    return [entry for entry in earlier.entries if not entry.get("unfinished")]


def take_over(earlier: Result, head: Head) -> Result:
    """The beginning of the result of a run that goes on with an earlier one; its clock goes on, too."""
    entries = judged(earlier)
    begun = Head(**{**_members(head), "started": earlier.head.started})
    return Result(begun, entries, len(entries), earlier.duration, notes=list(earlier.notes))


def _members(head: Head) -> dict[str, Any]:
    return {**head.as_json(), "apis": head.apis}
