"""Whether a listed task may be the one that a creation asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from contracts.moments import read_moment, says_the_same
from contracts.situations.lists import argument_of, item_schema
from openapi.binding import read
from openapi.members import members
from openapi.model import Json, Operation, Schema

Fields = Mapping[str, Json]  # of a task, by the names on the wire
CREATED = "task.created"


class Likeness(IntEnum):
    """How far a listed task repeats what a creation asked for."""

    OTHER = 0  # something that was sent is told otherwise
    PERHAPS = 1  # nothing is, but not everything that a list tells of is told, or what was not sent is told
    SAME = 2


@dataclass(frozen=True, slots=True)
class Lister:
    """Reads the items of a list of tasks, as creations by one operation would be told there."""

    listing: Operation
    creator: Operation

    def likeness(self, conditions: Fields, fields: Fields) -> Likeness:
        """How like a task is to a creation with these conditions; a list that repeats none of them tells nothing."""
        found = [self._compare(*each) for each in self._pairs(conditions, fields)]
        return min(found, default=Likeness.PERHAPS)

    def moments(self, fields: Fields) -> list[datetime]:
        """When the list says that a task was created, in each way in which it does, in UTC."""
        stated = ((name, each) for name, each in self._told().items() if each.get("x-bind") == CREATED)
        found = (read_moment(each, fields[name]) for name, each in stated if fields.get(name) not in (None, ""))
        return [each for each in found if each is not None]

    def _told(self) -> Mapping[str, Schema]:
        properties: Mapping[str, Schema] = item_schema(self.listing).get("properties", {})
        return properties

    def _pairs(self, conditions: Fields, fields: Fields) -> Iterator[tuple[bool, Json, Json]]:
        """Of each argument that the list repeats: whether it was sent, what it is, and what is told of it."""
        known = {each.argument: each.schema for each in members(self.creator) if len(each.steps) == 1}
        for name, schema in self._told().items():
            argument = argument_of(self.listing, name)
            if argument in known:
                was_sent = argument in conditions
                meant = conditions[argument] if was_sent else known[argument].get("default")
                yield was_sent, meant, _meaning(schema, fields.get(name))

    @staticmethod
    def _compare(was_sent: bool, meant: Json, told: Json) -> Likeness:  # noqa: FBT001 - of a tuple
        if says_the_same(meant, told) or (meant in (None, "") and told in (None, "", [])):
            return Likeness.SAME
        return Likeness.OTHER if was_sent and told is not None else Likeness.PERHAPS


def _meaning(schema: Schema, value: Json) -> Json:
    """A value without the text that is always around it."""
    bound = str(schema.get("x-bind", ""))
    return read(schema, value).get(bound) if bound and value is not None else value
