"""What do lists filter by that a task never changes? Its id, the name of its file, and what it was created with."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import orjson

from mockserver.lines import Line
from mockserver.task import Task
from openapi.model import Json

_ARGUMENT = "argument."  # how the names of those begin that are arguments of the creating request


@dataclass(frozen=True, slots=True)
class Trait:
    """What tasks have in common that a filter takes."""

    name: str  # as a spec binds it
    default: str  # what counts where a task has none, as `canonical` writes it
    value: str  # as `canonical` writes it

    def takes(self, task: Task) -> bool:
        """Whether a task has it."""
        return _told(task, self.name, self.default) == self.value


def canonical(value: Json) -> str:
    """JSON that is the same text for the same value, in whatever order its members are; 1, 1.0 and true are three."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # a number beyond 64 bits, or half a character
        return json.dumps(value, sort_keys=True)


def is_lasting(name: str) -> bool:
    """Whether what is bound to a name is the same for all of a task's life, and can be told by the task alone."""
    return name in ("task.id", "task.file.name") or name.startswith(_ARGUMENT)


def read(task: Task, name: str) -> Json:
    """What a task has by a lasting name; None: nothing."""
    if name.startswith(_ARGUMENT):
        return task.arguments.get(name.removeprefix(_ARGUMENT))
    return task.shown_id if name == "task.id" else task.file_name


def _told(task: Task, name: str, default: str) -> str:
    value = read(task, name)
    return default if value is None else canonical(value)


class Traits:
    """Tasks listed by what they have in common: by each trait from when a list is first filtered by it."""

    __slots__ = ("_all", "_lines")

    def __init__(self, every: Callable[[], Iterable[tuple[int, Task]]]) -> None:
        """`every` answers all tasks with their numbers, in the order of these."""
        self._all = every
        self._lines: dict[tuple[str, str], dict[tuple[str, str], Line]] = {}  # by name, default; scope, value

    def line(self, scope: str, trait: Trait) -> Line | None:
        """The tasks of a scope that have a trait; None: there are none."""
        key = trait.name, trait.default
        if key not in self._lines:
            found: defaultdict[tuple[str, str], Line] = defaultdict(Line)
            for number, task in self._all():
                for place in _places(task, key):
                    found[place].add(number, task)
            self._lines[key] = dict(found)
        return self._lines[key].get((scope, trait.value))

    def add(self, number: int, task: Task) -> None:
        """List one more, behind all others."""
        for key, lines in self._lines.items():
            for place in _places(task, key):
                lines.setdefault(place, Line()).add(number, task)

    def replace(self, number: int, old: Task, task: Task) -> None:
        """List a task in the place of an older one."""
        for key, lines in [*self._lines.items()]:
            if _places(old, key) != _places(task, key):
                del self._lines[key]  # until somebody asks again
                continue
            for place in _places(task, key):
                lines[place].replace(number, task)

    def remove(self, number: int, task: Task) -> None:
        """List a task no more."""
        for key, lines in self._lines.items():
            for place in _places(task, key):
                lines[place].remove(number, task.id)
                if not lines[place]:
                    del lines[place]


def _places(task: Task, key: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Where a task is listed: among all, and in its scope."""
    value = _told(task, *key)
    return (("", value), (task.scope, value)) if task.scope else (("", value),)
