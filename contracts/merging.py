"""The results of the shards of a run, put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from contracts.result import Entry, Result
from contracts.result_file import ResultFileError, read_result
from contracts.settling import settle

_ALIKE = ("version", "target", "apis", "select", "quick", "seed", "max_examples")  # of the parts of one run


class MergeError(ValueError):
    """Results that cannot be put together; the message names the files and says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """A result file, and which shards of the run it holds."""

    path: str
    result: Result
    numbers: tuple[int, ...]
    of: int

    @property
    def began(self) -> datetime:
        """When its run started."""
        return datetime.fromisoformat(self.result.head.started)


def read_part(path: Path) -> Part:
    """The content of a result file. Raises MergeError for what is none."""
    try:
        result = read_result(path)
        numbers, of = _shards(result.head.shard)
    except ResultFileError as error:
        raise MergeError(str(error)) from error
    except ValueError as error:
        raise MergeError(f"{path} is no result file of this version: its shard is no 1/4: {error}") from error
    return Part(str(path), result, numbers, of)


def _shards(text: str) -> tuple[tuple[int, ...], int]:
    numbers, _, of = (text or "1/1").partition("/")
    return tuple(map(int, numbers.split(","))), int(of)


def merge(parts: Sequence[Part]) -> Result:
    """One result of all parts, as if their clauses had been judged in one run. Raises MergeError."""
    first = parts[0]
    for other in parts[1:]:
        _check_alike(first, other)
    _check_apart(parts)
    began = min(part.began for part in parts)
    head = replace(first.result.head, shard=_shard_of(parts), started=began.isoformat())
    merged = Result(
        head=head,
        entries=[entry for part in parts for entry in _entries(part, began, is_alone=len(parts) == 1)],
        selected=sum(part.result.selected for part in parts),
        duration=round(max((_end(part) - began).total_seconds() for part in parts), 6),
        stopped="; ".join(dict.fromkeys(part.result.stopped for part in parts if part.result.stopped)),
        mistakes=[mistake for part in parts for mistake in part.result.mistakes],
    )
    for part in parts:
        merged.spent = add(merged.spent, part.result.spent)
        merged.journal = together(merged.journal, part.result.journal)
        merged.notes += [note for note in part.result.notes if note not in merged.notes]
    settle(merged)
    return merged


def add(spent: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What two parts of a run used up, each of a budget of its own, in one."""
    if not spent or not other:
        return spent or other
    return {name: {each: round(spent[name][each] + other[name][each], 2) for each in spent[name]} for name in spent}


def together(journal: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What two parts of a run asked to be created, each with a journal of its own, in one."""
    if not journal or not other:
        return journal or other
    counts = {name: journal[name] + other[name] for name in ("sent", "made", "removed")}
    return {**counts, "file": journal["file"] or other["file"], "left": [*journal["left"], *other["left"]]}


def missing(parts: Sequence[Part]) -> list[str]:
    """The shards that no part holds: `3/4`."""
    held = {number for part in parts for number in part.numbers}
    return [f"{number}/{parts[0].of}" for number in range(1, parts[0].of + 1) if number not in held]


def _check_alike(first: Part, other: Part) -> None:
    ours, theirs = first.result.head.as_json(), other.result.head.as_json()
    for name in _ALIKE:
        if ours[name] != theirs[name]:
            differs = f"its {name} is {theirs[name]!r}, not {ours[name]!r}"
            raise MergeError(f"{other.path} belongs to another run than {first.path}: {differs}")
    if first.of != other.of:
        raise MergeError(f"{other.path} is of {other.of} shards, {first.path} of {first.of}")


def _check_apart(parts: Sequence[Part]) -> None:
    holders: dict[str, str] = {}
    for part in parts:
        for name in (
            *(f"shard {number}/{part.of}" for number in part.numbers),
            *(each["id"] for each in part.result.entries),
        ):
            if name in holders:
                raise MergeError(f"{holders[name]} and {part.path} both hold {name}")
            holders[name] = part.path


def _shard_of(parts: Sequence[Part]) -> str:
    """Empty when no shard is missing."""
    numbers = sorted(number for part in parts for number in part.numbers)
    return f"{','.join(map(str, numbers))}/{parts[0].of}" if missing(parts) else ""


def _entries(part: Part, began: datetime, *, is_alone: bool) -> Iterator[Entry]:
    """The entries of a part, on the clock of the whole and with the name of the shard before that of the worker."""
    later = (part.began - began).total_seconds()
    shard = "" if is_alone or "," in part.result.head.shard else f"{part.result.head.shard} "
    for entry in part.result.entries:
        yield entry | {"started": round(entry["started"] + later, 6), "worker": f"{shard}{entry['worker']}"}


def _end(part: Part) -> datetime:
    return part.began + timedelta(seconds=part.result.duration)
