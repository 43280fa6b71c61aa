"""The documented rules for each value of a request: from both sides of a bound, and one fault at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from contracts.calls.client import Api
from contracts.check import NotObserved, check
from contracts.expect import expect_accepted, expect_refused, require_accepted
from contracts.files.links import as_request, is_linked, link_to, presign
from contracts.provocations.link_refusals import answers_to_links_of_another_form
from contracts.situations.successes import succeed
from contracts.situations.tasks import finished_task, moment
from contracts.situations.trials import (
    at_hand,
    attempt,
    baseline,
    both_sides,
    expect_not_mistaken,
    expect_not_taken,
    expect_taken,
    means_nothing,
    refusable,
)
from contracts.values import (
    against_pattern,
    find,
    is_valid,
    moment_of,
    of_items,
    of_length,
    other_spellings,
    other_types,
    other_words,
    put,
    take,
    within_pattern,
)
from openapi.clauses import Clause, ClauseKind
from openapi.members import Member, members
from openapi.model import Json, Operation
from openapi.reasons import Reason

UNKNOWN = "xNotDocumented"
AGO = 60  # seconds
COMPARING = frozenset({"ordered", "not-older-than"})  # kinds of rules
FAR = (2**63, 10**30)  # what does not fit into 64 bits, or into any integer
BEYOND = (Reason.OUT_OF_RANGE, Reason.WRONG_TYPE, Reason.WRONG_FORMAT, Reason.MALFORMED_BODY)
NOWHERE = (Reason.UNKNOWN_PATH, Reason.UNKNOWN_METHOD, Reason.WRONG_LENGTH, Reason.FOREIGN_PROJECT, Reason.TASK_MISSING)


@check(ClauseKind.REQUIRED)
def refuses_a_request_without_a_required_value(api: Api, clause: Clause) -> None:
    """The same request without the value is refused as incomplete."""
    operation, member = api.operation(clause.operation), clause.detail
    baseline(api, operation)
    given = at_hand(api, operation)
    if not member.steps:
        reply = refusable(api, operation, given, body=b"")
        first = next((each.argument for each in members(operation) if each.required and each.where == "body"), "")
        others = [] if api.target.is_mock else [f"{Reason.MISSING_PARAMETER}/{first}"]  # either is as good elsewhere
        expect_refused(api, operation, reply, Reason.EMPTY_BODY, *others, situation="no body at all")
        return
    without = put(given, member, find(given, member)) if find(given, member) is None else given
    reply = refusable(api, operation, take(without, member), omit=[member.name] if len(member.steps) == 1 else ())
    about = f"{Reason.MISSING_PARAMETER}/{member.argument}"
    expect_refused(api, operation, reply, about, situation=f"{member.name} left out")


@check(ClauseKind.MINIMUM, ClauseKind.MAXIMUM)
def keeps_a_bound_from_both_sides(api: Api, clause: Clause) -> str:
    """The bound itself is accepted, the next number beyond it is refused."""
    operation, member = api.operation(clause.operation), clause.detail
    bound, outward = clause.value, -1 if clause.kind is ClauseKind.MINIMUM else 1
    if not isinstance(bound, int | float) or isinstance(bound, bool) or clause.keyword == "multipleOf":
        raise NotObserved("the bound is no number that has neighbours")
    exclusive = member.schema.get("exclusiveMinimum" if outward < 0 else "exclusiveMaximum", False)
    inside, outside = (bound - outward, bound) if exclusive else (bound, bound + outward)
    if means_nothing(api, member, outside):
        outside += outward
    far = [number * outward for number in FAR if number > abs(bound)]

    def refuse() -> None:
        expect_not_taken(api, operation, member, [outside], Reason.OUT_OF_RANGE)
        expect_not_taken(api, operation, member, far, *BEYOND)

    return both_sides(api, partial(expect_taken, api, operation, member, [inside], Reason.OUT_OF_RANGE), refuse)


@check(ClauseKind.LENGTH)
def keeps_a_length_from_both_sides(api: Api, clause: Clause) -> str:
    """A text of the documented length is accepted, one that is a character too long or too short is refused."""
    operation, member = api.operation(clause.operation), clause.detail
    bound, outward = _whole(clause), -1 if clause.keyword == "minLength" else 1
    example = find(api.example(operation), member)
    inside = of_length(member.schema, bound, example)
    outside = of_length(member.schema, bound + outward, example) if bound + outward > 0 else ""

    def take() -> None:
        if inside is not None and ("enum" not in member.schema or inside in member.schema["enum"]):
            expect_taken(api, operation, member, [inside], Reason.WRONG_LENGTH)

    def refuse() -> None:
        if bound + outward < 0:
            raise NotObserved("nothing is shorter than nothing")
        if bound + outward == 0 and member.where == "path":
            _expect_no_empty_segment(api, operation, member)
        elif outside is None:
            raise NotObserved("no text of that length is known that breaks no other rule")
        else:
            expect_not_taken(api, operation, member, [outside], Reason.WRONG_LENGTH, Reason.MISSING_PARAMETER)

    return both_sides(api, take, refuse)


def _expect_no_empty_segment(api: Api, operation: Operation, member: Member) -> None:
    """A path with an empty segment is another path; wherever it leads, it is not to the operation."""
    baseline(api, operation)
    reply = api.call(operation, put(at_hand(api, operation), member, ""))
    expect_refused(api, operation, reply, *NOWHERE, situation=f"nothing in the place of {member.name}")


@check(ClauseKind.ITEMS)
def keeps_a_number_of_items_from_both_sides(api: Api, clause: Clause) -> str:
    """An array of the documented size is accepted, one item more or less, or one twice, is refused."""
    operation, member = api.operation(clause.operation), clause.detail
    example = find(at_hand(api, operation), member)
    if clause.keyword == "uniqueItems":
        if clause.value is not True:
            raise NotObserved("items may repeat: there is nothing to refuse")
        single = of_items(member.schema, 1, example) or []
        expect_not_taken(api, operation, member, [single * 2], Reason.WRONG_LENGTH)
        return ""
    bound, outward = _whole(clause), -1 if clause.keyword == "minItems" else 1
    inside, outside = of_items(member.schema, bound, example), of_items(member.schema, bound + outward, example)
    if inside is None or outside is None:
        raise NotObserved("no items are known that break no other rule")
    return both_sides(
        api,
        partial(expect_taken, api, operation, member, [inside], Reason.WRONG_LENGTH),
        partial(expect_not_taken, api, operation, member, [outside], Reason.WRONG_LENGTH),
    )


@check(ClauseKind.ENUM)
def takes_the_documented_words_and_no_others(api: Api, clause: Clause) -> str:
    """Every listed word is accepted; the same word in the other case, with a blank beside it, or a stranger is not."""
    operation, member = api.operation(clause.operation), clause.detail
    words: list[Json] = list(clause.value) if isinstance(clause.value, list) else [clause.value]
    strangers = list(dict.fromkeys(map(_key, other_words(words))))
    blank = [each for word in words[:1] if isinstance(word, str) for each in (f"{word} ", f" {word}")]

    def refuse() -> None:
        expect_not_taken(api, operation, member, [value for value, _ in strangers], Reason.NOT_IN_ENUM)
        if member.where != "header":  # which is read without the blanks around it
            expect_not_mistaken(api, operation, member, blank, Reason.NOT_IN_ENUM)

    return both_sides(api, partial(expect_taken, api, operation, member, words, Reason.NOT_IN_ENUM), refuse)


@check(ClauseKind.TYPE)
def refuses_values_of_another_type(api: Api, clause: Clause) -> None:
    """A value of the type is accepted, one of each other JSON type is refused."""
    operation, member = api.operation(clause.operation), clause.detail
    if not member.steps:
        baseline(api, operation)
        for raw in (b"[]", b'"text"', b"100"):
            reply = refusable(api, operation, None, body=raw)
            reasons = (Reason.WRONG_TYPE, Reason.MALFORMED_BODY)
            expect_refused(api, operation, reply, *reasons, situation=f"the body is {raw.decode()}")
        return
    own = find(at_hand(api, operation), member)
    if own is not None:
        expect_taken(api, operation, member, [own], Reason.WRONG_TYPE)
    if member.where != "body" and clause.value == "array":
        expect_taken(api, operation, member, [of_items(member.schema, count, None) for count in (1, 2)])
        return
    if member.where != "body":
        kinds = {"integer": ["text", "1.5"], "number": ["text"], "boolean": ["text", "100"]}
        strangers: list[Json] = list(kinds.get(str(clause.value), ()))
        if not strangers:
            raise NotObserved(f"outside a body every text can be read as {clause.value}")
    else:
        strangers = [*other_types(member.schema), *_in_another_type(api, operation, member)]
    expect_not_taken(api, operation, member, strangers, Reason.WRONG_TYPE)


def _in_another_type(api: Api, operation: Operation, member: Member) -> Iterator[Json]:
    """The moment of the example in another type, where rules compare it: no rule refuses it, so the type has to."""
    example = find(api.example(operation), member)
    compared = {name for rule in operation.rules if rule.kind in COMPARING for name in rule.parameters}
    if member.argument not in compared or len(member.steps) != 1:
        return
    if isinstance(example, int):
        yield example + 0.5
    elif (moment := moment_of(example)) is not None:
        yield int(moment.timestamp())


@check(ClauseKind.PATTERN, ClauseKind.FORMAT)
def refuses_texts_of_another_form(api: Api, clause: Clause) -> None:
    """A text of a legal length with a character or a form that is not allowed is refused."""
    operation, member = api.operation(clause.operation), clause.detail
    example = find(api.example(operation), member) or member.schema.get("default")
    if example is None and "x-time" in member.schema:
        example = moment(api, member, -AGO)
    wrong: list[Json] = []
    if is_linked(api, operation):
        _expect_no_such_link(api, operation)
        return
    if clause.kind is ClauseKind.PATTERN:
        expect_taken(api, operation, member, _of_the_pattern(operation, member, example), Reason.WRONG_FORMAT)
        found = list(against_pattern(member.schema, example))
        wrong += found[:3] + [each for each in found[3:] if isinstance(example, str) and example in each][:1]
    else:
        free = {key: value for key, value in member.schema.items() if key != "format"}
        candidates: list[Json] = ["text", "2020-13-41T25:61:61Z", 2**31, 2**63, -(2**63) - 1]
        rule = {key: member.schema[key] for key in ("type", "format") if key in member.schema}
        wrong = [each for each in candidates if is_valid(free, each) and not is_valid(rule, each)]
    wrong += other_spellings(member.schema, example)
    if member.where == "path":
        wrong = [each for each in wrong if "/" not in str(each)]
    if not wrong:
        raise NotObserved("no value is known that breaks this rule and no other")
    expect_not_taken(api, operation, member, wrong, Reason.WRONG_FORMAT, Reason.OUT_OF_RANGE)


def _of_the_pattern(operation: Operation, member: Member, example: Json) -> list[Json]:
    """Texts of every kind of character that the pattern takes; of what has to make sense besides, the example alone."""
    is_query = operation.file is not None and member.argument == operation.file.query
    if is_query or not isinstance(example, str) or not example:
        return []
    return list(within_pattern(member.schema, example))


def _expect_no_such_link(api: Api, operation: Operation) -> None:
    others = () if api.target.is_mock else (Reason.TASK_MISSING, Reason.FILE_GONE)  # where nothing is, need not be read
    replies = list(answers_to_links_of_another_form(api, operation))
    if not replies:
        raise NotObserved("no link is known that breaks this rule and no other")
    for reply in replies:
        situation = f"a link to {reply.exchange.request.path}"
        expect_refused(api, operation, reply, Reason.WRONG_FORMAT, *others, situation=situation)


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
        baseline(api, operation)
        reply = attempt(api, operation, {**at_hand(api, operation), UNKNOWN: "text"})
    if clause.value == "refuse":
        expect_refused(api, operation, reply, Reason.UNKNOWN_PARAMETER, situation=f"with a member {UNKNOWN}")
    else:
        expect_accepted(reply, f"with a member {UNKNOWN}, which is passed over")


@check(ClauseKind.UNKNOWN_MEMBER, when=lambda clause: bool(_objects(clause.detail)))
def treats_unknown_members_inside_others_as_documented(api: Api, clause: Clause) -> None:
    """So it is with a member of an object within the body."""
    operation = api.operation(clause.operation)
    for outer in _objects(operation):
        baseline(api, operation)
        given = at_hand(api, operation)
        if find(given, outer) is None:
            continue
        inner = replace(outer, steps=(*outer.steps, UNKNOWN))
        reply = attempt(api, operation, put(given, inner, "text"))
        told = f"with a member {inner.name}"
        if clause.value == "refuse":
            expect_refused(api, operation, reply, Reason.UNKNOWN_PARAMETER, situation=told)
        else:
            expect_accepted(reply, f"{told}, which is passed over")


def _objects(operation: Operation) -> list[Member]:
    """The objects within the body whose members the schema names."""
    found = (each for each in members(operation) if each.where == "body")
    return [each for each in found if "properties" in each.schema and "additionalProperties" not in each.schema]


def _whole(clause: Clause) -> int:
    if not isinstance(clause.value, int):
        raise NotObserved("the bound is no whole number")
    return clause.value


def _key(value: Json) -> tuple[Json, str]:
    return value, type(value).__name__
