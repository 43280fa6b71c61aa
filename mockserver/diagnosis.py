"""Why is a signature not the one expected? As its scheme can tell, and as the mock can, which knows all keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial

from mockserver.accounts import Account, Accounts
from mockserver.authentication import Arrived
from mockserver.exchange import Diagnose
from mockserver.redaction import HIDDEN, redact_text
from mockserver.visit import Visit
from openapi.messages import Credentials, Request
from openapi.model import Operation, Spec
from openapi.signatures import Claim, Scheme, schemes
from openapi.signatures.diagnosis import Arrival, Diagnosis, Part, explain
from openapi.signatures.verification import is_match

# A signed header; that a name is one is found out first, so that a long text without a colon is looked at once.
_TOKEN = re.compile(r"^((?=[\w-]+:)[\w-]*(?:token|secret|password)[\w-]*:).+$", re.IGNORECASE | re.MULTILINE)


def diagnosing(visit: Visit, accounts: Accounts, arrived_at: Callable[[str], Arrived | None]) -> Diagnose:
    """What tells of a request, whenever it is asked, why its signature did not match.

    `arrived_at` knows own clocks of accounts.
    """
    spec, operation = visit.route.spec, visit.route.operation
    assert operation is not None
    claim = _scheme(visit.request, operation).read(visit.request)
    held = accounts.by_key(claim.key_id)
    arrived = (arrived_at(held[0].number) if held else None) or visit.arrived
    is_link = spec.link is not None and spec.link.operation == operation.id
    now = arrived.now if is_link else _nearer(claim, arrived)
    return partial(diagnose, spec, operation, accounts, now)


def _nearer(claim: Claim, arrived: Arrived) -> float:
    """The time, of the two by which a client may sign, that a signature is nearer to; epoch seconds."""
    if claim.signed_at is None:
        return arrived.now
    signed = claim.signed_at.timestamp()
    return min((arrived.now, arrived.present), key=lambda each: abs(each - signed))


def diagnose(
    spec: Spec, operation: Operation, accounts: Accounts, now: float, request: Request
) -> Mapping[str, object]:
    """Why a signature did not match, in full; holds no secret. `first_difference` counts in the texts before that."""
    scheme = _scheme(request, operation)
    claim = scheme.read(request)
    held = accounts.by_key(claim.key_id)
    arrival = Arrival(datetime.fromtimestamp(now, UTC), spec.authentication.skew_seconds or None)
    found = explain(scheme, request, claim, held[1].secret if held else "", arrival)
    if held is None:
        found = replace(found, part=Part.KEY, cause=_unknown_key(claim.key_id, accounts))
    elif found.part is Part.UNKNOWN:
        cause = _wrong_secret(scheme, request, claim, held, accounts)
        found = replace(found, part=Part.KEY, cause=cause) if cause else found
    return {each.name: _shown(getattr(found, each.name)) for each in fields(Diagnosis)}


def _scheme(request: Request, operation: Operation) -> Scheme:
    return next(schemes()[name] for name in operation.schemes if schemes()[name].is_used(request))


def _unknown_key(key_id: str, accounts: Accounts) -> str:
    """That there is no such access key, and which may be meant."""
    lowered = {each.key_id.lower(): each.key_id for account in accounts for each in _keys(account)}
    near = get_close_matches(key_id.strip().lower(), lowered, n=1)
    known = f"; {lowered[near[0]]} is one" if near else ""
    return f"there is no access key {key_id!r}{known}"


def _wrong_secret(
    scheme: Scheme, request: Request, claim: Claim, held: tuple[Account, Credentials], accounts: Accounts
) -> str:
    """With what else the request was signed than the secret of its access key; empty: nobody can tell."""
    canonical = scheme.canonical_request(request, claim)
    for secret, what in _secrets(held, accounts):
        if is_match(claim, scheme.seal(canonical, claim, secret)):
            return f"it was signed with {what}, not with the secret key of {claim.key_id}"
    return ""


def _secrets(held: tuple[Account, Credentials], accounts: Accounts) -> Iterator[tuple[str, str]]:
    """What clients take for the secret of an access key, with what it is."""
    account, own = held
    yield "", "an empty secret key"
    yield own.key_id, "the access key in place of its secret"
    yield own.token or account.token, "the token"
    for ending, what in (("\n", "a line break"), ("\r\n", "a line break"), (" ", "a space")):
        yield own.secret + ending, f"the secret key and {what} after it"
    for way in ("upper", "lower"):
        yield getattr(own.secret, way)(), f"the secret key in {way} case"
    for other in accounts:
        for key in _keys(other):
            if key.secret != own.secret:
                yield key.secret, f"the secret key of {key.key_id}"


def _keys(account: Account) -> tuple[Credentials, ...]:
    return (account.key, *([account.temporary] if account.temporary else []))


def _shown(value: object) -> object:
    if not isinstance(value, str) or isinstance(value, Part):
        return value
    return redact_text(_TOKEN.sub(rf"\1{HIDDEN}", value))
