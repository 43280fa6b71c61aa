"""The whole state of a mock, and snapshots to go back to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockserver import drafts
from mockserver.client.doors import Door, item

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshots:
    """States that the mock keeps under names."""

    door: Door

    def save(self, name: str) -> dict[str, Any]:
        """Keep the present state, in place of what had the name: name, at, tasks, bytes. Raises Refused."""
        return dict(self.door.ask("PUT", _path(name)))

    def rewind(self, name: str) -> dict[str, Any]:
        """Go back to a snapshot, which stays. Raises Refused."""
        return dict(self.door.ask("POST", _path(name)))

    def get(self, name: str) -> State:
        """The document of a snapshot, as `States` takes it. Raises Refused."""
        return dict(self.door.ask("GET", _path(name)))

    def all(self) -> list[dict[str, Any]]:
        """Every one, in the order in which they were first saved: name, at, tasks, bytes."""
        return list(self.door.ask("GET", "/snapshots")["snapshots"])

    def delete(self, name: str) -> None:
        """Forget one. Raises Refused."""
        self.door.ask("DELETE", _path(name))


@dataclass(frozen=True, slots=True)
class States:
    """All that the mock holds, as JSON that another one takes; secrets of accounts included."""

    door: Door

    def get(self) -> State:
        """The document. Raises Refused for one that would be too large."""
        return dict(self.door.ask("GET", "/state"))

    def put(self, state: State) -> None:
        """Let the mock hold this in place of everything. Raises Refused, with what does not fit and where."""
        self.door.ask("PUT", "/state", body=state)

    def save(self, file: str | Path) -> State:
        """Write the document to a file that its owner alone may read. Raises Refused, OSError; it is as it was then."""
        state = self.get()
        drafts.write(Path(file), [json.dumps(state, indent=1).encode(), b"\n"], drafts.OWN)
        return state

    def load(self, file: str | Path) -> State:
        """Take the document of a file. Raises Refused, OSError, ValueError for what is no JSON."""
        return self.take(Path(file).read_bytes(), str(file))

    def take(self, raw: bytes, place: str) -> State:
        """Take the document that was read at a place. Raises Refused, ValueError for what is no JSON."""
        try:
            state: State = json.loads(raw)
        except RecursionError as error:
            raise ValueError(f"{place}: it is nested too deeply") from error
        except ValueError as error:
            raise ValueError(f"{place}: it is no JSON: {error}") from error
        self.put(state)
        return state


def _path(name: str) -> str:
    return item("/snapshots", name)
