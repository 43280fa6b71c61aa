"""The documented rules between parameters, and the values that count as not given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.expect import expect_accepted, expect_refused, require_accepted
from contracts.situations.lists import member_named
from contracts.situations.sights import see
from contracts.situations.tasks import arguments_for, create, moment
from contracts.situations.trials import call_with_room
from contracts.values import Arguments, find, is_valid, put, some, take
from openapi.clauses import Clause, ClauseKind
from openapi.members import Member, members
from openapi.model import Action, Json, Operation, Rule
from openapi.reasons import Reason

HOUR = 60 * 60  # seconds
CLOSE = 1  # seconds beyond a bound of time, on a clock that stands still
LATE = 60  # … on one that goes on, and may differ from ours


@check(ClauseKind.RULE)
def keeps_a_rule_between_parameters(api: Api, clause: Clause) -> None:
    """Every combination that the rule allows is accepted, every one that it forbids is refused."""
    operation, rule = api.operation(clause.operation), clause.detail
    for arguments, told in keeping(api, operation, rule):
        expect_accepted(_accepted(api, operation, rule, arguments), told)
    for arguments, told in breaking(api, operation, rule):
        expect_refused(api, operation, _call(api, operation, arguments), _reason(rule), situation=told)


def keeping(api: Api, operation: Operation, rule: Rule) -> Iterator[tuple[Arguments, str]]:
    """Arguments that just keep a rule, and what is special about them. Raises NotObserved."""
    yield from _combinations(api, operation, rule, broken=False)


def breaking(api: Api, operation: Operation, rule: Rule) -> Iterator[tuple[Arguments, str]]:
    """Arguments that just break a rule, and what is wrong with them. Raises NotObserved."""
    yield from _combinations(api, operation, rule, broken=True)


def _combinations(api: Api, operation: Operation, rule: Rule, *, broken: bool) -> Iterator[tuple[Arguments, str]]:
    named = [member for name in rule.parameters if (member := member_named(operation, name))]
    if len(named) < len(rule.parameters):
        raise NotObserved("a parameter of the rule is no parameter of the operation")
    base = arguments_for(api, operation)
    for values, wrong in _values(api, operation, rule, named):
        if wrong is not broken:
            continue
        given = base
        for member, value in zip(named, values, strict=True):
            given = take(given, member) if value is None else put(given, member, value)
        told = ", ".join(_told(member, value) for member, value in zip(named, values, strict=True))
        yield given, told


def _values(api: Api, operation: Operation, rule: Rule, named: list[Member]) -> Iterator[tuple[list[Json], bool]]:
    """Values of the parameters, None for one that is left out, and whether they break the rule."""
    match rule.kind:
        case "ordered":
            low, high = _two(api, operation, named)
            yield from (([low, high], False), ([low, low], False), ([high, low], True))
            if _may_stand_alone(operation, named):
                yield from (([low, None], False), ([None, high], False))
        case "together":
            some_values = [_some(api, each) for each in named]
            yield some_values, False
            if not any(each.required for each in named):
                yield [None for _ in named], False
            yield from ((_only(some_values, index), True) for index in range(len(named)))
        case "requires":
            first, *others = [_some(api, each) for each in named]
            yield from (([first, *others], False), ([None, *others], False))
            yield [first, *(None for _ in others)], True
        case "independent":
            for values in product(*(_each_or_none(api, operation, member) for member in named)):
                yield list(values), False
        case "not-older-than":
            early, late = (0, CLOSE) if api.target.is_mock else (LATE, LATE)
            _reach_a_whole_second(api)
            yield [moment(api, each, early - rule.seconds) for each in named], False
            yield [moment(api, each, -late - rule.seconds) for each in named], True


def _reach_a_whole_second(api: Api) -> None:
    """Let a clock that stands still stand on one: arguments have no fractions, which would blur a bound."""
    now = api.target.now()
    if api.target.is_mock and now.microsecond:
        api.target.wait((now.replace(microsecond=0) + timedelta(seconds=1) - now).total_seconds())


def _may_stand_alone(operation: Operation, named: list[Member]) -> bool:
    """Whether each of two parameters may be given without the other."""
    names = {each.argument for each in named}
    bound = (rule for rule in operation.rules if rule.kind in {"together", "requires"} and names & set(rule.parameters))
    return not any(each.required for each in named) and not any(bound)


def _each_or_none(api: Api, operation: Operation, member: Member) -> list[Json]:
    """Every word of an enum, or the value of the example; and none, where it may be left out."""
    known = find(arguments_for(api, operation), member)
    words: list[Json] = list(member.schema.get("enum", ())) or [_some(api, member) if known is None else known]
    return [*words, *([] if member.required else [None])]


def _two(api: Api, operation: Operation, named: list[Member]) -> tuple[Json, Json]:
    """Two values that every one of the parameters takes, the smaller first."""
    first = named[0]
    if "x-time" in first.schema:
        return moment(api, first, -2 * HOUR), moment(api, first, -HOUR)
    known = find(api.example(operation), first)
    low = known if isinstance(known, int) else some(first.schema)
    if not isinstance(low, int) or not all(is_valid(each.schema, low + 1) for each in named):
        raise NotObserved("no two values in order are known that every parameter of the rule takes")
    return low, low + 1


def _only(values: list[Json], index: int) -> list[Json]:
    return [value if index == place else None for place, value in enumerate(values)]


def _some(api: Api, member: Member) -> Json:
    return moment(api, member, -HOUR) if "x-time" in member.schema else some(member.schema)


def _told(member: Member, value: Json) -> str:
    return f"no {member.name}" if value is None else f"{member.name} is {value!r}"


def _call(api: Api, operation: Operation, given: Arguments) -> Reply:
    """A call with these very arguments: what is not among them is left out of the example, too."""
    return api.call(operation, given, omit=operation.example.keys() - given.keys())


def _accepted(api: Api, operation: Operation, rule: Rule, given: Arguments) -> Reply:
    """The answer to such a call, with time for others to end; what must not be old would have aged meanwhile."""
    if rule.kind == "not-older-than":
        return _call(api, operation, given)
    return call_with_room(api, operation, lambda: _call(api, operation, given))


def _reason(rule: Rule) -> str:
    return f"{rule.reason}/{rule.parameters[-1]}"


@check(ClauseKind.NOT_GIVEN)
def takes_a_value_that_means_nothing_for_a_missing_one(api: Api, clause: Clause) -> None:
    """With the value in place of an optional member, the call is that without it; a required one is missing."""
    judged = 0
    for operation in api.spec.operations.values():
        for member in _of_that_type(operation, clause.value):
            judged += 1
            given = put(arguments_for(api, operation), member, clause.value)
            told = f"{member.name} is {clause.value!r}, which counts as not given"
            if member.required:
                reason = f"{Reason.MISSING_PARAMETER}/{member.argument}"
                expect_refused(api, operation, api.call(operation, given), reason, situation=told)
            elif operation.action is Action.CREATE:
                _expect_default(api, operation, member, given)
            else:
                expect_accepted(api.call(operation, given), told)
    if not judged:
        raise NotObserved("no operation has a member of the body that could hold the value")


def _of_that_type(operation: Operation, value: Json) -> list[Member]:
    """The members of the top of the body that hold values of this type."""
    kind = "string" if isinstance(value, str) else "integer"
    found = (each for each in members(operation) if each.where == "body" and len(each.steps) == 1)
    return [each for each in found if each.schema.get("type") == kind]


def _expect_default(api: Api, operation: Operation, member: Member, given: Arguments) -> None:
    """The task that is created shows the member's default, where the API shows the member at all."""
    reply = expect_accepted(create(api, operation, given), f"{member.name} is {find(given, member)!r}")
    seen = see(api, str(require_accepted(reply, "creating a task").values.get("task.id")))
    default = member.schema.get("default")
    if seen is not None and default is not None and seen.fields.get(member.name, default) != default:
        received = f"{member.name} is {seen.fields[member.name]!r}"
        raise Broken(f"the default {default!r} of {member.name}, which was not given", seen.reply, received)
