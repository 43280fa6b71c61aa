"""The views that make things go wrong, and move time: faults and clocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from mockserver.clock import MovableClock
from mockserver.control import bodies
from mockserver.control.bodies import Unusable
from mockserver.control.view import Answer, View, missing
from mockserver.faults.effects import EFFECTS
from mockserver.faults.sets import SET, sets


@dataclass(frozen=True, slots=True)
class Troubles(View):
    """One method for each of these paths. Raises Unusable."""

    def list_faults(self) -> Answer:
        """The faults that are set, oldest first, and how often each fired."""
        return Answer({"faults": self.controls.engine.faults.all()})

    def add_fault(self) -> Answer:
        """Set a fault, or those of a ready-made set."""
        made = self.controls.engine.faults.add(self.asked.body)
        return Answer({"faults": made} if SET in self.asked.body else made[0], 201)

    def remove_fault(self) -> Answer:
        """Take a fault back."""
        try:
            self.controls.engine.faults.remove(self.asked.id)
        except LookupError:
            return missing(f"no fault {self.asked.id!r}", [each["id"] for each in self.controls.engine.faults.all()])
        return Answer({"deleted": 1})

    def clear_faults(self) -> Answer:
        """Take back the faults that the query asks for; all of them when it asks for none in particular."""
        wanted = self._wanted()
        if wanted.get(SET, next(iter(sets()))) not in sets():
            raise Unusable(f"set: there is no {wanted[SET]!r}", [*sets()])
        gone = self.controls.engine.faults.clear(wanted.get("account", ""), wanted.get(SET, ""))
        return Answer({"deleted": gone})

    def list_fault_sets(self) -> Answer:
        """The ready-made sets of faults."""
        return Answer({"sets": [{"name": name, **found} for name, found in sets().items()]})

    def list_effects(self) -> Answer:
        """Everything that a fault can do, and what it takes."""
        return Answer({"effects": [effect.as_json() for effect in EFFECTS.values()]})

    def read_clock(self) -> Answer:
        """What time it is, for the server or for an account."""
        return self._clock_of(self._wanted().get("account", ""))

    def move_clock(self) -> Answer:
        """Freeze, set, advance, scale or reset the clock of the server or of an account, or go to the next change.

        The server's is reset alone, the answer names the `accounts` that go on apart; with `accounts` all are reset.
        """
        action = self.asked.body["action"]
        members = bodies.check(self.asked.body, bodies.CLOCK_ACTIONS[action])
        account = self._known(members.get("account", ""))
        clocks = self.controls.engine.clocks
        if account and members.get("accounts"):
            raise Unusable("`accounts` resets all clocks, `account` one", ["account", "accounts"])
        if account and action == "reset":
            clocks.release(account)
            return self._clock_of(account)
        if members.get("accounts"):
            clocks.release_all()
        moves: Mapping[str, Callable[[MovableClock], None]] = {
            "freeze": lambda clock: clock.freeze(),
            "set": lambda clock: clock.set(_moment(members["to"])),
            "advance": lambda clock: clock.advance(members["seconds"]),
            "scale": lambda clock: clock.scale(members["factor"]),
            "next": lambda clock: clock.advance(self._until_next(clock, account)),
            "reset": lambda clock: clock.reset(),
        }
        try:
            if account:
                clocks.move(account, moves[action])
            else:
                moves[action](clocks.server)
        except ValueError as error:
            raise Unusable(str(error)) from error
        return self._clock_of(account)

    def _clock_of(self, account: str) -> Answer:
        return Answer(self.controls.engine.clocks.state(account))

    def _until_next(self, clock: MovableClock, account: str) -> float:
        """Seconds to the next change of the tasks of an account, or of those that live by the server's clock."""
        change = self.controls.engine.inspection.next_change(account)
        if change is None or not isfinite(change):
            raise Unusable("no task has a change ahead of it")
        return max(change - clock.now(), 0)

    def _known(self, account: str) -> str:
        numbers = [each.number for each in self.controls.engine.accounts]
        if account and account not in numbers:
            raise Unusable(f"account: there is no {account!r}", numbers)
        return account


def _moment(given: str | float) -> float:
    """Epoch seconds of an ISO 8601 text, or the number itself. Raises Unusable."""
    if not isinstance(given, str):
        return given
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unusable(
            f"to: {given!r} is no moment; it is epoch seconds, or ISO 8601 with a zone: 2024-07-01T11:32:49Z"
        )
    return moment.timestamp()
