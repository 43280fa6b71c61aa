"""The faults of one mock: set, met by calls, counted, taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import RLock
from typing import Any

from mockserver.control.bodies import Unusable
from mockserver.faults.draws import chance
from mockserver.faults.effects import Kind, Name
from mockserver.faults.fault import Fault, read
from mockserver.faults.sets import in_set
from mockserver.faults.targets import Impossible, Target, targets_of
from openapi.model import Operation, Spec

MOST = 1000  # faults that are kept: of more, the earliest that are spent are forgotten


@dataclass(frozen=True, slots=True)
class Hit:
    """A fault that a call has met."""

    fault: Fault
    number: int  # of this call among all that met the fault, from 1: what is drawn for it depends on that

    @property
    def name(self) -> Name:
        """Of its effect."""
        return self.fault.effect.name


Hits = tuple[Hit, ...]
NONE: Hits = ()
OF_A_CALL = frozenset({Kind.REFUSAL, Kind.DELAY, Kind.ANSWER})
OF_A_TASK = frozenset({Kind.TASK})


@dataclass(slots=True)
class _Waiting:
    """A fault, and what has come of it."""

    fault: Fault
    targets: frozenset[Target]
    met: int = 0  # calls it was meant for
    fired: int = 0  # of these, those that it struck

    @property
    def is_spent(self) -> bool:
        times = self.fault.when.times
        return times is not None and self.fired >= times

    def is_meant_for(self, operation: Operation, account: str) -> bool:
        """Whether it is this account's calls of this operation that it is set for."""
        return (operation.api, operation.id) in self.targets and self.fault.who.account in ("", account)

    def meet(self) -> bool:
        """Count a call; whether it is struck."""
        self.met += 1
        when, number = self.fault.when, self.met - self.fault.when.after
        if number <= 0 or (when.every and number % when.every):
            return False
        if when.probability is not None and chance(when.seed, self.met, self.fault.effect.name) >= when.probability:
            return False
        self.fired += 1
        return True

    def as_json(self) -> dict[str, Any]:
        return {**self.fault.as_json(), "met": self.met, "fired": self.fired, "spent": self.is_spent}


@dataclass(frozen=True, slots=True)
class Counted:
    """A fault, and what has come of it so far."""

    fault: Fault
    met: int
    fired: int


@dataclass(frozen=True, slots=True)
class Standing:
    """All that faults are and did, at one moment."""

    faults: tuple[Counted, ...] = ()  # oldest first
    number: int = 0  # how many were ever set
    hidden_until: float = 0.0  # as `Faults` has it


Provided = tuple[tuple[Mapping[str, Any], tuple[str, ...]], ...]
# What was asked for from the start, as `add` takes it, each with the ids of the faults that were made of it.


class Faults:
    """The faults of one mock, oldest first. Safe to share between threads; with none set, a call costs nothing."""

    def __init__(self, specs: Mapping[str, Spec], accounts: Iterable[Any] = ()) -> None:
        self._specs = specs
        self._accounts = accounts  # whoever may be named, each with a `number`
        self._turn: AbstractContextManager[object] = RLock()  # to change or to count any
        self._number = 0  # how many were ever set
        self._all: tuple[_Waiting, ...] = ()
        self._waiting: tuple[_Waiting, ...] = ()  # those that are not spent
        self.provided: Provided = ()
        self.hidden_until = 0.0  # when the last task that cannot be seen yet can be, epoch seconds

    @property
    def are_waiting(self) -> bool:
        """Whether a call may meet one."""
        return bool(self._waiting)

    def all(self) -> list[dict[str, Any]]:
        """Every fault that is set, spent ones too, with how many calls it met and how often it fired."""
        return [each.as_json() for each in self._all]

    def add(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Set a fault, or those of a ready-made set (`{"set": "flaky"}`). Raises Unusable with the valid names."""
        with self._turn:
            made = [*self._made(given)]
            if len(self._waiting) + len(made) > MOST:
                raise Unusable(f"{len(self._waiting)} faults wait, and {MOST} are the most: clear some")
            kept = [*self._all, *made]
            spent = [each for each in kept if each.is_spent][: max(len(kept) - MOST, 0)]
            self._keep(tuple(each for each in kept if each not in spent))
            return [each.as_json() for each in made]

    def remove(self, name: str) -> None:
        """Take one back, by its id. Raises LookupError."""
        with self._turn:
            kept = tuple(each for each in self._all if each.fault.id != name)
            if len(kept) == len(self._all):
                raise LookupError(name)
            self._keep(kept)

    def clear(self, account: str = "", ready: str = "") -> int:
        """Take back those of an account, of a set, or all; how many there were."""
        with self._turn:
            before = len(self._all)
            self._keep(tuple(each for each in self._all if not _is_of(each.fault, account, ready)))
            return before - len(self._all)

    def meet(self, operation: Operation, account: str, kinds: frozenset[Kind], *, second: bool = True) -> Hits:
        """What this call meets: of each kind the oldest fault that strikes it.

        `second` says whether there is a task before the one that it creates.
        """
        if not self._waiting:
            return NONE
        meant = (each for each in self._waiting if each.fault.effect.kind in kinds)
        if not any(each.is_meant_for(operation, account) for each in meant):
            return NONE
        found: dict[Kind, Hit] = {}
        with self._turn:
            for each in self._waiting:
                kind = each.fault.effect.kind
                if kind not in kinds or kind in found or not each.is_meant_for(operation, account):
                    continue
                if each.fault.effect.name is Name.DUPLICATE_ID and not second:
                    continue
                if each.meet():
                    found[kind] = Hit(each.fault, each.met)
            if found:
                self._keep(self._all)
        return tuple(found.values())

    def dump(self) -> Standing:
        """Everything, as it is at one moment."""
        faults = tuple(Counted(each.fault, each.met, each.fired) for each in self._all)
        return Standing(faults, self._number, self.hidden_until)

    def load(self, standing: Standing) -> None:
        """Let these be all faults. Raises Unusable for one that cannot happen here."""
        made = [
            _Waiting(each.fault, targets_of(each.fault, self._specs), each.met, each.fired) for each in standing.faults
        ]
        with self._turn:
            self._keep(tuple(made))
            self._number, self.hidden_until = standing.number, standing.hidden_until

    def alone(self) -> AbstractContextManager[object]:
        """Nobody else changes or counts any meanwhile."""
        return self._turn

    def share(self, turn: AbstractContextManager[object]) -> None:
        """From now on take `turn` for each change, in place of a lock of one's own."""
        self._turn = turn

    def hide_until(self, moment: float) -> None:
        """Have it known that a task cannot be seen before `moment`, in epoch seconds."""
        with self._turn:
            self.hidden_until = max(self.hidden_until, moment)

    def _made(self, given: Mapping[str, Any]) -> Iterator[_Waiting]:
        """Of a set, what can happen; if nothing can, why not."""
        made, why = 0, None
        for each, ready in in_set(given):
            try:
                yield self._read(each, ready)
                made += 1
            except Impossible as error:
                why = error
        if why is not None and not made:
            raise why

    def _read(self, given: Mapping[str, Any], ready: str) -> _Waiting:
        self._number += 1
        fault = read(given, f"{given.get('effect', Name.ERROR)}-{self._number}", ready)
        numbers = [account.number for account in self._accounts]
        if fault.who.account and fault.who.account not in numbers:
            raise Unusable(f"account: there is no {fault.who.account!r}", numbers)
        return _Waiting(fault, targets_of(fault, self._specs))

    def _keep(self, faults: tuple[_Waiting, ...]) -> None:
        self._all = faults
        self._waiting = tuple(each for each in faults if not each.is_spent)


def _is_of(fault: Fault, account: str, ready: str) -> bool:
    return account in ("", fault.who.account) and ready in ("", fault.set)
