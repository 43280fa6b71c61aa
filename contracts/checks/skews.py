"""How far the time of a signature may be from that of the server, before it and after it."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.calls.client import Api, Reply
from contracts.check import NotObserved, check
from contracts.checks.locks import lockable_operation
from contracts.expect import expect_accepted, expect_refused
from contracts.provocations.signing import dated_schemes
from contracts.situations.tasks import arguments_for
from openapi.clauses import Clause, ClauseKind
from openapi.model import Operation
from openapi.reasons import Reason

CLOSE = 1  # seconds to the bound: signatures are dated in whole ones
LATE = 15  # … where clocks differ and requests take time


@check(ClauseKind.SKEW)
def takes_a_signature_within_the_skew_and_none_beyond(api: Api, clause: Clause) -> None:
    """Signed as early or as late as is documented, a call is accepted; a second earlier or later, it is refused."""
    operation, skew = lockable_operation(api), clause.detail.skew_seconds
    schemes = dated_schemes(api, operation)
    if not schemes:
        raise NotObserved("no scheme says when a request was signed")
    slack = 0 if api.target.is_mock else LATE
    for scheme in schemes:
        for direction, word in ((-1, "ago"), (1, "ahead")):
            inside, outside = skew - slack, skew + CLOSE + slack
            reply = _signed(api, operation, scheme, direction * inside)
            expect_accepted(reply, f"{scheme}, signed {inside} s {word}")
            reply = _signed(api, operation, scheme, direction * outside)
            told = f"{scheme}, signed {outside} s {word}"
            expect_refused(api, operation, reply, Reason.STALE_SIGNATURE, situation=told)
    expect_accepted(_signed(api, operation, schemes[0], 0), "signed now")


def _signed(api: Api, operation: Operation, scheme: str, seconds: float) -> Reply:
    """The answer to a call that was signed so many seconds from now, rounded towards now within them."""
    given = arguments_for(api, operation)
    return api.call(operation, given, scheme=scheme, now=_whole(api.target.now(), seconds))


def _whole(now: datetime, seconds: float) -> datetime:
    """A whole second: of the past the next, of the future the one before, so that the distance is no larger."""
    floor = now.replace(microsecond=0)
    ceiling = floor if floor == now else floor + timedelta(seconds=1)
    return (ceiling if seconds < 0 else floor) + timedelta(seconds=seconds)
