"""What requests refer to, in each condition for which a refusal is documented."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from contracts.calls.client import Api, Reply
from contracts.check import Broken, NotObserved, check
from contracts.expect import expect_refused, require_accepted
from contracts.files.links import is_linked, link_to
from contracts.situations.successes import succeed
from contracts.situations.tasks import arguments_for, finished_task
from contracts.target import Account, Capability, Unavailable
from contracts.values import Arguments, find, put
from openapi.clauses import Clause, ClauseKind
from openapi.members import marked, takes_task
from openapi.model import Operation

Made = TypeVar("Made")
ACCOUNT = "account"  # the resource that every request refers to, by who signed it


@check(ClauseKind.RESOURCE)
def refuses_a_resource_in_a_condition(api: Api, clause: Clause) -> None:
    """With a usable resource the call is accepted; with one in the condition it is refused, for its own reason."""
    operation = api.operation(clause.operation)
    kind = clause.subject.removesuffix(f".{clause.detail.name}")
    require_accepted(succeed(api, operation), "the call with a usable resource")
    reply = answer_in_condition(api, operation, kind, clause.detail.name)
    expect_refused(api, operation, reply, str(clause.value), situation=f"{kind} is {clause.detail.name}")


def answer_in_condition(api: Api, operation: Operation, kind: str, condition: str) -> Reply:
    """The answer to a call that refers to a resource in a condition, and is otherwise as it should be.

    Raises NotObserved, Unavailable.
    """
    if is_linked(api, operation):
        _require_own(api)
        link = link_to(api, finished_task(api))
        _have(api, lambda: api.target.account_in(api.spec.name, condition))
        return api.follow(operation, link)
    holders = marked(operation, "x-resource").get(kind, ())
    if holders:
        found = _have(api, lambda: api.target.provide(api.spec.name, kind, condition)[0])
        given = arguments_for(api, operation)
        named = [each for each in holders if find(given, each) is not None] or holders[:1]
        for member in named:
            given = put(given, member, found)
        return api.call(operation, given)
    if kind != ACCOUNT:
        raise NotObserved(f"{operation.id} has no parameter that names a {kind}")
    if takes_task(operation):
        _require_own(api)
    given = arguments_for(api, operation)
    account = _have(api, lambda: api.target.account_in(api.spec.name, condition))
    return api.call(operation, _in_project_of(account, operation, given), sign_as=account)


def _in_project_of(account: Account, operation: Operation, given: Arguments) -> Arguments:
    for members in marked(operation, "x-tenant").values():
        for member in members:
            given = put(given, member, account.project) if account.project else given
    return given


def _have(api: Api, make: Callable[[], Made]) -> Made:
    """What `make` makes. Raises Broken: what makes resources in conditions at all, does so in every documented one."""
    try:
        return make()
    except Unavailable as error:
        if Capability.RESOURCES not in api.target.capabilities:
            raise
        raise Broken("a resource in every condition for which a refusal is documented", received=str(error)) from error


def _require_own(api: Api) -> None:
    """A task of an account that cannot create one has to be there before: only a mock's account changes."""
    if Capability.RESOURCES not in api.target.capabilities:
        raise NotObserved("an account would have to change its condition after it has created a task")
