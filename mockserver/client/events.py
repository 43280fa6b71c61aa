"""What happens at a mock, as it comes: a stream of Server-Sent Events, taken up again wherever it ends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from time import sleep
from typing import Any

from mockserver.client.doors import Door

SOON = 1.0  # seconds after which a stream is taken up again that does not say when


def follow(door: Door, after: str = "", backlog: int = 0) -> Iterator[dict[str, Any]]:
    """The events after a position, or from now on with the last `backlog` exchanges first. Raises ConnectionError."""
    query = {"after": after} if after else {"backlog": str(backlog)}
    pause, begun = SOON, False
    while True:
        for fields in _blocks(_lines(door.read("/events", query))):
            pause = float(fields.get("retry", pause * 1000)) / 1000
            if "id" in fields:
                query = {"after": fields["id"]}
            if "data" in fields and not (begun and fields["event"] == "hello"):  # each stream begins with one
                begun = True
                yield {**fields, "data": json.loads(fields["data"])}
        sleep(pause)


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    held = b""
    for piece in pieces:
        *whole, held = (held + piece).split(b"\n")
        yield from (line.decode() for line in whole)


def _blocks(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """The fields of each event; one that has none is a sign of life."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        else:
            yield fields
            fields = {}
