"""The timeline of a run: a lane per worker, a bar per clause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from contracts.reports.html.entries import BROKEN, HELD, KNOWN, UNSEEN, WARNING, Entry, look

ONE_WORKER = "main"
TICKS = 8  # at most
THINNEST = 0.1  # percent of the width: what takes no time is seen all the same
LABELLED = 9.0  # percent: wide enough for a name
SLOWEST = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """When a clause was judged, in percent of the run."""

    index: int  # of the entry
    x: float
    width: float
    verdict: str
    label: str  # empty where there is no room for one


@dataclass(frozen=True, slots=True)
class Lane:
    """What one worker did."""

    name: str
    bars: tuple[Bar, ...]  # those that were held first, so that the others are drawn over them


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment on the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A run as it went."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    seconds: float
    is_measured: bool  # False: no start times are known, and the bars lie end to end
    slowest: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    index: int
    entry: Entry
    start: float
    seconds: float


def timeline_of(entries: Sequence[Entry]) -> Timeline | None:
    """The timeline of some entries; None when nobody took the time."""
    if not any("seconds" in entry for entry in entries):
        return None
    is_measured = all("started" in entry for entry in entries)
    spans = list(_measured(entries) if is_measured else _end_to_end(entries))
    whole = max((span.start + span.seconds for span in spans), default=0.0) or 1.0
    lanes: dict[str, list[_Span]] = defaultdict(list)
    for span in spans:
        lanes[str(span.entry.get("worker") or ONE_WORKER)].append(span)
    slowest = sorted(entries, key=lambda entry: (-float(entry.get("seconds", 0)), str(entry["id"])))[:SLOWEST]
    drawn = tuple(Lane(name, _bars(lanes[name], whole)) for name in sorted(lanes))
    return Timeline(drawn, tuple(_ticks(whole)), whole, is_measured, tuple(slowest))


def _measured(entries: Sequence[Entry]) -> Iterator[_Span]:
    for index, entry in enumerate(entries):
        yield _Span(index, entry, float(entry["started"]), float(entry.get("seconds", 0)))


def _end_to_end(entries: Sequence[Entry]) -> Iterator[_Span]:
    start = 0.0
    for index, entry in enumerate(entries):
        seconds = float(entry.get("seconds", 0))
        yield _Span(index, entry, start, seconds)
        start += seconds


def _bars(spans: Iterable[_Span], whole: float) -> tuple[Bar, ...]:
    order = {HELD: 0, UNSEEN: 1, KNOWN: 2, WARNING: 3, BROKEN: 4}
    bars = []
    for span in sorted(spans, key=lambda span: (order[look(span.entry)], span.start, span.index)):
        width = max(100 * span.seconds / whole, THINNEST)
        x = min(100 * span.start / whole, 100 - width)
        label = str(span.entry["operation"] or span.entry["api"]) if width >= LABELLED else ""
        bars.append(Bar(span.index, round(x, 3), round(width, 3), look(span.entry), label))
    return tuple(bars)


def _ticks(whole: float) -> Iterator[Tick]:
    rough = whole / TICKS
    power = 10 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    for number in range(ceil(whole / step)):
        moment = number * step
        yield Tick(round(100 * moment / whole, 3), f"{moment:g} s")
