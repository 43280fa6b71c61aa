"""The whole state of a mock as a value: taken at one moment, and put back at another, also into another mock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockserver.accounts import Account
from mockserver.clock import Course
from mockserver.engine import Engine
from mockserver.faults.waiting import Standing
from mockserver.records.edition import Edition
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
    """The state of a mock now. Raises StoreError."""
    return _with(engine, engine.store.dump())


def put(engine: Engine, state: State) -> None:
    """Let a mock of the same specs be in this state, whatever it was in; or, if that fails, in the one it was in.

    Its exchanges, the numbers of its metrics and what `reset` goes back to stay as they are. Raises StoreError.
    """
    try:
        engine.records.keep_ready(state.records)
        with engine.records.alone():
            engine.look()
            engine.records.require_ready(state.records)
            before = _with(engine, Kept())
            try:
                _put_besides(engine, state)
                engine.store.load(state.kept)
                engine.records.sweep()
            except BaseException:
                _go_back(engine, before)
                raise
    except BaseException:
        engine.forget()  # as it may also have failed when all was done
        engine.records.give_up(state.records)
        raise


def _go_back(engine: Engine, before: State) -> None:
    """Undo what was done here; what was done in a store that lasts, this undoes itself."""
    with engine.unshared():
        _put_besides(engine, before)
    if engine.sharing is None:
        engine.records.sweep()


def _with(engine: Engine, kept: Kept) -> State:
    """The present state, of which the store keeps this."""
    resources = engine.resources
    return State(
        kept=kept,
        clocks=engine.clocks.held(),
        accounts=tuple(engine.accounts),
        secret=engine.tokens.secret,
        resources={(api, kind, name): condition for api, kind, name, condition in resources.all()},
        knows_any=resources.knows_any,
        timetables=engine.timetables.chosen(),
        faults=engine.faults.dump(),
        records=engine.records.dump(),
    )


def _put_besides(engine: Engine, state: State) -> None:
    """All but what the store keeps."""
    engine.faults.load(state.faults)
    engine.accounts.load(state.accounts)
    engine.tokens.seal_with(state.secret)
    engine.resources.load(state.resources, knows_any=state.knows_any)
    engine.timetables.set(state.timetables)
    engine.clocks.resume(state.clocks)
    engine.records.put_back(state.records)
