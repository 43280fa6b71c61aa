"""A state as one JSON document, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from mockserver.clock import Course
from mockserver.control.bodies import Unusable, check
from mockserver.engine import Engine
from mockserver.faults.waiting import Standing
from mockserver.records import catalogue
from mockserver.records.edition import Edition, Summary
from mockserver.records.lines import check_row
from mockserver.state import tasks
from mockserver.state.encoding import to_bytes
from mockserver.state.fitting import located, require_fit
from mockserver.state.forms import account_of, counted, course_json, standing_json
from mockserver.state.schema import STATE, VERSION
from mockserver.state.value import State
from mockserver.store import Kept

_PIECE = 1 << 16  # bytes that are handed over at a time, about


def pieces(engine: Engine, state: State) -> Iterator[bytes]:
    """The document, piece by piece: the rows of records are never in memory together."""
    yield to_bytes(_without_records(engine, state))[:-1] + b',"records":['
    for number, edition in enumerate(state.records):
        yield b"," * bool(number) + to_bytes(_about(edition))[:-1] + b',"rows":['
        yield from _joined(edition.found.lines(None, newest_first=False))
        yield b"]}"
    yield b"]}"


def size_of(engine: Engine, state: State) -> int:
    """Bytes of the document, about."""
    return len(to_bytes(_without_records(engine, state))) + sum(each.found.size for each in state.records)


def read(engine: Engine, document: Any) -> State:
    """The state that a document describes. Raises Unusable for what it cannot be at this mock, and says where."""
    _require_version(document)
    said = check(document, STATE)
    require_fit(engine, said)
    return _state(said, {each["seed"]: _edition(engine, index, each) for index, each in enumerate(said["records"])})


def without_lines(engine: Engine, state: State) -> bytes:
    """A document for those who have the same store, where the lines of records are."""
    found = [{**catalogue.written(_summary(each)), "current": each.is_current} for each in state.records]
    return to_bytes({**_without_records(engine, state), "records": found})


def recalled(engine: Engine, said: Mapping[str, Any]) -> State:
    """The state that `without_lines` wrote."""
    found = [(engine.records.recalled(each), each["current"]) for each in said["records"]]
    editions = [Edition(each.address, each.found, is_current) for each, is_current in found]
    return _state(said, {each.found.seed: each for each in editions})


def _summary(each: Edition) -> Summary:
    return Summary(each.address, each.found)


def _state(said: Mapping[str, Any], editions: Mapping[str, Edition]) -> State:
    """The state that a document describes, whose records are these, by the seeds that they have in it."""
    seeds = {seed: edition.found.seed for seed, edition in editions.items()}
    found = [tasks.read({**each, "seed": seeds.get(each["seed"], each["seed"])}) for each in said["tasks"]]
    clock, faults = said["clock"], said["faults"]
    return State(
        kept=Kept(
            tasks=tuple(found),
            calls={(each["api"], each["account"], each["limit"]): tuple(each["at"]) for each in said["calls"]},
            numbers=said["numbers"],
            strikes={key: (each["failures"], each["last"]) for key, each in said["strikes"].items()},
        ),
        clocks={name: each and Course(0, **each) for name, each in {**clock["accounts"], "": clock["server"]}.items()},
        accounts=tuple(map(account_of, said["accounts"])),
        secret=bytes.fromhex(said["secret"]),
        resources={(e["api"], e["kind"], e["id"]): e["condition"] for e in said["resources"]["known"]},
        knows_any=said["resources"]["any"],
        timetables=said["timetables"],
        faults=Standing(tuple(map(counted, faults["set"])), faults["number"], faults["hidden_until"]),
        records=tuple(editions.values()),
    )


def _require_version(document: Any) -> None:
    """Before anything else: of another version, nothing else can be told."""
    if not isinstance(document, Mapping) or "version" not in document:
        raise Unusable("it is no state of a mock: it has no member `version`", ["version"])
    if document["version"] != VERSION:
        raise Unusable(f"version: this mock reads states of version {VERSION}, not {document['version']!r}", [VERSION])


def _without_records(engine: Engine, state: State) -> dict[str, Any]:
    kept, faults = state.kept, state.faults
    return {
        "version": VERSION,
        "apis": sorted(engine.specs),
        "readings": dict(engine.readings),
        "clock": {
            "server": course_json(state.clocks[""]),
            "accounts": {name: course_json(each) for name, each in state.clocks.items() if name},
        },
        "secret": state.secret.hex(),
        "accounts": [asdict(account) for account in state.accounts],
        "resources": {
            "any": state.knows_any,
            "known": [{"api": a, "kind": k, "id": i, "condition": c} for (a, k, i), c in state.resources.items()],
        },
        "timetables": state.timetables,
        "faults": {
            "set": [standing_json(each) for each in faults.faults],
            "number": faults.number,
            "hidden_until": faults.hidden_until,
        },
        "tasks": [*map(tasks.written, kept.tasks)],
        "calls": [{"api": a, "account": n, "limit": lim, "at": [*at]} for (a, n, lim), at in kept.calls.items()],
        "numbers": kept.numbers,
        "strikes": {key: {"failures": failures, "last": last} for key, (failures, last) in kept.strikes.items()},
    }


def _about(edition: Edition) -> dict[str, Any]:
    found = edition.found
    said = {"seed": found.seed, **asdict(edition.address)}
    return {**said, "current": edition.is_current, "columns": [*found.columns]}


def _edition(engine: Engine, index: int, said: Mapping[str, Any]) -> Edition:
    with located(f"records.{index}"):
        rows = [(f"rows.{number}", check_row(row, f"rows.{number}")) for number, row in enumerate(said["rows"])]
        address = engine.records.places.address(said["api"], said["kind"], said["account"], said["resource"])
        return Edition(address, engine.records.restored(address, rows, said["columns"]), said["current"])


def _joined(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of JSON as the items of an array."""
    held, size = list[bytes](), 0
    mark = b""
    for line in lines:
        held.append(line.rstrip(b"\n"))
        size += len(line)
        if size >= _PIECE:
            yield mark + b",".join(held)
            held, size, mark = [], 0, b","
    if held:
        yield mark + b",".join(held)
