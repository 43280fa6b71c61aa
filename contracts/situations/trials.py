"""Calls with one value changed, and nothing else that could be wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Unpack

from contracts.calls.client import Api, Reply
from contracts.calls.how import How
from contracts.check import Broken, NotObserved
from contracts.expect import error_code, expect_accepted, expect_refused, require_accepted
from contracts.safety.budget import TasksSpent
from contracts.situations.sparing import creating
from contracts.situations.tasks import READS, arguments_for, moment, share
from contracts.values import Arguments, find, is_valid, put, some
from openapi.members import Member, members
from openapi.model import Action, Json, Operation
from openapi.reasons import Reason


def baseline(api: Api, operation: Operation, member: Member | None = None) -> None:
    """Require that a call is accepted, with the member or else without; on a mock once in a check.

    Elsewhere an answer that is shared with other clauses will do. Raises NotObserved.
    """
    about = api.which, operation.id, member.name if member is not None else ""
    if api.target.is_mock and about in api.shared.accepted:
        return
    known = api.shared.answer(api.which, operation)
    if known is not None:
        api.exchanges.append(known.exchange)
        return
    with creating(api, is_spare=api.is_spare and not api.shared.is_frugal):
        reply = call_with_room(api, operation, lambda: attempt(api, operation, at_hand(api, operation)))
    share(api, operation, reply)
    if member is not None and not reply.accepted and not member.required and len(member.steps) == 1:
        reply = attempt(api, operation, at_hand(api, operation), omit=[member.argument])
    require_accepted(reply, "the call that the check starts from")
    api.shared.accepted.add(about)


def at_hand(api: Api, operation: Operation) -> Arguments:
    """Arguments of a call that ought to be accepted; those of the last one of the check, unless it used them up.

    Where a server is no mock, they are fresh: others may have used them up. Raises NotObserved.
    """
    if not api.target.is_mock:
        return arguments_for(api, operation)
    key = api.which, operation.id
    if key not in api.shared.at_hand:
        api.shared.at_hand[key] = arguments_for(api, operation)
    return api.shared.at_hand[key]


def attempt(api: Api, operation: Operation, given: Arguments, **how: Unpack[How]) -> Reply:
    """The answer to a call with arguments that were at hand, which an accepted one may have used up."""
    reply = api.call(operation, given, **how)
    if reply.accepted and operation.action not in READS:
        api.shared.at_hand.pop((api.which, operation.id), None)
    return reply


def both_sides(api: Api, taken: Callable[[], None], not_taken: Callable[[], None]) -> str:
    """Judge what is accepted and what is refused; what could not be looked at, if anything.

    A real endpoint is first asked for what it refuses, which makes no task; then, as far as there are tasks to spare,
    for what it accepts, besides the call that the check starts from.
    """
    if api.target.is_mock:
        taken()
        not_taken()
        return ""
    not_taken()
    try:
        with creating(api, is_spare=True):
            taken()
    except TasksSpent as error:
        return f"other values that are accepted were not tried: {error}"
    return ""


def expect_taken(api: Api, operation: Operation, member: Member, values: Iterable[Json], *reasons: Reason) -> None:
    """Every value is accepted; one that names something that need not exist is at least not refused for its form."""
    wanted = list(values)
    form = {found.code for reason in reasons if (found := error_code(api, operation, f"{reason}/{member.argument}"))}
    _expect_example(api, operation, member, wanted, form)
    baseline(api, operation, member)
    own = find(at_hand(api, operation), member) if api.shared.is_frugal else None
    for value in wanted:
        if api.shared.is_frugal and (value, type(value)) == (own, type(own)):
            continue  # the call that the check starts from has it
        reply = answer_to(api, operation, member, value)
        if not (_is_name(member) and reply.error_code and reply.error_code not in form):
            expect_accepted(reply, f"{member.name} is {brief(value)}")


def _expect_example(api: Api, operation: Operation, member: Member, values: list[Json], form: set[str]) -> None:
    """On a mock, an example with one of the values is not refused for the form of this member. Raises Broken."""
    given = at_hand(api, operation)
    own = find(given, member)
    size = len(own) if isinstance(own, list) else None
    is_one = own in values or (size is not None and size in {len(each) for each in values if isinstance(each, list)})
    if is_one and api.target.is_mock:
        reply = attempt(api, operation, given)
        if reply.error_code in form:
            expect_accepted(reply, f"{member.name} is {brief(own)}")


def expect_not_taken(api: Api, operation: Operation, member: Member, values: Iterable[Json], *reasons: Reason) -> None:
    """Every value is refused, for one of the reasons. Raises Broken, NotObserved."""
    baseline(api, operation, member)
    wrong = [value for value in values if not means_nothing(api, member, value)]
    if not wrong:
        raise NotObserved("no value is known that breaks this rule, no other, and is no way to leave it out")
    for value in wrong:
        with creating(api, is_spare=False):  # as it makes none
            reply = answer_to(api, operation, member, value)
        about = [f"{reason}/{member.argument}" for reason in reasons]
        expect_refused(api, operation, reply, *about, situation=f"{member.name} is {brief(value)}")


def refusable(api: Api, operation: Operation, given: Arguments | None, **how: Unpack[How]) -> Reply:
    """The answer to a call that ought to be refused, and makes no task then."""
    with creating(api, is_spare=False):
        return api.call(operation, given, **how)


def _is_name(member: Member) -> bool:
    """Whether the value names a task, a resource or a project, so that a made-up one leads nowhere."""
    bound = member.schema.get("x-bind") in {"task.id", "task.ids"} or member.steps[-1:] == ("[]",)
    return bound or bool(member.schema.get("x-resource") or member.schema.get("x-tenant"))


def means_nothing(api: Api, member: Member, value: Json) -> bool:
    """Whether a member of the body with this value counts as not given."""
    given = any(value == each and type(value) is type(each) for each in api.spec.not_given)
    return given and member.where == "body" and len(member.steps) == 1


def answer_to(api: Api, operation: Operation, member: Member, value: Json) -> Reply:
    """A call with one value changed, and whatever the rules between parameters ask to be changed with it."""
    given = put(at_hand(api, operation), member, value)
    named = {each.steps[0]: each for each in members(operation) if len(each.steps) == 1}
    for rule in operation.rules:
        if member.argument not in rule.parameters or len(member.steps) != 1:
            continue
        others = [named[name] for name in rule.parameters if name != member.argument and name in named]
        for other in others:
            if rule.kind == "together" and find(given, other) is None:
                given = put(given, other, _some(api, other))
            elif rule.kind == "ordered" and find(given, other) is not None and is_valid(other.schema, value):
                given = put(given, other, value)
    return call_with_room(api, operation, lambda: attempt(api, operation, given))


def call_with_room(api: Api, operation: Operation, call: Callable[[], Reply]) -> Reply:
    """The answer to a call; to a second one, once tasks have had time to end, where they left no room for another."""
    reply, life = call(), api.spec.lifecycle
    codes = (error_code(api, operation, quota.reason) for quota in api.spec.quotas if quota.reason)
    if operation.action is not Action.CREATE or life is None or reply.error_code not in {c.code for c in codes if c}:
        return reply
    api.target.wait(life.queued_seconds + life.running_seconds)
    return call()


def _some(api: Api, member: Member) -> Json:
    """Some value that a member takes."""
    if "x-time" in member.schema:
        return moment(api, member, 0)
    return some(member.schema)


def expect_not_mistaken(
    api: Api, operation: Operation, member: Member, values: Iterable[Json], *reasons: Reason
) -> None:
    """A value that readers differ about is refused, as the spec has it; a server that is no mock may take it as well.

    What it may not do is to answer in no documented way.
    """
    baseline(api, operation, member)
    wrong = [value for value in values if not means_nothing(api, member, value)]
    for value in wrong:
        with creating(api, is_spare=False):
            reply = answer_to(api, operation, member, value)
        about, told = [f"{reason}/{member.argument}" for reason in reasons], f"{member.name} is {brief(value)}"
        if api.target.is_mock:
            expect_refused(api, operation, reply, *about, situation=told)
        elif not reply.accepted and not reply.error_code:
            raise Broken(f"accepted, or refused as documented: {told}", reply)


def brief(value: Json) -> str:
    """A value as it is told, cut where it is long."""
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:40]}… ({len(shown)} characters)"  # noqa: PLR2004 - fits a line
