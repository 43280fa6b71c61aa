"""What a server may get wrong about single values of its answers: ids, repeated values, moments and messages."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.mutation.bodies import Body
from contracts.mutation.defects.ids import another_id, same_task_again
from contracts.mutation.defects.illness import ATTACKS, ill
from contracts.mutation.facts import WORD, Facts
from contracts.mutation.mutant import Mutant
from openapi.clauses import AnswerMember, Clause
from openapi.model import Action, Json

SPELLINGS = ("seconds", "milliseconds", "epoch-seconds", "epoch-milliseconds")
OTHER_SPELLING = "%Y/%m/%d %H:%M:%S"
ZONES = ("+00:00", "+08:00")
OTHER_MOMENT = {"task.created": "task.ends", "task.ended": "task.created", "token.expires": "token.issued"}


def echo_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Always the same value, whatever was sent."""
    member: AnswerMember = clause.detail
    body = Body.of(facts, clause)
    where = body.where(member)
    words = member.schema.get("enum", ())
    same = f"it can only be {words[0]!r}" if len(words) == 1 else ""
    for index, value in enumerate(_values(member)):
        told = f"{clause.subject}: always {value!r}, whatever was sent"
        served = {key: each for key, each in member.schema.items() if key not in {"x-bind", "x-time", "properties"}}
        yield Mutant(clause, f"fixed-{index + 1}", told, body.changed({where: {**served, "x-value": value}}), same=same)


def time_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Another form, another zone, another moment."""
    member: AnswerMember = clause.detail
    body, schema = Body.of(facts, clause), member.schema
    where, is_number = body.where(member), schema.get("type") == "integer"
    if clause.keyword == "zone":
        other = next(each for each in ZONES if each != clause.value)
        yield Mutant(clause, "other", f"in the zone {other}", body.changed({f"{where}/x-zone": other}))
        yield from _other_moment(facts, clause, body)
        return
    same = [each for each in SPELLINGS if each.startswith("epoch") == is_number and each != clause.value]
    spelling = same[0] if clause.value in SPELLINGS else OTHER_SPELLING
    yield Mutant(clause, "spelling", f"written as {spelling}", body.changed({f"{where}/x-time": spelling}))
    if not is_number and "x-zone" not in schema:
        yield Mutant(clause, "zone", f"in the zone {ZONES[1]}", body.changed({f"{where}/x-zone": ZONES[1]}))
    if "x-zone" not in schema:
        yield from _other_moment(facts, clause, body)


def _other_moment(facts: Facts, clause: Clause, body: Body) -> Iterator[Mutant]:
    """The moment of something else in its place."""
    member: AnswerMember = clause.detail
    own = member.schema.get("x-bind", "")
    if own in OTHER_MOMENT:
        is_new = facts.operation(clause).action is Action.CREATE and own == "task.ended"
        hidden = "a task that was just created has not ended" if is_new else ""
        changes = body.changed({f"{body.where(member)}/x-bind": OTHER_MOMENT[own]})
        yield Mutant(clause, "moment", f"holds {OTHER_MOMENT[own]}", changes, same=hidden)


def identity_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """Another id than that of the task; of new tasks, the same id twice."""
    told = f"{clause.subject} is not the id by which the task is known"
    yield Mutant(clause, "other", told, defect=another_id(clause.operation))
    if facts.operation(clause).action is Action.CREATE:
        told = f"{clause.subject} is the same for every new task"
        yield Mutant(clause, "repeated", told, defect=same_task_again(clause.operation))


def message_mutants(_: Facts, clause: Clause) -> Iterator[Mutant]:
    """Other words, and one more."""
    stated = str(clause.value)
    yield Mutant(clause, "other", f"message {WORD!r}", {clause.pointer: WORD})
    same = "it ends in what may be anything" if stated.endswith("}") else ""
    yield Mutant(clause, "longer", f"message …{WORD!r}", {clause.pointer: f"{stated} {WORD}"}, same=same)


def robustness_mutants(facts: Facts, clause: Clause) -> Iterator[Mutant]:
    """An error page in the place of an answer to what nobody expected."""
    operation = facts.operation(clause)
    for name, (told, needs_body) in ATTACKS.items():
        if operation.body is not None or not needs_body:
            yield Mutant(clause, name, f"an error page, given {told}", defect=ill(clause.operation, name))


def _values(member: AnswerMember) -> list[Json]:
    """Two values that the member could always have."""
    schema = member.schema
    words: list[Json] = list(schema.get("enum", ()))
    if words:
        return words[:2]
    match schema.get("type"):
        case "integer":
            return [1, 2]
        case "boolean":
            return [True, False]
        case "object":
            return [{}]
        case "array":
            return [[]]
    return [WORD]
