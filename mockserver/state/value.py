"""The whole state of a mock as a value: taken at one moment, and put back at another, also into another mock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.accounts import Account
from mockserver.clock import Course
from mockserver.engine import Engine
from mockserver.faults.waiting import Standing
from mockserver.records.records import Edition
from mockserver.resources import Key
from mockserver.store import Kept


@dataclass(frozen=True, slots=True)
class State:
    """Everything that requests have changed, or the control plane; not what was sent and answered."""

    kept: Kept
    clocks: Mapping[str, Course | None]  # as `Clocks.held` has them
    accounts: tuple[Account, ...] = field(repr=False)  # with their secrets
    secret: bytes = field(repr=False)  # that seals the tokens which the mock issued
    resources: Mapping[Key, str]
    knows_any: bool  # whether every id exists
    timetables: Mapping[str, Mapping[str, float]]
    faults: Standing
    records: tuple[Edition, ...]


def take(engine: Engine) -> State:
    """The state of a mock now."""
    resources = engine.resources
    return State(
        kept=engine.store.dump(),
        clocks=engine.clocks.held(),
        accounts=tuple(engine.accounts),
        secret=engine.tokens.secret,
        resources={(api, kind, name): condition for api, kind, name, condition in resources.all()},
        knows_any=resources.knows_any,
        timetables=engine.timetables.chosen(),
        faults=engine.faults.dump(),
        records=engine.records.dump(),
    )


def put(engine: Engine, state: State) -> None:
    """Let a mock of the same specs be in this state, whatever it was in.

    Its exchanges, the numbers of its metrics and what `reset` goes back to stay as they are.
    """
    engine.faults.load(state.faults)
    engine.accounts.load(state.accounts)
    engine.tokens.seal_with(state.secret)
    engine.resources.load(state.resources, knows_any=state.knows_any)
    engine.timetables.set(state.timetables)
    engine.clocks.resume(state.clocks)
    engine.records.put_back(state.records)
    engine.store.load(state.kept)
    engine.records.sweep()
