"""What an answer repeats of a request, and tells of a task: words, moments, and members that come and go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from contracts.checks.facts import EMPTY, value_named
from contracts.checks.times import AT_BIRTH, LATE, LATER, ORDER
from contracts.moments import read_moment, says_the_same
from contracts.proxy.points import Book, Kept, Observed, Point, Unkept
from contracts.proxy.tasks import Tasks
from contracts.situations.lists import item_schema, items_of
from contracts.situations.telling import Told
from openapi.clauses import Clause, ClauseKind
from openapi.model import Action, Json, Phase, Schema

Part = tuple[Json, Json]  # what is told of one task, by the names on the wire, and the task's id


@dataclass
class Facts:
    """Judges the single values of answers."""

    book: Book
    tasks: Tasks
    told: dict[str, set[bool]] = field(default_factory=dict[str, set[bool]])  # by clause: whether in or out of a phase

    def judge(self, seen: Observed) -> Iterator[Point]:
        """What the values of an accepted answer show."""
        if not seen.reply.accepted or seen.reply.body is None:
            return
        parts = _parts(seen)
        for each in self.book.of(ClauseKind.ECHO, seen.operation.id):
            yield from self._echo(seen, each, parts)
        for each in self.book.of(ClauseKind.TIME, seen.operation.id):
            yield from self._time(seen, each, parts)
        for each in self.book.of(ClauseKind.MEMBER_IN_PHASE, seen.operation.id):
            yield from self._member(seen, each, parts)

    def _echo(self, seen: Observed, clause: Clause, parts: list[Part]) -> Iterator[Point]:
        argument, member = str(clause.value), clause.detail
        for part, task in parts if member.is_of_task else [(seen.reply.body, None)]:
            is_own = not member.is_of_task or seen.operation.action is Action.CREATE
            sent = seen.arguments if is_own else self.tasks.arguments_of(seen, task) or {}
            told = Told(part, seen.reply)
            if argument not in sent or not told.has(member):
                continue
            found = told.meaning(member)
            if says_the_same(sent[argument], found):
                yield Kept(clause.id)
            else:
                expected = f"{clause.subject}: {sent[argument]!r}, as it was sent"
                yield Unkept(clause.id, expected, f"{clause.subject}: {found!r}")

    def _time(self, seen: Observed, clause: Clause, parts: list[Part]) -> Iterator[Point]:
        member = clause.detail
        for part, task in parts if member.is_of_task else [(seen.reply.body, None)]:
            value = Told(part, seen.reply).value(member)
            if value in (None, ""):
                continue
            at, said = read_moment(member.schema, value), f"{member.name}: {value!r}"
            if clause.keyword == "zone":
                if at is not None:
                    yield from self._in_zone(seen, clause, (task, at))
            elif at is None:
                yield Unkept(clause.id, f"{clause.subject} in the documented form, {clause.value}", said)
            elif (later := _out_of_order(seen, part, str(member.schema.get("x-bind", "")), at)) is not None:
                yield Unkept(
                    clause.id, f"{clause.subject} no later than {later[0]}", f"{said}, {later[0]}: {later[1]!r}"
                )
            else:
                yield Kept(clause.id)

    def _in_zone(self, seen: Observed, clause: Clause, moment: tuple[Json, datetime]) -> Iterator[Point]:
        """By the server's own clock, what has happened does not lie ahead, and a new task was made now."""
        (task, at), bound = moment, str(clause.detail.schema.get("x-bind", ""))
        now, margin = _date(seen), timedelta(seconds=LATE)
        if now is None or bound not in AT_BIRTH | LATER:
            return
        is_new = seen.operation.action is Action.CREATE and bound == "task.created" and task is not None
        if at > now + margin or (is_new and at < now - margin):
            when = "the moment of the answer" if is_new else "no later than the Date of the answer"
            yield Unkept(clause.id, f"{clause.subject}: {when}, {now:%Y-%m-%dT%H:%M:%SZ}", f"{at:%Y-%m-%dT%H:%M:%SZ}")
        elif is_new:
            yield Kept(clause.id)

    def _member(self, seen: Observed, clause: Clause, parts: list[Part]) -> Iterator[Point]:
        """In the phases that tell the member it is there, in all others it is missing or empty."""
        life = self.book.spec.lifecycle
        stated = {Phase(str(each)) for each in clause.value} if isinstance(clause.value, list) else set()
        empty = (*EMPTY, clause.detail.get("x-otherwise"))
        schema = _part_schema(seen)
        for (part, _), values in zip(parts, seen.tasks, strict=False):
            word = values.get("task.phase")
            phases = {phase for phase, each in life.words.items() if each == word} if life else set()
            if not phases or not (phases <= stated or phases.isdisjoint(stated)):
                continue
            wanted, value = phases <= stated, value_named(schema, part, clause.subject)
            if wanted and value not in EMPTY and value in empty:
                continue  # a value that means nothing elsewhere may be the true one here
            if (value not in empty) is not wanted:
                said = " or ".join(sorted(phases))
                what = f"{clause.subject} told" if wanted else f"no {clause.subject}"
                yield Unkept(clause.id, f"{what} while the task is {said}", repr(value))
                continue
            seen_in = self.told.setdefault(clause.id, set())
            seen_in.add(wanted)
            if seen_in == {True, False}:
                yield Kept(clause.id)


def _parts(seen: Observed) -> list[Part]:
    if seen.operation.action is Action.LIST:
        items = items_of(seen.operation.success.schema or {}, seen.reply.body)
        values = seen.tasks
        if len(items) != len(values):
            return []
        return [(dict(item), each.get("task.id")) for item, each in zip(items, values, strict=True)]
    return [(seen.reply.body, seen.reply.values.get("task.id"))]


def _part_schema(seen: Observed) -> Schema:
    if seen.operation.action is Action.LIST:
        return item_schema(seen.operation)
    return seen.operation.success.schema or {}


def _out_of_order(seen: Observed, part: Json, bound: str, at: datetime) -> tuple[str, Json] | None:
    """A moment of the same task that has to be later and is earlier, with its name."""
    if bound not in ORDER:
        return None
    later = ORDER[ORDER.index(bound) + 1 :]
    for name, schema in _part_schema(seen).get("properties", {}).items():
        if schema.get("x-bind") in later and "x-time" in schema and isinstance(part, dict):
            value = part.get(name)
            other = read_moment(schema, value) if value not in (None, "") else None
            if other is not None and other < at:
                return name, value
    return None


def _date(seen: Observed) -> datetime | None:
    """The server's own time, as the answer's Date says it."""
    try:
        found = parsedate_to_datetime(seen.reply.headers.get("date", ""))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
