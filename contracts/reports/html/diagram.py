"""Where the parts of a lifecycle stand in its drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from contracts.reports.html.entries import UNJUDGED
from contracts.reports.html.lifecycle import NO_TASK, Life, Observed
from openapi.model import UNFINISHED, Phase

# Lengths are in the drawing's own units; one is a pixel where there is room.
NAMES = 190  # width of the column of operations
COLUMN, GAP = 152, 36  # a phase with the arrow behind it; the arrow
BOX = COLUMN - GAP
HEIGHT = 52  # of a phase
UPPER, LOWER = 26, 112  # tops of the two rows of phases
ROW = 32
CORNER = 14
SPACE = 32  # between the phases and what is answered in them
GONE = "gone"  # the end of a task whose expiry has no word


@dataclass(frozen=True, slots=True)
class Box:
    """A phase."""

    phase: str
    word: str
    x: float
    y: float
    observed: Observed | None  # None: nothing is stated about how it is shown


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one phase to the next, with what is said of it at its middle."""

    path: str
    verdict: str
    mark: tuple[float, float]
    observed: Observed | None  # None: the mark is left out


@dataclass(frozen=True, slots=True)
class Pill:
    """A statement that belongs to the drawing as a whole, or to a place in it."""

    x: float  # of its middle
    y: float  # of its top
    observed: Observed


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing."""

    life: Life
    width: int
    height: int
    grid: int  # top of the answers
    columns: Mapping[str, float]  # the left edge of each phase's column, in order; NO_TASK is the last
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    pills: tuple[Pill, ...]


def diagram_of(life: Life) -> Diagram:
    """The drawing of a life: phases from left to right, failure below the others, answers under each."""
    names = [*map(str, life.phases), *([GONE] if _vanishes(life) else []), NO_TASK]
    columns = {name: float(NAMES + index * COLUMN) for index, name in enumerate(names)}
    boxes = tuple(_boxes(life, columns))
    placed = {box.phase: box for box in boxes}
    grid = int(max(box.y for box in boxes)) + HEIGHT + SPACE
    return Diagram(
        life=life,
        width=NAMES + len(columns) * COLUMN,
        height=grid + ROW * len(life.actions) + 4,
        grid=grid,
        columns=columns,
        boxes=boxes,
        arrows=tuple(_arrows(life, placed)),
        pills=tuple(_pills(life, placed)),
    )


def _vanishes(life: Life) -> bool:
    """Whether tasks expire without a word for it."""
    return life.expiry is not None and Phase.EXPIRED not in life.phases


def _boxes(life: Life, columns: Mapping[str, float]) -> Iterator[Box]:
    for phase, observed in life.phases.items():
        yield Box(phase, observed.text, columns[phase], LOWER if phase is Phase.FAILED else UPPER, observed)
    if _vanishes(life):
        yield Box(GONE, "", columns[GONE], UPPER, None)


def _arrows(life: Life, placed: Mapping[str, Box]) -> Iterator[Arrow]:
    way = _way(placed)
    yield _straight(way[0].x - GAP - CORNER, way[0].x, UNJUDGED, None)
    for before, after in pairwise(way):
        expires = after.phase in {Phase.EXPIRED, GONE} and life.expiry is not None
        observed = life.expiry if expires and life.expiry else life.order
        yield _straight(before.x + BOX, after.x, observed.verdict, None if expires else observed)
    unfinished = [box for box in way if box.phase in UNFINISHED]
    if unfinished and Phase.FAILED in placed:
        yield _bend(unfinished[-1], placed[Phase.FAILED], life.order)


def _way(placed: Mapping[str, Box]) -> list[Box]:
    """The phases of a task that ends well."""
    return [box for box in placed.values() if box.phase != Phase.FAILED]


def _straight(start: float, end: float, verdict: str, observed: Observed | None) -> Arrow:
    y = UPPER + HEIGHT / 2
    return Arrow(f"M{start:g} {y:g}H{end - 2:g}", verdict, ((start + end) / 2 - 3, y), observed)


def _bend(start: Box, end: Box, observed: Observed) -> Arrow:
    x, y = start.x + BOX / 2, end.y + HEIGHT / 2
    path = f"M{x:g} {start.y + HEIGHT:g}V{y - CORNER:g}q0 {CORNER} {CORNER} {CORNER}H{end.x - 2:g}"
    return Arrow(path, observed.verdict, ((x + CORNER + end.x) / 2, y), observed)


def _pills(life: Life, placed: Mapping[str, Box]) -> Iterator[Pill]:
    running, last = placed.get(Phase.RUNNING), placed.get(Phase.EXPIRED) or placed.get(GONE)
    if life.progress is not None and running is not None:
        yield Pill(running.x + BOX / 2, UPPER - 24, life.progress)
    if life.expiry is not None and last is not None:
        above = last.x - GAP / 2 - (COLUMN / 2 if Phase.FAILED in placed else 0)
        yield Pill(above, UPPER + HEIGHT / 2 - (11 if Phase.FAILED in placed else 36), life.expiry)
