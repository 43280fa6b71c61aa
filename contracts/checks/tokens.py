"""Tokens that stand for a signature: issued, used, and over when they should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.expect import expect_accepted, expect_refused, require_accepted
from contracts.files.links import is_linked
from contracts.moments import stated_moments
from contracts.provocations.signing import token_scheme
from contracts.situations.sights import require_patience, wait_long
from contracts.situations.tasks import arguments_for
from contracts.target import Account
from openapi.clauses import Clause, ClauseKind
from openapi.loader import load
from openapi.model import Action, Operation, Spec
from openapi.reasons import Reason

CLOSE = 2  # seconds to the end of a token, which is stated in whole ones


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that was issued: by which operation, in which answer, and the account that holds it."""

    operation: Operation
    reply: Reply
    holder: Account


@check(ClauseKind.TOKEN)
def takes_a_token_until_it_expires(api: Api, clause: Clause) -> None:
    """A token that was issued is good at once and until just before its time is over, and refused after it."""
    operation = token_operation(api)
    seconds = clause.detail.token_seconds
    issued = issue(api)
    holder = issued.holder
    _expect_period(issued, seconds)
    expect_accepted(_call(api, operation, holder), "a token that was just issued")
    require_patience(api, seconds)
    api.target.wait(seconds - CLOSE, "the token to expire")
    expect_accepted(_call(api, operation, holder), f"a token issued {seconds - CLOSE} s ago")
    api.target.wait(2 * CLOSE)
    over = _call(api, operation, holder)
    expect_refused(api, operation, over, Reason.EXPIRED_TOKEN, situation=f"a token issued {seconds + CLOSE} s ago")


def token_operation(api: Api) -> Operation:
    """An operation that takes a token, and is not about a task where there is one that is not. Raises NotObserved."""
    takers = list(_takers(api))
    if not takers:
        raise NotObserved("no operation takes a token")
    return next((each for each in takers if each.action in {Action.LIST, Action.LIST_PROJECTS}), takers[0])


def answer_to_an_expired_token(api: Api, operation: Operation) -> Reply:
    """The answer to a call with a token that has expired. Raises NotObserved."""
    token_scheme(operation)
    given = arguments_for(api, operation)
    holder = issue(api).holder
    wait_long(api, api.spec.authentication.token_seconds + CLOSE)
    return api.call(operation, given, scheme=token_scheme(operation), sign_as=holder)


def issue(api: Api) -> Issued:
    """A token for the account. Raises NotObserved when none is issued.

    A real endpoint is not asked for what a companion does, which has an address of its own.
    """
    for spec in _issuers(api.spec) if api.target.is_mock else [api.spec]:
        issuer = replace(api, spec=spec) if spec is not api.spec else api
        for operation in spec.operations.values():
            if operation.action is Action.ISSUE_TOKEN:
                reply = require_accepted(issuer.call(operation), "a token for the user of the example")
                return Issued(operation, reply, replace(api.account, token=_token(operation, reply)))
    raise NotObserved("no operation issues tokens")


def _token(operation: Operation, reply: Reply) -> str:
    headers = operation.success.headers.items()
    bound = next((name for name, schema in headers if schema.get("x-bind") == "token.value"), "")
    found = reply.headers.get(bound) or reply.values.get("token.value")
    if not isinstance(found, str) or not found:
        raise Broken("a token in the answer that issues it", reply)
    return found


def _expect_period(issued: Issued, seconds: int) -> None:
    """Where the answer says when the token was issued and when it expires, they are so far apart."""
    stated = stated_moments(issued.operation.success.schema or {}, issued.reply.body)
    told = {each.bound: each.at for each in stated}
    start, end = told.get("token.issued"), told.get("token.expires")
    if start is not None and end is not None and abs((end - start).total_seconds() - seconds) > CLOSE:
        received = f"one that expires after {(end - start).total_seconds():.0f} s"
        raise Broken(f"a token that is good for {seconds} s", issued.reply, received)


def _call(api: Api, operation: Operation, holder: Account) -> Reply:
    return api.call(operation, arguments_for(api, operation), scheme=token_scheme(operation), sign_as=holder)


def _takers(api: Api) -> Iterator[Operation]:
    for operation in api.spec.operations.values():
        try:
            token_scheme(operation)
        except NotObserved:
            continue
        if not is_linked(api, operation):
            yield operation


def _issuers(spec: Spec) -> Iterator[Spec]:
    yield spec
    yield from (_companion(name) for name in spec.companions)


@cache
def _companion(name: str) -> Spec:
    return load(name)
