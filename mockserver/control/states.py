"""The views that give, take and keep the whole state of a mock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mockserver.control.bodies import Unusable
from mockserver.control.view import Answer, Content, View, missing
from mockserver.state import document
from mockserver.state.encoding import from_bytes
from mockserver.state.value import State, put, take

LARGEST = 1 << 28  # bytes of a state that is given or taken
LONGEST = 200  # characters of the name of a snapshot


@dataclass(frozen=True, slots=True)
class States(View):
    """One method for each of these paths. Raises Unusable."""

    def read_state(self) -> Answer:
        """All that the mock holds, as one document."""
        return self._given(take(self.controls.engine))

    def put_state(self) -> Answer:
        """Hold what a document says, in place of everything."""
        engine = self.controls.engine
        try:
            said = from_bytes(_whole(self.asked.pieces))
        except ValueError as error:
            raise Unusable(f"the body is not JSON: {error}") from error
        state = document.read(engine, said)
        put(engine, state)
        return Answer({"tasks": len(state.kept.tasks), "accounts": len(state.accounts)})

    def list_snapshots(self) -> Answer:
        """The snapshots, in the order in which they were first saved."""
        return Answer({"snapshots": [each.as_json() for each in self.controls.snapshots.all()]})

    def show_snapshot(self) -> Answer:
        """The state that a snapshot holds, as one document."""
        return self._named(self.controls.snapshots.state, self._given)

    def save_snapshot(self) -> Answer:
        """Keep the present state under a name, in place of what had it."""
        name = self.asked.id
        if len(name) > LONGEST or not name.isprintable():
            raise Unusable(f"the name of a snapshot has at most {LONGEST} characters, each of which can be printed")
        return Answer(self.controls.snapshots.save(name).as_json())

    def rewind(self) -> Answer:
        """Go back to a snapshot, which stays."""
        return self._named(self.controls.snapshots.rewind, lambda found: Answer(found.as_json()))

    def delete_snapshot(self) -> Answer:
        """Forget a snapshot."""
        return self._named(self.controls.snapshots.delete, lambda _: Answer({"deleted": 1}))

    def _given(self, state: State) -> Answer:
        size = document.size_of(self.controls.engine, state)
        if size > LARGEST:
            raise Unusable(f"the state has {size} bytes, and {LARGEST} are the most: forget some records")
        for each in state.records:
            each.found.fetch()
        return Answer(Content("application/json", document.pieces(self.controls.engine, state)))

    def _named(self, act: Callable[[str], Any], tell: Callable[[Any], Answer]) -> Answer:
        name = self.asked.id
        try:
            found = act(name)
        except LookupError:
            return missing(f"no snapshot {name!r}", [each.name for each in self.controls.snapshots.all()])
        return tell(found)


def _whole(pieces: Iterable[bytes]) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > LARGEST:
            raise Unusable(f"the body has more than {LARGEST} bytes")
    return bytes(body)
