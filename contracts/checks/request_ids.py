"""The id of a request: there in every answer, of the documented form, and never the same."""

from __future__ import annotations

import re

from contracts.calls.client import Api, Reply
from contracts.calls.envelopes import REQUEST_ID
from contracts.calls.noise import REPEATABLE
from contracts.check import Broken, check
from contracts.provocations.refusals import refusals
from contracts.situations.successes import succeed
from openapi.binding import read
from openapi.clauses import Clause, ClauseKind
from openapi.model import Json, Operation

CALLS = 3  # that have to be answered with different ids
FORMS = {"{uuid}": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "{hex32}": r"[0-9a-f]{32}"}


@check(ClauseKind.REQUEST_ID)
def gives_every_request_an_id_of_its_own(api: Api, clause: Clause) -> None:
    """Each answer has an id where it is documented, no two have the same, and one answer has only one."""
    if clause.operation:
        operation = api.operation(clause.operation)
        replies = [succeed(api, operation), *(succeed(api, operation, anew=True) for _ in range(_more(api, operation)))]
    else:
        replies = refusals(api, clause.detail)
    form = _form(api)
    seen: set[str] = set()
    for reply in replies:
        found = _id(reply, clause)
        if not isinstance(found, str) or not found:
            raise Broken(f"the id of the request as {_name(clause)}", reply)
        if form is not None and not form.fullmatch(found):
            raise Broken(f"an id of the documented form as {_name(clause)}", reply, found)
        if found in seen:
            raise Broken("an id that no other request had", reply, f"{found}, for the second time")
        seen.add(found)
        _expect_the_same(reply, clause, found)


def _more(api: Api, operation: Operation) -> int:
    """Calls after the first; a real endpoint is not made to work three times where two answers show as much."""
    return CALLS - 1 if api.target.is_mock or operation.action in REPEATABLE else 1


def _id(reply: Reply, clause: Clause) -> Json:
    if _is_header(clause):
        return reply.headers.get(_name(clause).lower())
    schema = clause.detail.schema or {}
    return read(schema, reply.body).get(REQUEST_ID)


def _expect_the_same(reply: Reply, clause: Clause, found: str) -> None:
    """An answer that tells the id twice tells the same one."""
    other = read(clause.detail.schema or {}, reply.body).get(REQUEST_ID)
    if other is not None and other != found:
        raise Broken(f"the same id in the body as {_name(clause)}", reply, f"{found} and {other}")


def _is_header(clause: Clause) -> bool:
    return _name(clause).lower() in clause.detail.headers


def _name(clause: Clause) -> str:
    return clause.subject.rpartition(":")[2]


def _form(api: Api) -> re.Pattern[str] | None:
    """The documented form of the ids; None where no page gives one."""
    stated = "x-request-id" in api.spec.document
    pattern = FORMS.get(api.spec.request_id) if stated else None
    return re.compile(pattern) if pattern else None
