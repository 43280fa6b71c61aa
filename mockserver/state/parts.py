"""The parts of a mock that several processes share as documents, each read and written as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mockserver.clock import Course
from mockserver.faults.waiting import Standing
from mockserver.state.forms import account_of, counted, standing_json

if TYPE_CHECKING:
    from mockserver.engine import Engine


@dataclass(frozen=True, slots=True)
class Part:
    """Something of a mock that is shared as a whole."""

    name: str
    read: Callable[[], Any]
    write: Callable[[Any], None]
    share: Callable[[AbstractContextManager[object]], None]  # have each change of it take this turn


def parts_of(engine: Engine) -> tuple[Part, ...]:
    """All of them."""
    resources, faults, timetables, tokens = engine.resources, engine.faults, engine.timetables, engine.tokens

    return (
        Part("clock", lambda: _clocks(engine), lambda said: _run(engine, said), engine.clocks.share),
        Part("accounts", lambda: _accounts(engine), lambda said: _let_in(engine, said), engine.accounts.share),
        Part("resources", lambda: _resources(engine), lambda said: _provide(engine, said), resources.share),
        Part("timetables", timetables.chosen, timetables.set, timetables.share),
        Part("faults", lambda: _faults(engine), lambda said: _set(engine, said), faults.share),
        Part("records", engine.records.listed, engine.records.follow, engine.records.share),
        Part("secret", lambda: _secret(engine), lambda said: tokens.seal_with(bytes.fromhex(said)), tokens.share),
    )


def _secret(engine: Engine) -> Any:
    return engine.tokens.secret.hex()


def _clocks(engine: Engine) -> Any:
    return {account: course and asdict(course) for account, course in engine.clocks.courses().items()}


def _run(engine: Engine, said: Mapping[str, Any]) -> None:
    engine.clocks.follow({account: course and Course(**course) for account, course in said.items()})


def _accounts(engine: Engine) -> Any:
    accounts = engine.accounts
    return {"accounts": [asdict(account) for account in accounts], "settled": sorted(accounts.settled)}


def _let_in(engine: Engine, said: Mapping[str, Any]) -> None:
    engine.accounts.load(map(account_of, said["accounts"]), frozenset(said["settled"]))


def _resources(engine: Engine) -> Any:
    return {"any": engine.resources.knows_any, "known": engine.resources.all()}


def _provide(engine: Engine, said: Mapping[str, Any]) -> None:
    known = {(api, kind, name): condition for api, kind, name, condition in said["known"]}
    engine.resources.load(known, knows_any=said["any"])


def _faults(engine: Engine) -> Any:
    found = engine.faults.dump()
    said = {"set": [*map(standing_json, found.faults)], "number": found.number, "hidden_until": found.hidden_until}
    return {**said, "provided": engine.faults.provided}


def _set(engine: Engine, said: Mapping[str, Any]) -> None:
    engine.faults.load(Standing(tuple(map(counted, said["set"])), said["number"], said["hidden_until"]))
    engine.faults.provided = tuple((entry, tuple(names)) for entry, names in said.get("provided", ()))
