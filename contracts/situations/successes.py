"""What operations answer when nothing is wrong with the request; how the one is called that only a link leads to."""

from __future__ import annotations

from contracts.calls.client import Api, Reply
from contracts.calls.envelopes import envelopes
from contracts.check import NotObserved
from contracts.files.links import is_linked, link_to
from contracts.situations.lists import list_operation
from contracts.situations.sparing import creating
from contracts.situations.tasks import arguments_for, finished_task, share
from openapi.model import Operation


def succeed(api: Api, operation: Operation, *, anew: bool = False) -> Reply:
    """The answer to a call that ought to be accepted; whether it is, is for the caller to judge.

    One that is shared with other clauses will do, unless it has to be a new one. Raises NotObserved when the situation
    cannot be had, or a refusal says what is wrong with it.
    """
    known = api.shared.answer(api.which, operation) if not anew else None
    if known is not None:
        api.exchanges.append(known.exchange)
        return known
    with creating(api, is_spare=anew and api.is_spare):
        is_link = is_linked(api, operation)
        reply = _follow(api, operation) if is_link else api.call(operation, arguments_for(api, operation))
    if is_refusal(api, reply):
        raise NotObserved(f"{operation.id} was refused as {reply.error_code}")
    share(api, operation, reply)
    return reply


def is_refusal(api: Api, reply: Reply) -> bool:
    """Whether an answer is what the documentation calls a refusal; one that is neither is none."""
    return not reply.accepted and envelopes(api.spec).take(reply.body)


def probe(api: Api) -> Operation:
    """The operation that leaves least behind: one that lists or shows, else the first.

    Raises NotObserved when there is none.
    """
    found = list_operation(api) or next(iter(api.spec.operations.values()), None)
    if found is None:
        raise NotObserved("the API has no operation")
    return found


def _follow(api: Api, operation: Operation) -> Reply:
    return api.follow(operation, link_to(api, finished_task(api)))
