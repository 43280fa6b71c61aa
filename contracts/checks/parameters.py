"""The documented rules for each value of a request: from both sides of a bound, and one fault at a time."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.calls.client import Api, Reply
from contracts.check import NotObserved, check
from contracts.expect import error_code, expect_accepted, expect_refused, require_accepted
from contracts.files.links import as_request, is_linked, link_to, presign
from contracts.situations.successes import finished_task, succeed
from contracts.situations.tasks import arguments_for, moment
from contracts.values import (
    Arguments,
    against_pattern,
    find,
    is_valid,
    of_items,
    of_length,
    other_types,
    other_words,
    put,
    some,
    take,
)
from openapi.clauses import Clause, ClauseKind
from openapi.members import Member, members
from openapi.model import Json, Operation
from openapi.reasons import Reason

UNKNOWN = "xNotDocumented"


@check(ClauseKind.REQUIRED)
def refuses_a_request_without_a_required_value(api: Api, clause: Clause) -> None:
    """The same request without the value is refused as incomplete."""
    operation, member = api.operation(clause.operation), clause.detail
    given = _baseline(api, operation)
    if not member.steps:
        reply = api.call(operation, given, body=b"")
        first = next((each.argument for each in members(operation) if each.required and each.where == "body"), "")
        missing = f"{Reason.MISSING_PARAMETER}/{first}"
        expect_refused(api, operation, reply, Reason.EMPTY_BODY, missing, situation="no body at all")
        return
    without = put(given, member, find(given, member)) if find(given, member) is None else given
    reply = api.call(operation, take(without, member), omit=[member.name] if len(member.steps) == 1 else ())
    about = f"{Reason.MISSING_PARAMETER}/{member.argument}"
    expect_refused(api, operation, reply, about, situation=f"{member.name} left out")


@check(ClauseKind.MINIMUM, ClauseKind.MAXIMUM)
def keeps_a_bound_from_both_sides(api: Api, clause: Clause) -> None:
    """The bound itself is accepted, the next number beyond it is refused."""
    operation, member = api.operation(clause.operation), clause.detail
    bound, outward = clause.value, -1 if clause.kind is ClauseKind.MINIMUM else 1
    if not isinstance(bound, int | float) or isinstance(bound, bool) or clause.keyword == "multipleOf":
        raise NotObserved("the bound is no number that has neighbours")
    exclusive = member.schema.get("exclusiveMinimum" if outward < 0 else "exclusiveMaximum", False)
    inside, outside = (bound - outward, bound) if exclusive else (bound, bound + outward)
    if _means_nothing(api, member, outside):
        outside += outward
    _accepts(api, operation, member, [inside], Reason.OUT_OF_RANGE)
    _refuses(api, operation, member, [outside], Reason.OUT_OF_RANGE)


@check(ClauseKind.LENGTH)
def keeps_a_length_from_both_sides(api: Api, clause: Clause) -> None:
    """A text of the documented length is accepted, one that is a character too long or too short is refused."""
    operation, member = api.operation(clause.operation), clause.detail
    bound, outward = _whole(clause), -1 if clause.keyword == "minLength" else 1
    example = find(api.example(operation), member)
    inside = of_length(member.schema, bound, example)
    if inside is not None and ("enum" not in member.schema or inside in member.schema["enum"]):
        _accepts(api, operation, member, [inside], Reason.WRONG_LENGTH)
    if bound + outward < 0:
        raise NotObserved("nothing is shorter than nothing")
    outside = of_length(member.schema, bound + outward, example)
    if bound + outward == 0:
        outside = ""
        if member.where == "path":
            raise NotObserved("a path with an empty segment is another path")
    if outside is None:
        raise NotObserved("no text of that length is known that breaks no other rule")
    _refuses(api, operation, member, [outside], Reason.WRONG_LENGTH, Reason.MISSING_PARAMETER)


@check(ClauseKind.ITEMS)
def keeps_a_number_of_items_from_both_sides(api: Api, clause: Clause) -> None:
    """An array of the documented size is accepted, one item more or less, or one twice, is refused."""
    operation, member = api.operation(clause.operation), clause.detail
    given = _baseline(api, operation)
    example = find(given, member)
    if clause.keyword == "uniqueItems":
        if clause.value is not True:
            raise NotObserved("items may repeat: there is nothing to refuse")
        single = of_items(member.schema, 1, example) or []
        _refuses(api, operation, member, [single * 2], Reason.WRONG_LENGTH)
        return
    bound, outward = _whole(clause), -1 if clause.keyword == "minItems" else 1
    inside, outside = of_items(member.schema, bound, example), of_items(member.schema, bound + outward, example)
    if inside is None or outside is None:
        raise NotObserved("no items are known that break no other rule")
    _accepts(api, operation, member, [inside], Reason.WRONG_LENGTH)
    _refuses(api, operation, member, [outside], Reason.WRONG_LENGTH)


@check(ClauseKind.ENUM)
def takes_the_documented_words_and_no_others(api: Api, clause: Clause) -> None:
    """Every listed word is accepted; the same word in the other case, and a stranger, are refused."""
    operation, member = api.operation(clause.operation), clause.detail
    words: list[Json] = list(clause.value) if isinstance(clause.value, list) else [clause.value]
    _accepts(api, operation, member, words)
    strangers = list(dict.fromkeys(map(_key, other_words(words))))
    _refuses(api, operation, member, [value for value, _ in strangers], Reason.NOT_IN_ENUM)


@check(ClauseKind.TYPE)
def refuses_values_of_another_type(api: Api, clause: Clause) -> None:
    """A value of each other JSON type is refused."""
    operation, member = api.operation(clause.operation), clause.detail
    if not member.steps:
        _baseline(api, operation)
        for raw in (b"[]", b'"text"', b"100"):
            reply = api.call(operation, body=raw)
            reasons = (Reason.WRONG_TYPE, Reason.MALFORMED_BODY)
            expect_refused(api, operation, reply, *reasons, situation=f"the body is {raw.decode()}")
        return
    if member.where != "body":
        kinds = {"integer": ["text", "1.5"], "number": ["text"], "boolean": ["text", "100"]}
        strangers: list[Json] = list(kinds.get(str(clause.value), ()))
        if not strangers:
            raise NotObserved(f"outside a body every text can be read as {clause.value}")
    else:
        strangers = list(other_types(member.schema))
    _refuses(api, operation, member, strangers, Reason.WRONG_TYPE)


@check(ClauseKind.PATTERN, ClauseKind.FORMAT)
def refuses_texts_of_another_form(api: Api, clause: Clause) -> None:
    """A text of a legal length with a character or a form that is not allowed is refused."""
    operation, member = api.operation(clause.operation), clause.detail
    example = find(api.example(operation), member)
    wrong: list[Json] = []
    if clause.kind is ClauseKind.PATTERN:
        wrong += list(against_pattern(member.schema, example))[:3]
    else:
        free = {key: value for key, value in member.schema.items() if key != "format"}
        candidates: list[Json] = ["text", "2020-13-41T25:61:61Z", 2**31, 2**63, -(2**63) - 1]
        rule = {key: member.schema[key] for key in ("type", "format") if key in member.schema}
        wrong = [each for each in candidates if is_valid(free, each) and not is_valid(rule, each)]
    if member.where == "path":
        wrong = [each for each in wrong if "/" not in str(each)]
    if not wrong:
        raise NotObserved("no value is known that breaks this rule and no other")
    _refuses(api, operation, member, wrong, Reason.WRONG_FORMAT, Reason.OUT_OF_RANGE)


@check(ClauseKind.UNKNOWN_MEMBER)
def treats_unknown_members_as_documented(api: Api, clause: Clause) -> None:
    """A member that no page knows is refused, or passed over, as documented."""
    operation = api.operation(clause.operation)
    if is_linked(api, operation):
        require_accepted(succeed(api, operation), "following the link")
        link = link_to(api, finished_task(api))
        longer = presign(api, link, as_request(link).path, api.account, f"{UNKNOWN}=text")
        reply = api.follow(operation, longer)
    else:
        _baseline(api, operation)
        reply = api.call(operation, {**arguments_for(api, operation), UNKNOWN: "text"})
    if clause.value == "refuse":
        expect_refused(api, operation, reply, Reason.UNKNOWN_PARAMETER, situation=f"with a member {UNKNOWN}")
    else:
        expect_accepted(reply, f"with a member {UNKNOWN}, which is passed over")


def _baseline(api: Api, operation: Operation, member: Member | None = None) -> Arguments:
    """Fresh arguments of the kind that was accepted just now, with the member or else without. Raises NotObserved."""
    reply = api.call(operation, arguments_for(api, operation))
    if member is not None and not reply.accepted and not member.required and len(member.steps) == 1:
        reply = api.call(operation, arguments_for(api, operation), omit=[member.argument])
    require_accepted(reply, "the call that the check starts from")
    return arguments_for(api, operation)


def _accepts(api: Api, operation: Operation, member: Member, values: Iterable[Json], *reasons: Reason) -> None:
    """Every value is accepted; one that names something that need not exist is at least not refused for its form."""
    _baseline(api, operation, member)
    form = {found.code for reason in reasons if (found := error_code(api, operation, f"{reason}/{member.argument}"))}
    for value in values:
        reply = _try(api, operation, member, value)
        if not (_is_name(member) and reply.error_code and reply.error_code not in form):
            expect_accepted(reply, f"{member.name} is {_brief(value)}")


def _refuses(api: Api, operation: Operation, member: Member, values: Iterable[Json], *reasons: Reason) -> None:
    _baseline(api, operation, member)
    wrong = [value for value in values if not _means_nothing(api, member, value)]
    if not wrong:
        raise NotObserved("no value is known that breaks this rule, no other, and is no way to leave it out")
    for value in wrong:
        reply = _try(api, operation, member, value)
        about = [f"{reason}/{member.argument}" for reason in reasons]
        expect_refused(api, operation, reply, *about, situation=f"{member.name} is {_brief(value)}")


def _is_name(member: Member) -> bool:
    """Whether the value names a task, a resource or a project, so that a made-up one leads nowhere."""
    bound = member.schema.get("x-bind") in {"task.id", "task.ids"} or member.steps[-1:] == ("[]",)
    return bound or bool(member.schema.get("x-resource") or member.schema.get("x-tenant"))


def _means_nothing(api: Api, member: Member, value: Json) -> bool:
    """Whether a member of the body with this value counts as not given."""
    given = any(value == each and type(value) is type(each) for each in api.spec.not_given)
    return given and member.where == "body" and len(member.steps) == 1


def _try(api: Api, operation: Operation, member: Member, value: Json) -> Reply:
    """A call with one value changed, and whatever the rules between parameters ask to be changed with it."""
    given = put(arguments_for(api, operation), member, value)
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
    return api.call(operation, given)


def _some(api: Api, member: Member) -> Json:
    """Some value that a member takes."""
    if "x-time" in member.schema:
        return moment(api, member, 0)
    return some(member.schema)


def _whole(clause: Clause) -> int:
    if not isinstance(clause.value, int):
        raise NotObserved("the bound is no whole number")
    return clause.value


def _key(value: Json) -> tuple[Json, str]:
    return value, type(value).__name__


def _brief(value: Json) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:40]}… ({len(shown)} characters)"  # noqa: PLR2004 - fits a line
