"""A key is locked after too many failures, and for no longer than documented."""

from __future__ import annotations

from contracts.calls.client import Api, Reply
from contracts.check import NotObserved, check
from contracts.expect import expect_accepted, expect_refused
from contracts.files.links import is_linked
from contracts.provocations.signing import impostor, signing_scheme, signing_schemes
from contracts.situations.leave import require_leave
from contracts.situations.sights import require_patience
from contracts.situations.tasks import arguments_for
from openapi.clauses import Clause, ClauseKind
from openapi.model import Action, Operation
from openapi.reasons import Reason

CLOSE = 0.5  # seconds to the end of a lock, on a clock that stands still
LATE = 15  # … on one that goes on while calls take time


@check(ClauseKind.LOCK, when=lambda clause: clause.subject == "failures")
def locks_a_key_after_more_failures_than_documented(api: Api, clause: Clause) -> None:
    """So many failures in a row do no harm, nor do more that a success interrupts; one more in a row locks the key."""
    require_leave(api, "locking a key")
    operation, failures = lockable_operation(api), clause.detail.lock_failures
    require_patience(api, clause.detail.lock_seconds + CLOSE)  # or every later call would be refused
    for _ in range(2):
        _fail(api, operation, failures)
        expect_accepted(_call(api, operation), f"signed well after {failures} failures")
    _fail(api, operation, failures + 1)
    try:
        reply = _call(api, operation)
        told = f"signed well after {failures + 1} failures in a row"
        expect_refused(api, operation, reply, Reason.LOCKED_KEY, situation=told)
    finally:
        unlock(api)


@check(ClauseKind.LOCK, when=lambda clause: clause.subject == "seconds")
def unlocks_a_key_when_the_time_is_over(api: Api, clause: Clause) -> None:
    """Until just before the end of the documented time the key is refused, just after it is accepted."""
    require_leave(api, "locking a key")
    operation, seconds = lockable_operation(api), clause.detail.lock_seconds
    margin = CLOSE if api.target.is_mock else LATE
    require_patience(api, seconds + margin)
    locked = answer_to_a_locked_key(api, operation)
    expect_refused(api, operation, locked, Reason.LOCKED_KEY, situation="signed well with a key that is locked")
    api.target.wait(seconds - margin, "the lock to be over")
    try:
        reply = _call(api, operation)
        expect_refused(api, operation, reply, Reason.LOCKED_KEY, situation=f"{seconds - margin} s after the failures")
    finally:
        api.target.wait(2 * margin)
    expect_accepted(_call(api, operation), f"{seconds + margin} s after the failures")


def answer_to_a_locked_key(api: Api, operation: Operation) -> Reply:
    """The answer to a call that is signed well, with a key that is locked. Raises NotObserved.

    The key stays locked.
    """
    rules = api.spec.authentication
    if not rules.lock_failures:
        raise NotObserved("no key is ever locked")
    require_leave(api, "locking a key")
    require_patience(api, rules.lock_seconds + CLOSE)
    given = arguments_for(api, operation)
    _fail(api, operation, rules.lock_failures + 1)
    return api.call(operation, given, scheme=signing_scheme(operation))


def unlock(api: Api) -> None:
    """Wait until no key is locked any more."""
    api.target.wait(api.spec.authentication.lock_seconds + CLOSE, "the lock to be over")


def lockable_operation(api: Api) -> Operation:
    """An operation that takes signatures, and leaves nothing behind where there is one. Raises NotObserved."""
    found = [each for each in api.spec.operations.values() if signing_schemes(each) and not is_linked(api, each)]
    if not found:
        raise NotObserved("no operation takes signatures")
    return next((each for each in found if each.action in {Action.LIST, Action.LIST_PROJECTS}), found[0])


def _fail(api: Api, operation: Operation, times: int) -> None:
    given = api.example(operation)
    api.locks = True
    try:
        for _ in range(times):
            api.call(operation, given, scheme=signing_scheme(operation), sign_as=impostor(api.account))
    finally:
        api.locks = False


def _call(api: Api, operation: Operation) -> Reply:
    return api.call(operation, arguments_for(api, operation), scheme=signing_scheme(operation))
