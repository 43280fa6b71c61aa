"""Rows that are made up and loaded: as many as are asked for, spread over a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mockserver.files.row import Row
from mockserver.files.rows import made_up
from mockserver.records.batch import MOST
from mockserver.records.lines import BadRecord
from mockserver.records.moments import LAST
from openapi.model import FileSpec

_HOUR = 3_600_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Generate:
    """Records that are made up, always the same ones for the same values."""

    count: int
    seed: int = 0
    start: float | None = None  # epoch milliseconds; an hour before the end without it
    end: float | None = None  # epoch milliseconds, not included; now without it


def generate(file: FileSpec, wanted: Generate, now: float) -> Iterator[tuple[str, Row]]:
    """The rows of a file, in the order of their time, each with its place; `now` in epoch seconds. Raises BadRecord."""
    end = int(now * 1000) if wanted.end is None else int(wanted.end)
    start = end - _HOUR if wanted.start is None else int(wanted.start)
    if not 0 < wanted.count <= MOST:
        raise BadRecord(f"generate.count: {wanted.count} rows; 1 to {MOST} can be made")
    if not 0 <= start < end <= LAST:
        raise BadRecord("generate.from: it has to be before generate.to")
    rows = made_up(file, f"{wanted.seed}/{file.rows}", wanted.count, (start, end))
    return ((f"row {number}", row) for number, row in enumerate(rows, 1))
