"""In which file, and on which line of it, does a fact of a spec stand?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from openapi.document import SHARED, compose, steps


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, from 1."""

    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class _Spot:
    """A node of one of the files, and the line of its key."""

    place: Place
    node: yaml.Node


class Lines:
    """The lines of a spec and of the files that it includes; each file is read once."""

    def __init__(self, path: Path, shared: Path = SHARED) -> None:
        own = _Spot(Place(path, 1), compose(path))
        included = next((each.node for each in _values([own], "x-include")), None)
        names = [item.value for item in included.value] if isinstance(included, yaml.SequenceNode) else []
        self._roots = [own, *(_Spot(Place(shared / name, 1), compose(shared / name)) for name in names)]

    def place(self, pointer: str) -> Place:
        """Where the value at a JSON pointer stands, or the nearest one around it where nothing stands there.

        The files are merged as `document.merge` does: what the spec itself says comes first, its lists too.
        """
        spots = self._roots
        for step in steps(pointer):
            inside = list(_inside(spots, step))
            if not inside:
                break
            spots = inside
        return spots[0].place


def _inside(spots: list[_Spot], step: str) -> Iterator[_Spot]:
    if isinstance(spots[0].node, yaml.MappingNode):
        yield from _values(spots, step)
    elif step.isdigit():
        yield from list(_items(spots))[int(step) :][:1]


def _values(spots: list[_Spot], key: str) -> Iterator[_Spot]:
    for spot in spots:
        for name, value in spot.node.value if isinstance(spot.node, yaml.MappingNode) else ():
            if str(name.value) == key:
                yield _Spot(Place(spot.place.path, name.start_mark.line + 1), value)


def _items(spots: list[_Spot]) -> Iterator[_Spot]:
    for spot in spots:
        for item in spot.node.value if isinstance(spot.node, yaml.SequenceNode) else ():
            yield _Spot(Place(spot.place.path, item.start_mark.line + 1), item)
