"""How an operation is chosen where all share one path: by the name of an action, a version and a method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from contracts.calls.client import Api, Reply
from contracts.calls.composing import compose_fields, in_query, scheme_for, takes_fields
from contracts.check import NotObserved, check
from contracts.expect import expect_accepted, expect_refused
from contracts.provocations.provoking import provoke
from contracts.situations.tasks import arguments_for
from openapi.clauses import Clause, ClauseKind
from openapi.messages import Request
from openapi.model import Operation
from openapi.reasons import Reason

ACTION, VERSION = "action", "version"
OTHER_METHODS = ("PUT", "PATCH", "DELETE")


@check(ClauseKind.ADDRESSING, when=lambda clause: clause.subject == ACTION)
def finds_every_operation_by_its_action(api: Api, clause: Clause) -> None:
    """The header leads to each operation; without it, and with a name that no operation has, nothing is found."""
    for operation in _operations(api):
        expect_accepted(api.call(operation, arguments_for(api, operation)), f"{clause.value}: {operation.action_name}")
        for reason in (Reason.UNKNOWN_ACTION, Reason.MISSING_ACTION):
            expect_refused(api, operation, provoke(api, operation, reason), reason, situation=reason)


@check(ClauseKind.ADDRESSING, when=lambda clause: clause.subject == VERSION)
def takes_the_documented_version_and_no_other(api: Api, clause: Clause) -> None:
    """With the documented version a call is accepted; with another, and without any, it is refused."""
    for operation in _operations(api):
        expect_accepted(api.call(operation, arguments_for(api, operation)), f"version {clause.value}")
        for reason in (Reason.UNKNOWN_VERSION, Reason.MISSING_VERSION):
            expect_refused(api, operation, provoke(api, operation, reason), reason, situation=reason)


@check(ClauseKind.ADDRESSING, when=lambda clause: clause.subject not in {ACTION, VERSION})
def takes_the_documented_method_and_no_other(api: Api, clause: Clause) -> None:
    """Each operation is found by the method, and none by a method that is not documented."""
    for operation in _operations(api):
        for told, reply in _by_method(api, operation, str(clause.value)):
            expect_accepted(reply, f"{operation.action_name} by {told}")
        for method in [each for each in OTHER_METHODS if each not in clause.detail.methods]:
            reply = api.call(operation, arguments_for(api, operation), before=partial(_by, method))
            expect_refused(api, operation, reply, Reason.UNKNOWN_METHOD, situation=f"{method}, which is not documented")


def _by(method: str, request: Request) -> Request:
    return replace(request, method=method)


def _by_method(api: Api, operation: Operation, method: str) -> Iterator[tuple[str, Reply]]:
    """The answers to calls by a method: with a JSON body, as a form where a scheme signs one, in a query."""
    if method == operation.method:
        yield method, api.call(operation, arguments_for(api, operation))
    for scheme in operation.schemes:
        given = arguments_for(api, operation)
        form = compose_fields(api.spec, operation, given, urlsplit(api.target.base_url).netloc)
        request = form if takes_fields(scheme) and form.method == method else in_query(form)
        if request.method == method:
            signed = scheme_for(api.spec, scheme).sign(request, api.account.key, api.target.now())
            yield f"{method}, signed as {scheme}", api.send(operation, signed)


def _operations(api: Api) -> list[Operation]:
    """Those that an action chooses. Raises NotObserved when there is none."""
    found = [each for each in api.spec.operations.values() if each.action_name]
    if not found:
        raise NotObserved("no operation is chosen by an action")
    return found
