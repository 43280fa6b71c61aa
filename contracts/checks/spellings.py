"""Values that look like another: nothing for something, a fraction for a whole number, text for a truth."""

from __future__ import annotations

from dataclasses import replace

from contracts.calls.client import Api
from contracts.check import Broken, check
from contracts.expect import expect_refused
from contracts.situations.trials import answer_to, at_hand, attempt, baseline, expect_not_mistaken
from contracts.values import put
from openapi.clauses import Clause, ClauseKind
from openapi.members import ITEM, Member
from openapi.messages import Request
from openapi.model import Json
from openapi.reasons import Reason

MARK = 8070605040302  # a number that stands nowhere else, in whose place another text is written
NO_JSON = ("01", "+1", "0x1", "1.", "NaN")  # that JSON has not
OTHER_JSON = ("1.0", "1e2", "1E+2")  # whole numbers, which JSON writes as others as well
WORDS = {"integer": ("1e2", "+1", "0x1", "1_0", " 1", ""), "boolean": ("True ", "yes", "1", "")}  # of a query


def _is_in_body(clause: Clause) -> bool:
    return bool(clause.detail.where == "body" and clause.detail.steps)


def _is_number_in_body(clause: Clause) -> bool:
    return _is_in_body(clause) and clause.value == "integer" and ITEM not in clause.detail.steps


def _is_read_from_text(clause: Clause) -> bool:
    return clause.detail.where in {"query", "header"} and clause.value in WORDS


@check(ClauseKind.TYPE, when=_is_in_body)
def takes_null_for_no_value(api: Api, clause: Clause) -> None:
    """Null is no value of the type: it is refused, and where the value is required, by every server."""
    operation, member = api.operation(clause.operation), clause.detail
    if member.schema.get("nullable") or None in api.spec.not_given:
        expected = [answer_to(api, operation, member, None)]
        if not expected[0].accepted:
            raise Broken(f"accepted: {member.name} is null", expected[0])
        return
    reasons = (Reason.WRONG_TYPE, Reason.MISSING_PARAMETER)
    if not member.required:
        expect_not_mistaken(api, operation, member, [None], *reasons)
        return
    baseline(api, operation, member)
    about = [f"{reason}/{member.argument}" for reason in reasons]
    expect_refused(api, operation, answer_to(api, operation, member, None), *about, situation=f"{member.name} is null")


@check(ClauseKind.TYPE, when=_is_number_in_body)
def takes_a_whole_number_in_its_own_spelling(api: Api, clause: Clause) -> None:
    """What JSON has no number for is refused by every server; a fraction or a power of ten is no integer."""
    operation, member = api.operation(clause.operation), clause.detail
    baseline(api, operation, member)
    reasons = (Reason.WRONG_TYPE, Reason.MALFORMED_BODY, Reason.OUT_OF_RANGE)
    about = [f"{reason}/{member.argument}" for reason in reasons]
    for text in (*NO_JSON, *OTHER_JSON):
        given = put(at_hand(api, operation), member, MARK)
        reply = attempt(api, operation, given, before=lambda request, word=text: _written(request, word))  # type: ignore[misc]
        told = f"{member.name} is {text}"
        if text in NO_JSON or api.target.is_mock:
            expect_refused(api, operation, reply, *about, situation=told)
        elif not reply.accepted and not reply.error_code:
            raise Broken(f"accepted, or refused as documented: {told}", reply)


@check(ClauseKind.TYPE, when=_is_read_from_text)
def reads_a_value_from_text_in_one_way(api: Api, clause: Clause) -> None:
    """Outside a body, too, a number is digits and a truth one of two words; nothing at all is neither."""
    operation, member = api.operation(clause.operation), clause.detail
    expect_not_mistaken(api, operation, member, _words(member, str(clause.value)), Reason.WRONG_TYPE)


def _words(member: Member, kind: str) -> list[Json]:
    """A header is read without the blanks around it, and not read where it is empty."""
    return [each for each in WORDS[kind] if member.where == "query" or each.strip() == each != ""]


def _written(request: Request, word: str) -> Request:
    return replace(request, body=request.body.replace(str(MARK).encode(), word.encode()))
