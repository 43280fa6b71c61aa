"""Who signed a request, with which scheme, and whether it is what the holder of the key would have signed."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.calls.composing import scheme_for, takes_token
from contracts.target import Account
from openapi.messages import Request
from openapi.model import Spec
from openapi.signatures import Malformed, schemes
from openapi.signatures.verification import is_genuine

NEAR = 5.0  # seconds that a signature's time may differ from that of sending, and be meant as now


@dataclass(frozen=True, slots=True)
class Signer:
    """Who proves with what that a request is theirs."""

    account: str = ""
    scheme: str = ""  # empty: nobody tries to
    skew: float = 0.0  # seconds by which the time of the signature is ahead
    is_genuine: bool = True


def signer_of(spec: Spec, request: Request, accounts: Mapping[str, Account], now: datetime) -> Signer:
    """What a request, sent at `now`, says of its sender, of whom `accounts` has the credentials."""
    used = used_schemes(request)
    for name in used:
        for whose, account in accounts.items():
            skew = _skew(spec, name, request, account, now)
            if skew is not None:
                return Signer(whose, name, skew)
    return Signer(scheme=used[0], is_genuine=False) if used else Signer()


def used_schemes(request: Request) -> list[str]:
    """The schemes by which a request tries to prove whose it is."""
    return [name for name, scheme in schemes().items() if scheme.is_used(request)]


def _skew(spec: Spec, name: str, request: Request, account: Account, now: datetime) -> float | None:
    """How far ahead a genuine signature is; None: it is none of this account."""
    scheme = scheme_for(spec, name)
    try:
        claim = scheme.read(request)
        if takes_token(name):
            same = bool(account.token) and hmac.compare_digest(claim.token.encode(), account.token.encode())
            return 0.0 if same else None
        if claim.key_id != account.key.key_id or claim.token != account.key.token:
            return None
        if not is_genuine(scheme, request, claim, account.key.secret, spec.authentication.variants):
            return None
    except Malformed:
        return None
    ahead = (claim.signed_at - now).total_seconds() if claim.signed_at else 0.0
    return 0.0 if abs(ahead) <= NEAR else round(ahead, 6)
