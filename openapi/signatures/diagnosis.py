"""Why a signature is not the one expected."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from openapi.messages import Request
from openapi.signatures import Claim, Evidence, Scheme
from openapi.signatures.encoding import to_bytes
from openapi.signatures.variants import VARIANTS
from openapi.signatures.verification import is_match

UNKNOWN = "unknown: most often the secret key is wrong"
RIGHT = "the signature is right"


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a request came in, and how far its own time may be off; None: as far as it likes."""

    now: datetime
    max_skew_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Both sides' texts, as far as the client's can be told; neither holds the secret or a key made from it."""

    cause: str  # one sentence, without a full stop
    canonical_request: str  # what we made of the request that arrived
    string_to_sign: str
    variant: str = ""  # the name of the variant that reproduces the client's signature; empty: none does
    client_canonical_request: str | None = None
    client_string_to_sign: str | None = None
    first_difference: int | None = None  # index of the first byte, in UTF-8, in which the canonical requests differ


def explain(scheme: Scheme, request: Request, claim: Claim, secret: str, arrival: Arrival | None = None) -> Diagnosis:
    """What went wrong, as far as it can be told. A time out of range is looked at only if `arrival` is given."""
    ours = scheme.expected(request, claim, secret)
    if is_match(claim, ours):
        return Diagnosis(_lateness(claim, arrival) or RIGHT, ours.canonical_request, ours.string_to_sign)
    for name, variant in VARIANTS.items():
        claimed, theirs = variant.evidence(scheme, request, claim, secret)
        if is_match(claimed, theirs):
            return _reproduced(name, ours, theirs)
    cause = _missing_header(request, claim) or _foreign_date(claim) or _changed_body(request)
    return Diagnosis(cause or _lateness(claim, arrival) or UNKNOWN, ours.canonical_request, ours.string_to_sign)


def _reproduced(name: str, ours: Evidence, theirs: Evidence) -> Diagnosis:
    return Diagnosis(
        VARIANTS[name].cause,
        ours.canonical_request,
        ours.string_to_sign,
        name,
        theirs.canonical_request,
        theirs.string_to_sign,
        first_difference(ours.canonical_request, theirs.canonical_request),
    )


def first_difference(ours: str, theirs: str) -> int | None:
    """The index of the first byte, in UTF-8, that differs; the shorter length if one only continues the other."""
    left, right = to_bytes(ours), to_bytes(theirs)
    if left == right:
        return None
    pairs = zip(left, right, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))


def _missing_header(request: Request, claim: Claim) -> str:
    missing = [name for name in claim.signed_headers if name not in request.headers]
    return f"a signed header is missing: {', '.join(missing[:5])}" if missing else ""


def _foreign_date(claim: Claim) -> str:
    claimed = claim.scope.get("date", "")
    if not claimed or claim.signed_at is None:
        return ""
    date = claim.signed_at.date().isoformat()
    if claimed in {date, date.replace("-", "")}:
        return ""
    return f"the scope's date {claimed} differs from the timestamp, whose date in UTC is {date}"


def _changed_body(request: Request) -> str:
    declared = request.headers.get("content-md5", "").strip()
    actual = b64encode(hashlib.md5(request.body, usedforsecurity=False).digest()).decode()
    return "the body was changed after signing: Content-MD5 is not its hash" if declared not in {"", actual} else ""


def _lateness(claim: Claim, arrival: Arrival | None) -> str:
    if claim.signed_at is None or arrival is None:
        return ""
    age = int((arrival.now - claim.signed_at).total_seconds())
    if arrival.max_skew_seconds is not None and abs(age) > arrival.max_skew_seconds:
        side = "behind" if age > 0 else "ahead of"
        return f"the timestamp is {abs(age)} s off: {side} the server's clock; {arrival.max_skew_seconds} s are allowed"
    if claim.valid_seconds is not None and age > claim.valid_seconds:
        return f"the signature expired {age - claim.valid_seconds} s ago"
    return ""
