"""What do lists filter by that a task tells by itself, whatever the time? Its id, for instance, or an argument."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

import orjson

from mockserver.lines import Line
from mockserver.task import Task
from openapi.model import Json
from openapi.values import value

KEPT = 64  # kinds of traits that are remembered
NOTHING = "null"  # as `canonical` writes it
OWN_ID = "task.id"
OUTCOME = "task.outcome"  # which no spec binds; with the moments of a task, it tells its phase at any time
_FACTS: Mapping[str, Callable[[Task], Json]] = {
    OWN_ID: attrgetter("shown_id"),
    "task.file.name": attrgetter("file_name"),
    OUTCOME: lambda task: task.outcome.value,
    "task.downloaded": lambda task: task.downloaded is not None,
}
_ARGUMENT = "argument."  # how the names of those begin that are arguments of the creating request


class Kind(NamedTuple):
    """What a filter asks about, whatever its value."""

    name: str  # as a spec binds it
    default: str  # what counts where a task has none, as `canonical` writes it
    is_scoped: bool  # whether it is asked of the tasks of one scope


@value
class Trait:
    """What tasks have in common that a filter takes."""

    name: str  # as a spec binds it
    default: str  # what counts where a task has none, as `canonical` writes it
    value: str  # as `canonical` writes it

    def chooser(self) -> Callable[[Task], bool]:
        """What tells whether a task has it."""
        tell, wanted = teller(self.name, self.default), self.value
        return lambda task: tell(task) == wanted


def canonical(value: Json) -> str:
    """JSON that is the same text for the same value, in whatever order its members are; 1, 1.0 and true are three."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # a number beyond 64 bits, or half a character
        return json.dumps(value, sort_keys=True)


def is_lasting(name: str) -> bool:
    """Whether what is bound to a name can be told by the task alone, whatever the time."""
    return name in _FACTS or name.startswith(_ARGUMENT)


def reader(name: str, default: Json = None) -> Callable[[Task], Json]:
    """What reads what a task has by a lasting name, and `default` where it has nothing."""
    if not name.startswith(_ARGUMENT):
        return _filled(_FACTS[name], default)
    argument = name.removeprefix(_ARGUMENT)
    return _filled(lambda task: task.arguments.get(argument), default)


def _filled(read: Callable[[Task], Json], default: Json) -> Callable[[Task], Json]:
    return read if default is None else lambda task: default if (value := read(task)) is None else value


@lru_cache(KEPT)
def teller(name: str, default: str) -> Callable[[Task], str]:
    """What tells, as `canonical` writes it, what a task has by a lasting name."""
    read = reader(name, json.loads(default))
    return lambda task: canonical(read(task))


@dataclass(frozen=True, slots=True)
class Index:
    """Tasks by what they have by one name."""

    tell: Callable[[Task], str]
    lines: dict[tuple[str, str], Line] = field(default_factory=dict[tuple[str, str], Line])  # by scope and value

    def places(self, task: Task) -> tuple[tuple[str, str], ...]:
        """Where a task is listed: among all, and in its scope."""
        value = self.tell(task)
        return (("", value), (task.scope, value)) if task.scope else (("", value),)

    def add(self, number: int, task: Task) -> None:
        """List one more, behind all others."""
        for place in self.places(task):
            if place not in self.lines:
                self.lines[place] = Line()
            self.lines[place].add(number, task)

    def remove(self, number: int, task: Task) -> None:
        """List a task no more."""
        for place in self.places(task):
            line = self.lines[place]
            line.remove(number, task.id)
            if not line:
                del self.lines[place]

    def replace(self, number: int, old: Task, task: Task, number_of: Callable[[str], int]) -> None:
        """List a task in the place of an older one, which may have had another value."""
        before, after = self.places(old), self.places(task)
        if before == after:
            for place in before:
                self.lines[place].replace(number, task)
            return
        self.remove(number, old)
        for place in after:
            if place not in self.lines:
                self.lines[place] = Line()
            self.lines[place].insert(number, task, number_of)


class Traits:
    """Tasks listed by what they have in common: by each name from when a list is first filtered by it."""

    __slots__ = ("_all", "_indexes", "_number_of")

    def __init__(self, every: Callable[[], Iterable[tuple[int, Task]]], number_of: Callable[[str], int]) -> None:
        """`every` answers all tasks with their numbers, in the order of these; `number_of` that of an id."""
        self._all, self._number_of = every, number_of
        self._indexes: dict[tuple[str, str], Index] = {}  # by name, and what counts where a task has nothing

    def line(self, scope: str, trait: Trait) -> Line | None:
        """The tasks of a scope that have a trait; None: there are none."""
        key = trait.name, trait.default
        if key not in self._indexes:
            made = Index(teller(*key))
            for number, task in self._all():
                made.add(number, task)
            self._indexes[key] = made
        return self._indexes[key].lines.get((scope, trait.value))

    def add(self, number: int, task: Task) -> None:
        """List one more, behind all others."""
        for index in self._indexes.values():
            index.add(number, task)

    def replace(self, number: int, old: Task, task: Task) -> None:
        """List a task in the place of an older one."""
        for index in self._indexes.values():
            index.replace(number, old, task, self._number_of)

    def remove(self, number: int, task: Task) -> None:
        """List a task no more."""
        for index in self._indexes.values():
            index.remove(number, task)
