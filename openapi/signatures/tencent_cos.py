"""The signed links of the object storage: Tencent Cloud.

https://www.tencentcloud.com/document/product/436/7778
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from openapi.messages import Credentials, Request, decode_pairs
from openapi.signatures import Claim, Evidence, Malformed
from openapi.signatures.encoding import encode_pairs, percent_encode, to_bytes
from openapi.signatures.fields import read_epoch, read_parameter, signing_time, whole_second

_COS_USED = re.compile(r"(?:^|&)q-(?:sign-algorithm|signature)=")
_COS_TOKEN = "x-cos-security-token"  # noqa: S105 - the name of a parameter
_COS_ADDED = (
    "q-sign-algorithm",
    "q-ak",
    "q-sign-time",
    "q-key-time",
    "q-header-list",
    "q-url-param-list",
    "q-signature",
)


@dataclass(frozen=True, slots=True)
class Cos:
    """The query of a link to an object: host and parameters are signed, the body is not."""

    name: str = "cos"
    seconds: int = 3600  # how long what `sign` makes is good for
    reads: frozenset[str] = frozenset({*_COS_ADDED, _COS_TOKEN})

    def is_used(self, request: Request) -> bool:
        return _COS_USED.search(request.query) is not None

    def read(self, request: Request) -> Claim:
        parameters = dict(decode_pairs(request.query))
        if read_parameter(parameters, "q-sign-algorithm") != "sha1":
            raise Malformed("q-sign-algorithm must be sha1")
        period = read_parameter(parameters, "q-sign-time")
        if read_parameter(parameters, "q-key-time") != period:
            raise Malformed("q-key-time must be the same as q-sign-time")
        start, _, end = period.partition(";")
        signed_at, ends_at = read_epoch(start, "q-sign-time's start"), read_epoch(end, "q-sign-time's end")
        if ends_at < signed_at:
            raise Malformed("q-sign-time must not end before it starts")
        headers = parameters.get("q-header-list", "").lower()
        return Claim(
            key_id=read_parameter(parameters, "q-ak"),
            signature=read_parameter(parameters, "q-signature"),
            signed_at=signed_at,
            valid_seconds=int((ends_at - signed_at).total_seconds()),
            signed_headers=tuple(headers.split(";")) if headers else (),
            token=parameters.get(_COS_TOKEN, ""),
            scope={"parameters": parameters.get("q-url-param-list", "").lower()},
        )

    def canonical_request(self, request: Request, claim: Claim) -> str:
        listed = frozenset(filter(None, claim.scope.get("parameters", "").split(";")))
        query = [(percent_encode(name).lower(), value) for name, value in decode_pairs(request.query)]
        headers = [(name, request.headers.get(name, "")) for name in sorted(claim.signed_headers)]
        parameters = "&".join(f"{k}={percent_encode(v)}" for k, v in sorted(query) if k in listed)
        return f"{request.method.lower()}\n{request.path}\n{parameters}\n{encode_pairs(headers)}\n"

    def seal(self, canonical_request: str, claim: Claim, secret: str) -> Evidence:
        period = _cos_period(claim)
        digest = hashlib.sha1(to_bytes(canonical_request), usedforsecurity=False).hexdigest()
        text = f"sha1\n{period}\n{digest}\n"
        key = hmac.digest(to_bytes(secret), period.encode(), "sha1").hex().encode()
        return Evidence(hmac.digest(key, text.encode(), "sha1").hex(), canonical_request, text)

    def expected(self, request: Request, claim: Claim, secret: str) -> Evidence:
        return self.seal(self.canonical_request(request, claim), claim, secret)

    def sign(self, request: Request, credentials: Credentials, now: datetime) -> Request:
        return self.presign(request, credentials, now, self.seconds)

    def presign(self, request: Request, credentials: Credentials, now: datetime, seconds: int) -> Request:
        pairs = [pair for pair in decode_pairs(request.query) if pair[0] not in {*_COS_ADDED, _COS_TOKEN}]
        listed = ";".join(sorted({percent_encode(name).lower() for name, _ in pairs}))
        pairs += [(_COS_TOKEN, credentials.token)] if credentials.token else []
        claim = Claim(credentials.key_id, "", whole_second(now), seconds, ("host",), scope={"parameters": listed})
        request = replace(request, query=encode_pairs(pairs))
        signature = self.expected(request, claim, credentials.secret).signature
        period = _cos_period(claim)
        values = ("sha1", credentials.key_id, period, period, "host", listed, signature)
        return replace(request, query=encode_pairs([*zip(_COS_ADDED, values, strict=True), *pairs]))


def _cos_period(claim: Claim) -> str:
    start = int(signing_time(claim).astimezone(UTC).timestamp())
    return f"{start};{start + (claim.valid_seconds or 0)}"


SCHEMES = (Cos(),)
