"""What is stated about single values of an answer: the ids of tasks, what they repeat, and moments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from openapi.clauses.answers import success_schema
from openapi.clauses.clause import AnswerMember, Clause, ClauseKind
from openapi.clauses.place import Place
from openapi.members import ITEM, members
from openapi.model import Action, Operation, Phase, Spec

TASK_ID = "task.id"
ARGUMENT = "argument."
ABOUT_ONE_TASK = frozenset({Action.CREATE, Action.SHOW, Action.LINK})


def told_clauses(spec: Spec, operation: Operation, place: Place) -> Iterator[Clause]:
    """One clause per id of a task, per repeated argument, and per moment and its zone, in a success."""
    answer = place.step("responses", str(operation.success.status))
    for media_type in answer.node.get("content", {}):
        content = answer.step("content", media_type)
        if operation.success.schema is not None and "schema" in content:
            start = AnswerMember(operation.success, (), {}, operation.action in ABOUT_ONE_TASK)
            yield from _Told(spec, operation).inside(start, success_schema(content.step("schema")))


@dataclass(frozen=True, slots=True)
class _Told:
    """Writes the clauses of what one operation tells."""

    spec: Spec
    operation: Operation

    def inside(self, outer: AnswerMember, place: Place) -> Iterator[Clause]:
        """The clauses of all members of an object, and of the items of an array."""
        if isinstance(place.node.get("items"), dict):
            part, of_task = place.step("items"), outer.is_of_task or "x-each" in place.node
            steps = (*outer.steps, ITEM)
            yield from self.inside(replace(outer, steps=steps, schema=part.resolved(), is_of_task=of_task), part)
        for name in place.node.get("properties", {}):
            part = place.step("properties", name)
            if self._is_too_early(part):
                continue
            member = replace(outer, steps=(*outer.steps, name), schema=part.resolved())
            yield from self._of(member, part)

    def _is_too_early(self, part: Place) -> bool:
        """Whether a task that was just created never has the member."""
        later = part.node.get("x-in")
        return self.operation.action is Action.CREATE and later is not None and Phase.QUEUED not in later

    def _of(self, member: AnswerMember, part: Place) -> Iterator[Clause]:
        draft, node = (self.spec.name, self.operation.id), part.node
        if "x-time" in node:
            kind, where = ClauseKind.TIME, part.where("x-time")
            yield Clause(*draft, kind, member.name, node["x-time"], part.cite("x-time"), where, member)
        if "x-zone" in node:
            kind, where, cited = ClauseKind.TIME, part.where("x-zone"), part.cite("x-zone")
            yield Clause(*draft, kind, member.name, node["x-zone"], cited, where, member, "zone")
        if node.get("x-bind") == TASK_ID:
            yield Clause(*draft, ClauseKind.IDENTITY, member.name, None, part.cite(), part.pointer, member)
        argument = self._repeated(member)
        if argument:
            yield Clause(*draft, ClauseKind.ECHO, member.name, argument, part.cite(), part.pointer, member)
        else:
            yield from self.inside(member, part)

    def _repeated(self, member: AnswerMember) -> str:
        """The argument that a member repeats; empty where it repeats none."""
        bound = str(member.schema.get("x-bind", ""))
        if (bound and not bound.startswith(ARGUMENT)) or member.schema.keys() & {"x-value", "x-each"}:
            return ""
        name = bound.removeprefix(ARGUMENT) or member.steps[-1]
        return name if name in self._arguments(of_task=member.is_of_task) else ""

    def _arguments(self, *, of_task: bool) -> set[str]:
        """The arguments that a value can repeat: those of whoever creates tasks, or of the request itself."""
        everyone = self.spec.operations.values()
        asked = [each for each in everyone if each.action is Action.CREATE] if of_task else [self.operation]
        if self.operation.action is Action.CREATE:
            asked = [self.operation]
        return {each.argument for operation in asked for each in members(operation)}
