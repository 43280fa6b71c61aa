"""The tasks of a list as an answer writes them: what changes only with a task and its phase is written once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from mockserver.facts import Facts, is_settled
from mockserver.task import Task, during, phase
from mockserver.templates import template
from mockserver.writing import WriteObject, checker, encode, is_of_tasks, object_writer
from openapi.model import Json, Phase, Schema
from openapi.values import value

KEPT = 4096  # tasks that a list remembers; when there are more, it forgets them all
_TOGETHER = frozenset({"allOf", "anyOf", "oneOf", "not", "minProperties", "maxProperties", "dependencies"})

Item = dict[str, Json]


@value
class Settled:
    """What an item says of a task, for as long as it is the same and in the same phase."""

    task: Task
    since: float  # when it entered the phase, and
    until: float  # when it leaves it, epoch seconds
    item: Any  # with nulls in the places of what is written each time; where nothing is, encoded, if the body is JSON


@value
class Items:
    """One array of tasks in an answer. Mocks that share it tell equal tasks alike."""

    path: tuple[str, ...]  # to where it stands in the body
    order: tuple[str, ...]  # of all members
    places: frozenset[str]  # those of them that are moving
    settled: WriteObject  # the members that change only with the task and its phase, unless it is running
    moving: WriteObject | None  # all others; None: there are none
    is_json: bool
    known: dict[str, Settled]  # by id of the task

    def put_into(self, body: Any, facts: Facts) -> None:
        """Write the tasks of the answer into the place that `body` has for them. Raises SpecViolation."""
        *steps, last = self.path
        for step in steps:
            body = body[step]
        body[last] = [self._written(task, facts) for task in facts.outcome.tasks]

    def _written(self, task: Task, facts: Facts) -> Any:
        known = self.known.get(task.id)
        if known is None or not known.since <= facts.call.now < known.until or not _is_same(known.task, task):
            known = self._settle(task, facts)
        if self.moving is None:
            return known.item
        moving = self.moving(facts.about(task))
        item = known.item | moving
        for name in self.places:
            if name not in moving:
                del item[name]
        return item

    def _settle(self, task: Task, facts: Facts) -> Settled:
        said, now = self.settled(facts.about(task)), facts.call.now
        made = Settled(task, *during(task, now), self._kept(said))
        if phase(task, now) is not Phase.RUNNING:  # then it may say something else each moment
            if len(self.known) >= KEPT:
                self.known.clear()
            self.known[task.id] = made
        return made

    def _kept(self, said: Item) -> Any:
        if self.moving is not None:
            return {name: said.get(name) for name in self.order if name in said or name in self.places}
        # The copy is as long as the text; what orjson returns keeps the room that it wrote into, 4 KB of it.
        return orjson.Fragment(bytes(memoryview(encode(said)))) if self.is_json else said


def _is_same(known: Task, task: Task) -> bool:
    """Whether an answer says the same of both: 1, 1.0 and true, which Python takes for equal, are different there."""
    return known is task or (known == task and encode({**known.arguments}) == encode({**task.arguments}))


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
        parts: Mapping[str, Schema] = item["properties"]
        is_apart = not item.keys() & _TOGETHER  # whether its members can be checked in two parts
        settled = [name for name, part in parts.items() if is_apart and all(map(is_settled, _names(part)))]
        places = frozenset(parts).difference(settled)
        write_moving = _checked(item, places, arguments) if places else None
        yield Items(path, (*parts,), places, _checked(item, settled, arguments), write_moving, is_json, {})
    for name, part in schema.get("properties", {}).items():
        yield from _arrays(part, (*path, name), arguments, is_json)


def _checked(item: Schema, names: Iterable[str], arguments: frozenset[str]) -> WriteObject:
    """What writes these members of an item, and raises SpecViolation where they break its schema."""
    parts = {name: item["properties"][name] for name in names}
    required = [name for name in item.get("required", ()) if name in parts]
    rest = {keyword: value for keyword, value in item.items() if keyword != "required"}
    check = checker({**rest, "properties": parts, **({"required": required} if required else {})})
    write = object_writer(item, arguments, parts)

    def write_checked(facts: Facts) -> Item:
        written = write(facts)
        check(written, facts)
        return written

    return write_checked


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
