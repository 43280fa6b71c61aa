"""The records that exports are made of, loaded into a mock and looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict, Unpack

from mockserver.client.doors import Door

PIECE = 1 << 18  # bytes that are sent at a time


class Place(TypedDict, total=False):
    """Where records belong."""

    api: str  # may be left out where the mock serves only one
    kind: str  # of rows; may be left out where the API exports only one
    account: str  # number; everybody's without it
    resource: str  # id; every resource's without it


@dataclass(frozen=True, slots=True)
class Records:
    """What there is to export. An export has the records that were there when its task was created."""

    door: Door

    def load(
        self, source: str | Path | Iterable[Mapping[str, Any]], *, append: bool = False, **place: Unpack[Place]
    ) -> dict[str, Any]:
        """Load a file (lines of JSON, or a JSON array; also compressed by gzip), or rows: all of them, or none.

        They take the place of what is there, or come besides. What there is then: api, kind, account, resource, rows,
        bytes, columns, first, last. Raises Refused with the line that is wrong, OSError.
        """
        pieces = _read(Path(source)) if isinstance(source, str | Path) else _written(source)
        return self._send(pieces, "append" if append else "replace", place)

    def generate(
        self,
        count: int,
        *,
        seed: int = 0,
        start: datetime | None = None,
        end: datetime | None = None,
        **place: Unpack[Place],
    ) -> dict[str, Any]:
        """Load rows that are made up, from `start` (an hour before the end) to before `end` (now). Raises Refused.

        The same rows for the same count, seed and times.
        """
        import json

        times = {name: each.isoformat() for name, each in (("from", start), ("to", end)) if each is not None}
        order = {"generate": {"count": count, "seed": seed, **times}}
        return self._send([json.dumps(order).encode()], "replace", place)

    def all(self) -> list[dict[str, Any]]:
        """What there is, by place."""
        return list(self.door.ask("GET", "/records")["records"])

    def clear(self, **place: Unpack[Place]) -> int:
        """Forget what is at a place, or everything; from how many places. Raises Refused."""
        return int(self.door.ask("DELETE", "/records", dict(_text(place)))["deleted"])

    def _send(self, pieces: Iterable[bytes], mode: str, place: Place) -> dict[str, Any]:
        return dict(self.door.send("/records", {**dict(_text(place)), "mode": mode}, pieces))


def _text(place: Place) -> Iterator[tuple[str, str]]:
    return ((name, str(value)) for name, value in place.items() if value)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece


def _written(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    import orjson

    held: list[bytes] = []
    size = 0
    for row in rows:
        line = orjson.dumps(dict(row), option=orjson.OPT_APPEND_NEWLINE)
        held.append(line)
        size += len(line)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)
