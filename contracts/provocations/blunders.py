"""The answers to requests that are wrong as a whole: where they go, who sent them, what they carry."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from contracts.calls.client import Api, Reply
from contracts.calls.how import How
from contracts.check import NotObserved
from contracts.checks.locks import answer_to_a_locked_key, unlock
from contracts.checks.missing_tasks import answer_about_no_task
from contracts.checks.tokens import answer_to_an_expired_token
from contracts.provocations.signing import (
    impostor,
    reader_of,
    signing_scheme,
    spoil,
    stranger,
    token_scheme,
    with_wrong_token,
)
from contracts.situations.leave import require_leave
from contracts.situations.lists import member_named
from contracts.situations.tasks import arguments_for
from contracts.values import altered, find, put
from openapi.members import marked, takes_task
from openapi.messages import Request
from openapi.model import Addressing, Operation
from openapi.reasons import Reason

NOWHERE = "xNotDocumented"
METHODS = ("PATCH", "PUT", "DELETE", "POST")  # the first that is documented nowhere is unknown everywhere
UNREADABLE_QUERY = "(("  # an error in every query language with parentheses
VERSION = re.compile(r"/v[0-9]+(?=/)")  # at the start of a path
OTHER_VERSION = "v999"
LATE = 60  # seconds beyond the skew, more than clocks differ by

Blunder = Callable[[Api, Operation], Reply | None]


def unsigned(api: Api, operation: Operation) -> Reply | None:
    """No credentials at all."""
    return _call(api, operation, scheme="") if operation.schemes else None


def unreadable(api: Api, operation: Operation) -> Reply:
    """A signature in another form."""
    scheme = signing_scheme(operation)
    return _call(api, operation, scheme=scheme, after=spoil(reader_of(api, scheme), missing=False))


def incomplete(api: Api, operation: Operation) -> Reply:
    """A signature without one of the values that go with it."""
    scheme = signing_scheme(operation)
    return _call(api, operation, scheme=scheme, after=spoil(reader_of(api, scheme), missing=True))


def from_a_stranger(api: Api, operation: Operation) -> Reply:
    """A key that does not exist."""
    return _call(api, operation, scheme=signing_scheme(operation), sign_as=stranger(api.account))


def from_an_impostor(api: Api, operation: Operation) -> Reply:
    """The signature of somebody who does not know the secret."""
    return _call(api, operation, scheme=signing_scheme(operation), sign_as=impostor(api.account))


def too_old(api: Api, operation: Operation) -> Reply:
    """A signature from before the skew that is allowed."""
    early = api.target.now() - timedelta(seconds=api.spec.authentication.skew_seconds + LATE)
    return _call(api, operation, scheme=signing_scheme(operation), now=early)


def with_a_bad_token(api: Api, operation: Operation) -> Reply:
    """A token that is not known, instead of a signature or beside one."""
    try:
        scheme = token_scheme(operation)
    except NotObserved:
        scheme = signing_scheme(operation)
    return _call(api, operation, scheme=scheme, sign_as=with_wrong_token(api.account))


def with_a_locked_key(api: Api, operation: Operation) -> Reply:
    """A key that failed too often; it is good again afterwards."""
    require_leave(api, "locking a key")  # before anything that would have to be waited for
    try:
        return answer_to_a_locked_key(api, operation)
    finally:
        unlock(api)


def about_another_project(api: Api, operation: Operation) -> Reply | None:
    """The project of somebody else."""
    holders = [member for found in marked(operation, "x-tenant").values() for member in found]
    if not holders:
        return None
    given = arguments_for(api, operation)
    return api.call(operation, put(given, holders[0], altered(str(find(given, holders[0])))))


def with_a_wrong_password(api: Api, operation: Operation) -> Reply | None:
    """A password that is not the user's."""
    require_leave(api, "a wrong password for a user that exists")
    given = arguments_for(api, operation)
    for member in marked(operation, "x-bind").get("user.password", ()):
        return api.call(operation, put(given, member, altered(str(find(given, member)))))
    return None


def to_no_path(api: Api, operation: Operation) -> Reply:
    """A path below that of the operation, longer than that of any other."""
    longest = max(each.path.count("/") for each in api.spec.operations.values())

    def astray(request: Request) -> Request:
        path = request.path.rstrip("/")
        return replace(request, path=path + f"/{NOWHERE}" * max(1, longest + 1 - path.count("/")))

    return _call(api, operation, before=astray)


def in_no_method(api: Api, operation: Operation) -> Reply | None:
    """A method that no operation of the API has."""
    known = {each.method for each in api.spec.operations.values()}
    known |= set(api.spec.addressing.methods) if api.spec.addressing else set()
    method = next((each for each in METHODS if each not in known), None)
    if method is None:
        return None
    return _call(api, operation, before=lambda request: replace(request, method=method))


def _with_header(name: Callable[[Addressing], str], value: str) -> Blunder:
    def blunder(api: Api, operation: Operation) -> Reply | None:
        if api.spec.addressing is None or not operation.action_name:
            return None
        return _call(api, operation, headers={name(api.spec.addressing): value})

    return blunder


def in_another_version(api: Api, operation: Operation) -> Reply | None:
    """A version that the API does not have, where it is named: beside the action, or at the start of the path."""
    if api.spec.addressing is not None:
        return _with_header(lambda addressing: addressing.version_header, NOWHERE)(api, operation)
    own = VERSION.match(operation.path)
    if own is None:
        return None

    def renamed(request: Request) -> Request:
        return replace(request, path=f"/{OTHER_VERSION}{request.path[own.end() :]}")

    return _call(api, operation, before=renamed)


def with_an_unknown_parameter(api: Api, operation: Operation) -> Reply:
    """A parameter that no page knows."""
    return api.call(operation, {**arguments_for(api, operation), NOWHERE: "text"})


def with_half_a_body(api: Api, operation: Operation) -> Reply | None:
    """JSON that ends too early."""
    return None if operation.body is None else _call(api, operation, body=b'{"a": ')


def without_a_body(api: Api, operation: Operation) -> Reply | None:
    """Nothing where a body is required."""
    return _call(api, operation, body=b"") if operation.body_required else None


def in_another_type(api: Api, operation: Operation) -> Reply | None:
    """A body that does not say that it is JSON."""
    if operation.body is None:
        return None
    return _call(api, operation, headers={"content-type": "text/plain"}, body=b'{"a": 1}')


def with_an_unreadable_query(api: Api, operation: Operation) -> Reply | None:
    """A search statement that is none."""
    member = member_named(operation, operation.file.query) if operation.file and operation.file.query else None
    return None if member is None else api.call(operation, put(arguments_for(api, operation), member, UNREADABLE_QUERY))


def about_no_task(api: Api, operation: Operation) -> Reply | None:
    """The id of a task that does not exist."""
    return answer_about_no_task(api, operation) if takes_task(operation) else None


def _call(api: Api, operation: Operation, **how: object) -> Reply:
    asked: How = how  # type: ignore[assignment] # the keys are those of How
    return api.call(operation, arguments_for(api, operation), **asked)


BLUNDERS: Mapping[str, Blunder] = {
    Reason.UNSIGNED: unsigned,
    Reason.MALFORMED_SIGNATURE: unreadable,
    Reason.MISSING_AUTHENTICATION_PARAMETER: incomplete,
    Reason.UNKNOWN_KEY: from_a_stranger,
    Reason.UNAUTHENTICATED: from_an_impostor,
    Reason.WRONG_SIGNATURE: from_an_impostor,
    Reason.STALE_SIGNATURE: too_old,
    Reason.BAD_TOKEN: with_a_bad_token,
    Reason.EXPIRED_TOKEN: answer_to_an_expired_token,
    Reason.LOCKED_KEY: with_a_locked_key,
    Reason.FOREIGN_PROJECT: about_another_project,
    Reason.WRONG_PASSWORD: with_a_wrong_password,
    Reason.UNKNOWN_PATH: to_no_path,
    Reason.UNKNOWN_METHOD: in_no_method,
    Reason.MISSING_ACTION: _with_header(lambda addressing: addressing.action_header, ""),
    Reason.UNKNOWN_ACTION: _with_header(lambda addressing: addressing.action_header, NOWHERE),
    Reason.MISSING_VERSION: _with_header(lambda addressing: addressing.version_header, ""),
    Reason.UNKNOWN_VERSION: in_another_version,
    Reason.UNKNOWN_PARAMETER: with_an_unknown_parameter,
    Reason.MALFORMED_BODY: with_half_a_body,
    Reason.EMPTY_BODY: without_a_body,
    Reason.WRONG_CONTENT_TYPE: in_another_type,
    Reason.BAD_QUERY: with_an_unreadable_query,
    Reason.TASK_MISSING: about_no_task,
}
