"""Why a signature is not the one expected."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import zip_longest

from openapi.messages import Request
from openapi.signatures import Claim, Evidence, Scheme
from openapi.signatures.encoding import to_bytes
from openapi.signatures.variants import VARIANTS
from openapi.signatures.verification import is_match

UNKNOWN = "unknown: most often the secret key is wrong"
RIGHT = "the signature is right"


class Part(StrEnum):
    """What of a signature differs."""

    CANONICAL_REQUEST = "canonical-request"  # so the string to sign does, too
    SCOPE = "scope"  # the day, region or service that the key is made for
    TIME = "time"
    KEY = "key"
    SIGNATURE = "signature"  # only its own spelling
    UNKNOWN = "unknown"  # none of what clients usually get wrong
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a request came in, and how far its own time may be off; None: as far as it likes."""

    now: datetime
    max_skew_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Both sides' texts, as far as the client's can be told; neither holds the secret or a key made from it."""

    part: Part
    cause: str  # one sentence, without a full stop
    canonical_request: str  # what we made of the request that arrived
    string_to_sign: str
    variant: str = ""  # the name of the variant that reproduces the client's signature; empty: none does
    client_canonical_request: str | None = None
    client_string_to_sign: str | None = None
    first_difference: int | None = None  # index of the first byte, in UTF-8, in which the canonical requests differ
    ours: str | None = None  # the first line that differs, as it has to be; None: none is known to differ
    theirs: str | None = None  # as the client had it


def explain(scheme: Scheme, request: Request, claim: Claim, secret: str, arrival: Arrival | None = None) -> Diagnosis:
    """What went wrong, as far as it can be told. A time out of range is looked at only if `arrival` is given."""
    ours = scheme.expected(request, claim, secret)
    if is_match(claim, ours):
        late = _lateness(claim, arrival)
        part = Part.TIME if late else Part.NONE
        return Diagnosis(part, late or RIGHT, ours.canonical_request, ours.string_to_sign)
    for name, variant in VARIANTS.items():
        claimed, theirs = variant.evidence(scheme, request, claim, secret)
        if is_match(claimed, theirs):
            return _reproduced(name, ours, theirs)
    causes = {
        Part.CANONICAL_REQUEST: _missing_header(request, claim) or _changed_body(request),
        Part.SCOPE: _foreign_date(claim) or _another_day(scheme, request, claim, secret),
        Part.TIME: _lateness(claim, arrival),
        Part.UNKNOWN: UNKNOWN,
    }
    part, cause = next((part, cause) for part, cause in causes.items() if cause)
    return Diagnosis(part, cause, ours.canonical_request, ours.string_to_sign)


def _reproduced(name: str, ours: Evidence, theirs: Evidence) -> Diagnosis:
    line, their_line = _first_lines(ours.canonical_request, theirs.canonical_request)
    return Diagnosis(
        Part.SIGNATURE if ours.canonical_request == theirs.canonical_request else Part.CANONICAL_REQUEST,
        VARIANTS[name].cause,
        ours.canonical_request,
        ours.string_to_sign,
        name,
        theirs.canonical_request,
        theirs.string_to_sign,
        first_difference(ours.canonical_request, theirs.canonical_request),
        line,
        their_line,
    )


def _first_lines(ours: str, theirs: str) -> tuple[str | None, str | None]:
    """The first lines that differ; None for one that only the other text has."""
    pairs = zip_longest(ours.split("\n"), theirs.split("\n"))
    return next(((a, b) for a, b in pairs if a != b), (None, None))


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


def _another_day(scheme: Scheme, request: Request, claim: Claim, secret: str) -> str:
    """That the key was made for the day before or after, as by a clock of another zone."""
    claimed = claim.scope.get("date", "")
    signed = claim.signed_at.date() if claim.signed_at else None
    if signed is None or not claimed or not date.min < signed < date.max:  # which have no day before, or after
        return ""
    for days in (-1, 1):
        day = signed + timedelta(days=days)
        spelled = day.isoformat() if "-" in claimed else f"{day:%Y%m%d}"
        other = replace(claim, scope={**claim.scope, "date": spelled})
        if is_match(claim, scheme.expected(request, other, secret)):
            return f"the key was made for {spelled}, where the scope says {claimed}"
    return ""


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
