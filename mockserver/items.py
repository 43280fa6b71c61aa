"""The tasks of a list as an answer writes them: what changes only with a task and its phase is written once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from mockserver.facts import LINK, Facts, is_settled
from mockserver.task import Task, during, phase
from mockserver.templates import template
from mockserver.writing import Check, WriteObject, checker, encode, is_of_tasks, object_writer
from openapi.model import Json, Phase, Schema
from openapi.values import value

KEPT = 4096  # tasks that a list remembers; when there are more, it forgets them all
_TOGETHER = frozenset({"allOf", "anyOf", "oneOf", "not", "minProperties", "maxProperties", "dependencies"})

Item = dict[str, Json]
Whole = tuple[object, bytes, Any]  # in which circumstances, if these are known, what as JSON, the item with it, sealed


@dataclass(frozen=True, slots=True)
class Members:
    """Some of the members of an item."""

    names: frozenset[str]
    write: WriteObject
    check: Check  # raises SpecViolation where they break their part of its schema


@dataclass(frozen=True, slots=True)
class Division:
    """The members of an item, divided by what they change with."""

    settled: Members  # those that change only with the task and its phase
    moving: Members | None  # all others; None: there are none
    is_linked: bool  # whether these tell of nothing but links


@dataclass(slots=True)
class Settled:
    """What an item says of a task, for as long as it is the same and in the same phase."""

    task: Task
    since: float  # when it entered the phase, and
    until: float  # when it leaves it, epoch seconds
    division: Division
    item: Any  # with nulls in the places of what is written each time; where nothing is, sealed
    whole: Whole | None = None  # what was written there last


@value
class Items:
    """One array of tasks in an answer. Mocks that share it tell equal tasks alike."""

    path: tuple[str, ...]  # to where it stands in the body
    order: tuple[str, ...]  # of all members
    usual: Division
    running: Division  # of tasks that are running: some of what is told of them goes on with the time
    is_json: bool
    known: dict[str, Settled]  # by id of the task

    def put_into(self, body: Any, facts: Facts) -> None:
        """Write the tasks of the answer into the place that `body` has for them. Raises SpecViolation."""
        *steps, last = self.path
        for step in steps:
            body = body[step]
        body[last] = items = []
        now = facts.call.now
        circumstances = facts.sources.circumstances(facts.call) if self.usual.is_linked else None
        for task in facts.outcome.tasks:
            known = self.known.get(task.id)
            if (
                known is None
                or not known.since <= now < known.until
                or not (known.task is task or _is_equal(known.task, task))
            ):
                known = self._settle(task, facts)
            moving, whole = known.division.moving, known.whole
            if moving is None:
                items.append(known.item)
            elif known.division.is_linked and whole is not None and circumstances and whole[0] == circumstances:
                items.append(whole[2])
            else:
                items.append(self._completed(known, moving, facts.about(task), circumstances))

    def _completed(self, known: Settled, members: Members, facts: Facts, circumstances: object) -> Any:
        """The item with what is written each time: often that, such as a link, is what it was a moment ago."""
        moving = members.write(facts)
        text, whole = encode(moving), known.whole
        if whole is not None and whole[1] == text:
            item = whole[2]
        else:
            members.check(moving, facts)
            said = known.item | moving
            for name in members.names.difference(moving):
                del said[name]
            item = self._sealed(said)
        known.whole = circumstances, text, item
        return item

    def _settle(self, task: Task, facts: Facts) -> Settled:
        now = facts.call.now
        division = self.running if phase(task, now) is Phase.RUNNING else self.usual
        said = division.settled.write(facts.about(task))
        division.settled.check(said, facts)
        made = Settled(task, *during(task, now), division, self._kept(said, division.moving))
        if len(self.known) >= KEPT:
            self.known.clear()
        self.known[task.id] = made
        return made

    def _kept(self, said: Item, moving: Members | None) -> Any:
        if moving is None:
            return self._sealed(said)
        return {name: said.get(name) for name in self.order if name in said or name in moving.names}

    def _sealed(self, item: Item) -> Any:
        """Encoded, if the body is JSON."""
        # The copy is as long as the text; what orjson returns keeps the room that it wrote into, 4 KB of it.
        return orjson.Fragment(bytes(memoryview(encode(item)))) if self.is_json else item


def _is_equal(known: Task, task: Task) -> bool:
    """Whether an answer says the same of both: 1, 1.0 and true, which Python takes for equal, are different there."""
    return known == task and encode({**known.arguments}) == encode({**task.arguments})


def items_of(schema: Schema, arguments: frozenset[str], *, is_json: bool) -> tuple[Items, ...]:
    """What writes the tasks of an answer of this schema, each array of them."""
    return tuple(_arrays(schema, (), arguments, is_json))


def without_items(schema: Schema) -> Schema:
    """The schema of an answer in which anything stands for a task; tasks are checked each by itself."""
    if is_of_tasks(schema):
        return {**schema, "items": {}}
    parts = {name: without_items(part) for name, part in schema.get("properties", {}).items()}
    return {**schema, "properties": parts} if parts else schema


def _arrays(schema: Schema, path: tuple[str, ...], arguments: frozenset[str], is_json: bool) -> Iterator[Items]:  # noqa: FBT001
    if is_of_tasks(schema):
        item: Schema = schema["items"]
        usual = _division(item, arguments, is_settled)
        running = _division(item, arguments, partial(is_settled, running=True))
        yield Items(path, (*item["properties"],), usual, running, is_json, {})
    for name, part in schema.get("properties", {}).items():
        yield from _arrays(part, (*path, name), arguments, is_json)


def _division(item: Schema, arguments: frozenset[str], is_fixed: Callable[[str], bool]) -> Division:
    """The members of an item by what they are bound to."""
    parts: Mapping[str, Schema] = item["properties"]
    is_apart = not item.keys() & _TOGETHER  # whether its members can be checked in two parts
    settled = [name for name, part in parts.items() if is_apart and all(map(is_fixed, _names(part)))]
    places = frozenset(parts).difference(settled)
    moving = _members(item, places, arguments) if places else None
    told = {name for place in places for name in _names(parts[place]) if not is_fixed(name)}
    return Division(_members(item, settled, arguments), moving, is_linked=told == {LINK})


def _members(item: Schema, names: Iterable[str], arguments: frozenset[str]) -> Members:
    """These members of an item."""
    parts = {name: item["properties"][name] for name in names}
    required = [name for name in item.get("required", ()) if name in parts]
    rest = {keyword: value for keyword, value in item.items() if keyword != "required"}
    check = checker({**rest, "properties": parts, **({"required": required} if required else {})})
    return Members(frozenset(parts), object_writer(item, arguments, parts), check)


def _names(schema: Schema) -> Iterator[str]:
    """Every name that a schema binds, echoed arguments aside."""
    if "x-bind" in schema:
        yield schema["x-bind"]
    elif isinstance(schema.get("x-value"), str):
        yield from template(schema["x-value"]).names
    for part in schema.get("properties", {}).values():
        yield from _names(part)
    if "items" in schema:
        yield from _names(schema["items"])
