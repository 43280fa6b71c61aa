"""The control plane's part in records: where they belong, what they come from, and what is told of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from mockserver.control import bodies
from mockserver.control.bodies import Unusable
from mockserver.engine import Engine
from mockserver.files.row import Row
from mockserver.records.batch import Batch
from mockserver.records.edition import Address, Found, Summary
from mockserver.records.generated import Generate, generate
from mockserver.records.lines import BadRecord, check_row, read_rows
from mockserver.records.moments import moment
from mockserver.records.places import Unknown
from mockserver.settings import Unprovidable

APPEND = "append"
SOURCES = ("file", "rows", "generate")  # of records that are there from the start
_ANYTHING = {"type": "object"}
_PIECE = 1 << 18  # bytes of a file that are read at a time
_ORDER = 1 << 16  # bytes, the most that is looked at to tell an order to make rows up from rows


def load(engine: Engine, query: Mapping[str, str], pieces: Iterable[bytes]) -> dict[str, Any]:
    """What there is at the place that a query names once the rows of a body are in it. Raises Unusable."""
    address = address_of(engine, query)
    rest = iter(pieces)
    start = b""
    while len(start) < _ORDER and (piece := next(rest, None)) is not None:
        start += piece
    order = _order(start)
    try:
        rows = _made_up(engine, address, order) if order else read_rows(chain([start], rest))
        found = engine.records.load(address, rows, append=query.get("mode") == APPEND)
    except BadRecord as error:
        raise Unusable(str(error)) from error
    return shown(Summary(address, found))


Entries = Iterable[Mapping[str, Any]]


def ready(engine: Engine, entries: Entries, before: Entries = ()) -> Callable[[], None]:
    """Read what is to be there from the start, and after each reset, in place of what `before` brought; send it ahead.

    What is answered loads it: all of it, or nothing. Where both say the same of a place, that is left alone.
    Both raise Unprovidable, StoreError.
    """
    now, old = (_by_place(each, partial(_address, engine)) for each in (entries, before))
    changed = [place for place in {**old, **now} if _said(old, place) != _said(now, place)]
    given = {place: _provided(engine, place, now[place]) for place in changed if place in now}
    if given:
        with _located(len(now) - 1, {}):
            engine.records.make_ready(given)

    def load() -> None:
        _by_place(entries, partial(address_of, engine))  # whose accounts and resources may have been provided meanwhile
        if changed:
            with _located(len(now) - 1, {}):
                engine.records.start_with(given, changed)

    return load


def _provided(engine: Engine, place: Address, entries: Iterable[tuple[int, Mapping[str, Any]]]) -> Found:
    """The records that the entries of a place make together. Raises Unprovidable."""
    batches = list[Batch]()
    for index, entry in entries:
        with _located(index, entry):
            batches.append(engine.records.batch(place, _rows(engine, place, entry)))
            found = engine.records.edition(place, tuple(batches))
    return found


def _by_place(
    entries: Entries, place_of: Callable[[Mapping[str, Any]], Address]
) -> dict[Address, list[tuple[int, Mapping[str, Any]]]]:
    """The entries of each place, with their numbers. Raises Unprovidable."""
    found = defaultdict[Address, list[tuple[int, Mapping[str, Any]]]](list)
    for index, entry in enumerate(entries):
        with _located(index, entry):
            found[place_of(entry)].append((index, entry))
    return dict(found)


def _said(entries: Mapping[Address, list[tuple[int, Mapping[str, Any]]]], place: Address) -> list[Mapping[str, Any]]:
    return [entry for _, entry in entries.get(place, ())]


@contextmanager
def _located(index: int, entry: Mapping[str, Any]) -> Iterator[None]:
    """What is wrong in here is that of an entry."""
    file = f"{entry['file']}: " if "file" in entry else ""
    try:
        yield
    except (BadRecord, Unusable) as error:
        valid = f"; there are {', '.join(map(str, error.valid))}" if isinstance(error, Unusable) and error.valid else ""
        raise Unprovidable(("records", index), f"{file}{error}{valid}") from error
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        raise Unprovidable(("records", index), f"{file}{getattr(error, 'strerror', None) or error}") from error


def _rows(engine: Engine, address: Address, entry: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    given = [name for name in SOURCES if name in entry]
    if len(given) != 1:
        raise BadRecord(f"it takes one of {', '.join(SOURCES)}, not {' and '.join(given) or 'none'}")
    if "generate" in entry:
        return _made_up(engine, address, entry["generate"])
    if "file" in entry:
        return read_rows(_pieces(Path(entry["file"])))
    return ((f"row {number}", check_row(row, f"row {number}")) for number, row in enumerate(entry["rows"], 1))


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            yield piece


def remove(engine: Engine, query: Mapping[str, str]) -> int:
    """How many places have no records any more. Raises Unusable for a name that nothing has."""
    apis = [*engine.specs]
    if query.get("api", apis[0]) not in apis:
        raise Unusable(f"api: there is no {query['api']!r}", apis)

    def wanted(address: Address) -> bool:
        return all(getattr(address, name) == value for name, value in query.items())

    return engine.records.remove(wanted)


def address_of(engine: Engine, names: Mapping[str, Any]) -> Address:
    """The place that names stand for. Raises Unusable for one that nothing has."""
    account, resource = names.get("account", ""), names.get("resource", "")
    accounts = [each.number for each in engine.accounts]
    if account and account not in accounts:
        raise Unusable(f"account: there is no {account!r}", accounts)
    address = _address(engine, names)
    known = engine.resources.ids(address.api)
    if resource and known is not None and not {resource, *resource.split("/")} & known:
        raise Unusable(f"resource: there is no {resource!r}", sorted(known))
    return address


def _address(engine: Engine, names: Mapping[str, Any]) -> Address:
    """The place that names stand for, whoever and whatever there is. Raises Unusable."""
    chosen = (names.get(name, "") for name in ("api", "kind", "account", "resource"))
    try:
        return engine.records.places.address(*chosen)
    except Unknown as error:
        raise Unusable(str(error), [*error.valid]) from error


def shown(summary: Summary) -> dict[str, Any]:
    """What is told of the records of one place."""
    address, found = summary.address, summary.found
    first, last = found.span or (None, None)
    return {
        "api": address.api,
        "kind": address.kind,
        "account": address.account,
        "resource": address.resource,
        "rows": found.rows,
        "bytes": found.size,
        "columns": [*found.columns],
        "first": _iso(first),
        "last": _iso(last),
    }


def _order(start: bytes) -> dict[str, Any]:
    """The order that a body is, if it is one; a row that has a column of that name as its only one is none."""
    if b'"generate"' not in start:
        return {}
    try:
        given = bodies.read(start, _ANYTHING)
    except Unusable:
        return {}  # rows, or what is wrong with them is told as that of rows
    if [*given] != ["generate"] or not isinstance(given["generate"], dict):
        return {}
    return dict(bodies.check(given, bodies.GENERATE)["generate"])


def _made_up(engine: Engine, address: Address, order: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    times = {name: _moment(name, order[name]) for name in ("from", "to") if name in order}
    wanted = Generate(order["count"], order.get("seed", 0), times.get("from"), times.get("to"))
    return generate(engine.records.places.file(address), wanted, engine.clock.now())


def _moment(name: str, value: str | float) -> int:
    try:
        return moment(value)
    except ValueError as error:
        raise BadRecord(f"generate.{name}: {error}") from error


def _iso(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    told = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
    return told.isoformat(timespec="milliseconds").replace("+00:00", "Z")
