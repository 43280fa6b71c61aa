"""The values that an answer repeats: those that were sent, to the letter."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.moments import says_the_same
from contracts.situations.lists import ask_as_it_is, member_named, scope
from contracts.situations.successes import is_refusal
from contracts.situations.tasks import create
from contracts.situations.telling import Told, creators_for, told_of
from contracts.situations.telltales import telltales
from contracts.values import Arguments
from openapi.clauses import Clause, ClauseKind
from openapi.model import Action, Json, Operation


@check(ClauseKind.ECHO, when=lambda clause: clause.detail.is_of_task)
def repeats_what_a_task_was_created_with(api: Api, clause: Clause) -> None:
    """Whatever the task was created with, word by word of an enum and at both ends of a range, is told of it."""
    operation, argument, judged = api.operation(clause.operation), str(clause.value), 0
    for creator in creators_for(api, operation):
        member = member_named(creator, argument)
        if member is None:
            continue
        for given in telltales(api, creator, member):
            reply = create(api, creator, given)
            if is_refusal(api, reply):  # whether it may be is judged by what is stated of the argument
                continue
            judged += _expect_repeated(api, clause, given[argument], told_of(api, operation, reply))
    if not judged:
        raise NotObserved(f"no accepted request had a value for {argument}, or no answer repeats it")


@check(ClauseKind.ECHO, when=lambda clause: not clause.detail.is_of_task)
def repeats_what_was_asked_for(api: Api, clause: Clause) -> None:
    """Whatever the request says, its answer repeats."""
    operation, argument, judged = api.operation(clause.operation), str(clause.value), 0
    for given, reply in _asked(api, operation, argument):
        if reply.accepted:
            judged += _expect_repeated(api, clause, given[argument], Told(reply.body, reply))
    if not judged:
        raise NotObserved(f"no accepted request had a value for {argument}, or no answer repeats it")


def _asked(api: Api, operation: Operation, argument: str) -> Iterator[tuple[Arguments, Reply]]:
    member = member_named(operation, argument)
    if member is None:
        raise NotObserved(f"{operation.id} has no parameter {argument}")
    for given in telltales(api, operation, member):
        if operation.action is Action.LIST:
            asked = scope(api, operation) | {argument: given[argument]}
            yield asked, ask_as_it_is(api, operation, asked).reply
        else:
            yield given, api.call(operation, given)


def _expect_repeated(api: Api, clause: Clause, sent: Json, told: Told) -> bool:
    """Whether the answer has the member, which then has to hold what was sent. Raises Broken."""
    member = clause.detail
    if not told.has(member) and not api.target.is_mock:  # whether it has to be there is the schema's to say
        return False
    found = told.meaning(member)
    if not says_the_same(sent, found):
        raise Broken(f"{clause.subject}: {sent!r}, as it was sent", told.reply, f"{clause.subject}: {found!r}")
    return True
