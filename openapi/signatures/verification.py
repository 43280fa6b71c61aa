"""Whether a signature is the one that the holder of the secret would have made."""

from __future__ import annotations

import hmac
from functools import cache

from openapi.messages import Request
from openapi.signatures import Claim, Evidence, Scheme
from openapi.signatures.encoding import to_bytes
from openapi.signatures.variants import Variant, find_variant


def is_genuine(scheme: Scheme, request: Request, claim: Claim, secret: str, allowed: tuple[str, ...] = ()) -> bool:
    """Whether the holder of `secret` signed this request, as documented or in one of the `allowed` variants.

    A claim without a signature, such as a token's, is never genuine: whatever it carries is for the caller to look up.
    Raises `ValueError` for a variant that does not exist.
    """
    variants = _known(allowed)
    if is_match(claim, scheme.expected(request, claim, secret)):
        return True
    return any(is_match(*variant.evidence(scheme, request, claim, secret)) for variant in variants)


@cache
def _known(allowed: tuple[str, ...]) -> list[Variant]:
    return [find_variant(name) for name in allowed]


def is_match(claim: Claim, evidence: Evidence) -> bool:
    """Whether the claimed signature is the right one, found out in a time that does not depend on where they differ."""
    matches = hmac.compare_digest(to_bytes(claim.signature), evidence.signature.encode())
    return matches and claim.signature != ""
