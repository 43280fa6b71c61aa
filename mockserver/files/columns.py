"""What stands in a column, by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from mockserver.files import machines, people, web
from mockserver.files.draws import Draw, Maker, Trait, between, one_of, spread, time_after

DEFAULT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "logs": ("timestamp", "level", "remote_addr", "method", "path", "status", "bytes", "user_agent", "message"),
    "server-logs": ("timestamp", "host", "process", "level", "message"),
}

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[ -]")
_LONGEST = 28_000_000  # milliseconds from a start to its end
_WORDS = (
    *("amber", "basalt", "cedar", "delta", "ember", "fjord", "glade", "harbor", "indigo", "juniper"),
    *("kelp", "lagoon", "meadow", "nectar", "onyx", "prairie", "quartz", "raven", "summit", "tundra"),
)

_state = one_of(Trait.STATE, "active", "active", "active", "stopped", "error")
_count = between(Trait.COUNT, 0, 9)


def _moment(draw: Draw) -> str:
    return time_after(draw)


def _end(draw: Draw) -> str:
    return time_after(draw, draw.numbers[Trait.DURATION] % _LONGEST)


def _epoch(draw: Draw) -> int:
    return draw.moment


def _line(draw: Draw) -> int:
    return draw.serial % 1000


_MAKERS: Mapping[str, Maker] = {
    **web.MAKERS,
    **people.MAKERS,
    **machines.MAKERS,
    **spread(("timestamp", "time", "date", "created", "updated"), _moment),
    **spread(("__timestamp__", "timestamp_ms", "epoch"), _epoch),
    "enterprise_project_id": one_of(Trait.STATE, "0"),
    "line": _line,
}
_SUFFIXES: Mapping[str, Maker] = {
    "_end_time": _end,
    "_time": _moment,
    "_at": _moment,
    "_date": _moment,
    "_ip": machines.MAKERS["ip"],
    "_status": _state,
    "_state": _state,
    "_count": _count,
    "_total": _count,
    "_desktops": _count,
}
_OF_KIND: Mapping[str, Mapping[str, Maker]] = {
    "logs": {"status": web.status},
    "server-logs": {"message": machines.event, "level": one_of(Trait.OUTCOME, *("INFO",) * 9, "WARN")},
    "batch-results": {"status": machines.outcome},
}


@lru_cache(maxsize=1024)
def maker(kind: str, column: str) -> Maker:
    """What makes the values of a column in rows of this kind; words when its name tells nothing."""
    name = _CAPITAL.sub("_", column).lower()
    known = _OF_KIND.get(kind, {}).get(name) or _MAKERS.get(name)
    if known:
        return known
    if f"_{name}".endswith(("_id", "_uuid")):
        return lambda draw: str(UUID(bytes=_digest(draw, column), version=4))
    ending = (make for suffix, make in _SUFFIXES.items() if f"_{name}".endswith(suffix))
    return next(ending, lambda draw: _WORDS[_digest(draw, column)[0] % len(_WORDS)])


def _digest(draw: Draw, column: str) -> bytes:
    """Sixteen bytes, different for each column of a row."""
    text = f"{draw.numbers[Trait.IDENTITY :]}/{column}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
