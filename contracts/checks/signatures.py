"""Each documented scheme: accepted when right, and refused when any part that it covers is not what was signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from contracts.calls.client import Api, Reply
from contracts.calls.composing import compose_fields, in_query, takes_token
from contracts.calls.how import How
from contracts.check import NotObserved, check
from contracts.expect import expect_accepted, expect_refused
from contracts.files.links import is_linked
from contracts.provocations.forgery import Forger
from contracts.provocations.signing import (
    Change,
    impostor,
    reader_of,
    resign,
    spoilt_requests,
    stranger,
    with_wrong_token,
)
from contracts.situations.leave import require_leave
from contracts.situations.tasks import arguments_for
from contracts.situations.trials import at_hand, attempt, call_with_room
from contracts.target import Account, Capability
from contracts.values import altered
from openapi.clauses import Clause, ClauseKind
from openapi.messages import Credentials, Request
from openapi.model import Operation
from openapi.reasons import Reason
from openapi.signatures import Scheme, schemes

PERIOD = 60  # seconds for which a signature says that it is good
LATE = 15  # seconds by which another clock may be off
UNREADABLE = (
    Reason.MALFORMED_SIGNATURE,
    Reason.MISSING_AUTHENTICATION_PARAMETER,
    Reason.WRONG_SIGNATURE,
    Reason.UNSIGNED,
    Reason.UNKNOWN_KEY,
    Reason.STALE_SIGNATURE,
)


def _signs(clause: Clause) -> bool:
    return not takes_token(str(clause.value))


def _states_a_period(clause: Clause) -> bool:
    return hasattr(schemes()[str(clause.value)], "seconds")


def _sends_a_token(clause: Clause) -> bool:
    return takes_token(str(clause.value))


@check(ClauseKind.SIGNATURE, when=_signs)
def asks_every_operation_for_the_signature_of_a_holder(api: Api, clause: Clause) -> None:
    """Every operation takes a call that is signed well, and none of a stranger, of another secret, or not signed."""
    scheme = str(clause.value)
    for operation in _takers(api, scheme):
        given = arguments_for(api, operation)
        forged = api.call(operation, given, scheme=scheme, sign_as=impostor(api.account))
        expect_refused(api, operation, forged, Reason.WRONG_SIGNATURE, situation="signed with another secret")
        unknown = api.call(operation, given, scheme=scheme, sign_as=stranger(api.account))
        expect_refused(api, operation, unknown, Reason.UNKNOWN_KEY, situation="signed with a key that does not exist")
        bare = api.call(operation, given, scheme="")
        expect_refused(api, operation, bare, Reason.UNSIGNED, situation="not signed at all")
        expect_accepted(api.call(operation, given, scheme=scheme), f"{operation.id} signed well")


@check(ClauseKind.SIGNATURE, when=_signs)
def refuses_a_signature_of_somebody_else(api: Api, clause: Clause) -> None:
    """The key of another account, and a token of nobody, are refused, each for its reason."""
    scheme = str(clause.value)
    operation = _takers(api, scheme)[0]
    given, reader = arguments_for(api, operation), reader_of(api, scheme)
    if api.target.is_mock:  # no page says that a token is looked at beside a key that needs none
        tokened = api.call(operation, given, scheme=scheme, sign_as=with_wrong_token(api.account))
        expect_refused(api, operation, tokened, Reason.BAD_TOKEN, situation="a token that is not the key's")
    if Capability.SECOND_ACCOUNT in api.target.capabilities:
        mixed = api.call(operation, given, scheme=scheme, sign_as=_mixed(api))
        expect_refused(
            api, operation, mixed, Reason.WRONG_SIGNATURE, situation="the key of one account, the secret of another"
        )

    def alter_signature(request: Request) -> Request:
        claim = reader.read(request)
        return resign(request, claim, altered(claim.signature))

    wrong = api.call(operation, given, scheme=scheme, after=alter_signature)
    expect_refused(api, operation, wrong, Reason.WRONG_SIGNATURE, situation="one character of the signature altered")
    last = call_with_room(api, operation, lambda: api.call(operation, given, scheme=scheme))
    expect_accepted(last, "signed well after that")


@check(ClauseKind.SIGNATURE, when=_signs)
def refuses_a_signature_that_cannot_be_read(api: Api, clause: Clause) -> None:
    """Whichever part of it is missing, cut short or replaced, the call is refused; a good one is accepted after it."""
    scheme = str(clause.value)
    operation, reader, judged = _takers(api, scheme)[0], reader_of(api, scheme), 0
    trial = Trial(Forger(api, operation, scheme), lambda request: request)
    for spoilt in spoilt_requests(reader, trial.signed()):
        judged += 1
        reply = trial.send(spoilt.request)
        reason = Reason.MISSING_AUTHENTICATION_PARAMETER if spoilt.is_incomplete else Reason.MALFORMED_SIGNATURE
        others = (Reason.UNSIGNED, Reason.UNAUTHENTICATED) if not reader.is_used(spoilt.request) else ()
        if not api.target.is_mock:  # which of them it is depends on how far a server reads
            others = (*others, *UNREADABLE)
        expect_refused(api, operation, reply, reason, *others, situation=spoilt.told)
    if not judged:
        raise NotObserved("no way is known to make a signature of the scheme unreadable")
    last = call_with_room(api, operation, lambda: api.call(operation, arguments_for(api, operation), scheme=scheme))
    expect_accepted(last, "signed well after that")


@check(ClauseKind.SIGNATURE, when=_states_a_period)
def keeps_to_the_period_that_a_signature_states(api: Api, clause: Clause) -> None:
    """A signature that says for how long it is good is taken until then, and refused after it."""
    scheme = str(clause.value)
    operation, period = _takers(api, scheme)[0], _period(api, scheme)
    slack = 0 if api.target.is_mock else LATE
    for age, is_good in ((PERIOD - 1 - slack, True), (PERIOD + 1 + slack, False)):
        signed_at = api.target.now() - timedelta(seconds=age)
        reply = api.call(
            operation, arguments_for(api, operation), scheme="", after=partial(_sign, api, period, signed_at)
        )
        told = f"signed {age} s ago, for {PERIOD} s"
        if is_good:
            expect_accepted(reply, told)
        else:
            expect_refused(api, operation, reply, Reason.STALE_SIGNATURE, situation=told)


@check(ClauseKind.SIGNATURE, when=_signs)
def covers_every_part_that_the_scheme_signs(api: Api, clause: Clause) -> None:
    """Whichever part is altered after signing, or was never signed, the call is refused; unaltered it is accepted.

    So is what was signed for one operation, and is sent to another.
    """
    require_leave(api, "many wrong signatures")
    judged = 0
    for trial in _trials(api, str(clause.value)):
        for told, request in trial.forger.alterations(trial.signed()):
            judged += 1
            trial.expect_refused(request, f"altered: {told}")
        for told, request in trial.forger.replays(trial.signed()):
            trial.expect_refused(request, told)
        if api.target.is_mock:  # another server may be more patient than its documentation, and leave nothing unsigned
            _expect_no_other_way(trial)
    if not judged:
        raise NotObserved("no part of a request is known that can be altered")
    if api.target.is_mock:
        _expect_paths_signed_as_sent(api, str(clause.value))


def _expect_no_other_way(trial: Trial) -> None:
    """What clients are known to sign by mistake is refused, unless it is documented that it is taken."""
    for signed in (trial.signed(), trial.signed(trial.forger.make_odd)):
        for told, request, is_good in trial.forger.deviations(signed):
            if is_good:
                expect_accepted(trial.send(request), told)
            else:
                trial.expect_refused(request, told)


def _expect_paths_signed_as_sent(api: Api, scheme: str) -> None:
    """A path that has to be encoded is signed in one way, at the first operation that has a place for one."""
    for operation in _takers(api, scheme):
        trial = Trial(Forger(api, operation, scheme), lambda request: request)
        odd = trial.forger.on_odd_path(trial.signed()) if "{" in operation.path else None
        if odd is not None:
            for told, request, is_good in trial.forger.deviations(odd):
                if not is_good:  # where it is, nothing need exist at that path
                    trial.expect_refused(request, told)
            return


@dataclass(frozen=True, slots=True)
class Trial:
    """Requests of one operation, written in one way and signed in one scheme."""

    forger: Forger
    write: Change  # from the composed request to the one that is signed

    def signed(self, change: Change = lambda request: request) -> Request:
        """A request that is signed well, and was accepted. Raises Broken when it was not."""
        sent: list[Request] = []
        api, operation = self.forger.api, self.forger.operation

        def keep(request: Request) -> Request:
            sent.append(request)
            return request

        given = at_hand(api, operation)
        how: How = {"scheme": self.forger.scheme, "before": lambda each: change(self.write(each)), "after": keep}
        reply = call_with_room(api, operation, lambda: attempt(api, operation, given, **how))
        expect_accepted(reply, "signed well")
        return sent[-1]

    def send(self, request: Request) -> Reply:
        """The answer to a request as it is."""
        return self.forger.api.call(self.forger.operation, scheme="", after=lambda _: request)

    def expect_refused(self, request: Request, situation: str) -> None:
        """It is refused as forged; then one that is signed well is accepted, so that no failures add up."""
        api, operation = self.forger.api, self.forger.operation
        expect_refused(api, operation, self.send(request), Reason.WRONG_SIGNATURE, situation=situation)
        self.signed()


def _period(api: Api, name: str) -> Scheme:
    """The scheme, for signatures that are good for a short while."""
    scheme: Any = reader_of(api, name)
    found: Scheme = replace(scheme, seconds=PERIOD)
    return found


def _sign(api: Api, scheme: Scheme, signed_at: datetime, request: Request) -> Request:
    return scheme.sign(request, api.account.key, signed_at)


def _trials(api: Api, scheme: str) -> Iterator[Trial]:
    """The first operation with a body, the first without; where a query can say what a body says, that too."""
    takers = _takers(api, scheme)
    shapes = {each.body is not None: each for each in reversed(takers)}
    for operation in shapes.values():
        yield Trial(Forger(api, operation, scheme), lambda request: request)
    by_fields = next((each for each in takers if each.action_name), None)
    if api.spec.addressing is not None and by_fields is not None:
        host = urlsplit(api.target.base_url).netloc
        given = arguments_for(api, by_fields)
        form = compose_fields(api.spec, by_fields, given, host)
        yield Trial(Forger(api, by_fields, scheme), lambda _: in_query(form))


@check(ClauseKind.SIGNATURE, when=_sends_a_token)
def takes_the_token_of_an_account_and_no_other(api: Api, clause: Clause) -> None:
    """Every operation takes a call with a token that is good, and none with another one, or with none."""
    scheme = str(clause.value)
    for operation in _takers(api, scheme):
        given = arguments_for(api, operation)
        wrong = api.call(operation, given, scheme=scheme, sign_as=with_wrong_token(api.account))
        expect_refused(api, operation, wrong, Reason.BAD_TOKEN, situation="a token that nobody issued")
        bare = api.call(operation, given, scheme="")
        expect_refused(api, operation, bare, Reason.UNSIGNED, situation="no token, and not signed either")
        expect_accepted(api.call(operation, given, scheme=scheme), f"{operation.id} with a good token")


def _takers(api: Api, scheme: str) -> list[Operation]:
    """The operations that take a scheme, and are called by a client. Raises NotObserved when there is none."""
    found = [each for each in api.spec.operations.values() if scheme in each.schemes and not is_linked(api, each)]
    if not found:
        raise NotObserved("no operation takes the scheme")
    return found


def _mixed(api: Api) -> Account:
    other = api.target.account("second")
    return replace(other, key=Credentials(other.key.key_id, api.account.key.secret))
