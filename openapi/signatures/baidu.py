"""bce-auth-v1, in the Authorization header or in the query of a link: Baidu AI Cloud.

https://cloud.baidu.com/doc/Reference/s/njwvz1yfu
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from openapi.messages import Credentials, Request, decode_pairs
from openapi.signatures import Claim, Evidence, Malformed
from openapi.signatures.encoding import SigningKey, encode_pairs, hmac_sha256, percent_encode, to_bytes
from openapi.signatures.fields import (
    read_extended_time,
    read_header,
    read_signed_headers,
    signing_time,
    whole_second,
    write_extended_time,
)

_WORD = "bce-auth-v1"
_FORM = re.compile(
    rf"{_WORD}/(?P<key>[^/]+)/(?P<time>[^/]+)/(?P<seconds>0|[1-9][0-9]{{0,9}})/(?P<headers>[^/]*)/(?P<signature>[0-9a-f]{{64}})"
)
_IN_QUERY = re.compile(rf"(?:^|&)authorization={_WORD}")
_NAMED_IN_QUERY = re.compile(r"(?:^|&)(?:authorization|x-bce-security-token)=")
_DEFAULT_HEADERS = frozenset({"host", "content-length", "content-type", "content-md5"})
_OWN_HEADERS = "x-bce-"
_TOKEN = "x-bce-security-token"  # noqa: S105 - the name of a header
_REQUIRED = frozenset({"host"})


@dataclass(frozen=True, slots=True)
class BceAuthV1:
    """An empty list of signed headers stands for the default set: host, content-* and every x-bce-* header."""

    name: str = "bce-auth-v1"
    seconds: int = 1800  # how long what `sign` makes is good for
    reads: frozenset[str] = frozenset({"authorization", _TOKEN, "x-bce-date"})

    def is_used(self, request: Request) -> bool:
        in_header = request.headers.get("authorization", "").lstrip().startswith(_WORD)
        return in_header or _IN_QUERY.search(request.query) is not None

    def read(self, request: Request) -> Claim:
        parameters = dict(decode_pairs(request.query)) if _NAMED_IN_QUERY.search(request.query) else {}
        in_header = request.headers.get("authorization", "").strip()
        text = in_header if in_header.startswith(_WORD) else parameters.get("authorization", "")
        found = _FORM.fullmatch(text or read_header(request, "Authorization"))
        if not found:
            wanted = f"{_WORD}/<key>/<yyyy-mm-ddThh:mm:ssZ>/<seconds>/<signed headers>/<64 hex digits>"
            raise Malformed(f"the authorization must read {wanted}")
        return Claim(
            key_id=found["key"],
            signature=found["signature"],
            signed_at=read_extended_time(found["time"], "the time in the authorization"),
            valid_seconds=int(found["seconds"]),
            signed_headers=read_signed_headers(found["headers"], _REQUIRED) if found["headers"] else (),
            token=request.headers.get(_TOKEN, "") or parameters.get(_TOKEN, ""),
        )

    def canonical_request(self, request: Request, claim: Claim) -> str:
        query = [pair for pair in decode_pairs(request.query) if pair[0].lower() != "authorization"]
        lines = [(name, request.headers.get(name, "").strip()) for name in _covered(request, claim)]
        return "\n".join(
            (
                request.method,
                percent_encode(request.path, safe="/"),
                "&".join(sorted(encode_pairs([pair]) for pair in query)),
                "\n".join(sorted(f"{percent_encode(name)}:{percent_encode(value)}" for name, value in lines if value)),
            )
        )

    def seal(self, canonical_request: str, claim: Claim, secret: str) -> Evidence:
        key = _signing_key(secret, _prefix(claim))
        return Evidence(key.sign(canonical_request), canonical_request, canonical_request)

    def expected(self, request: Request, claim: Claim, secret: str) -> Evidence:
        return self.seal(self.canonical_request(request, claim), claim, secret)

    def sign(self, request: Request, credentials: Credentials, now: datetime) -> Request:
        signed_at = whole_second(now)
        headers = {**request.headers, "x-bce-date": write_extended_time(signed_at)}
        if credentials.token:
            headers[_TOKEN] = credentials.token
        names = tuple(sorted({"host", *(n for n in headers if n == "content-type" or n.startswith(_OWN_HEADERS))}))
        claim = Claim(credentials.key_id, "", signed_at, self.seconds, names)
        request = request.with_headers(headers)
        headers["authorization"] = self._authorization(request, claim, credentials.secret)
        return request.with_headers(headers)

    def presign(self, request: Request, credentials: Credentials, now: datetime, seconds: int) -> Request:
        pairs = [pair for pair in decode_pairs(request.query) if pair[0] not in {"authorization", _TOKEN}]
        if credentials.token:
            pairs.append((_TOKEN, credentials.token))
        claim = Claim(credentials.key_id, "", whole_second(now), seconds, ("host",))
        request = replace(request, query=encode_pairs(pairs))
        pairs.append(("authorization", self._authorization(request, claim, credentials.secret)))
        return replace(request, query=encode_pairs(pairs))

    def _authorization(self, request: Request, claim: Claim, secret: str) -> str:
        signature = self.expected(request, claim, secret).signature
        return f"{_prefix(claim)}/{';'.join(claim.signed_headers)}/{signature}"


def _prefix(claim: Claim) -> str:
    return f"{_WORD}/{claim.key_id}/{write_extended_time(signing_time(claim))}/{claim.valid_seconds}"


@lru_cache(maxsize=1024)
def _signing_key(secret: str, prefix: str) -> SigningKey:
    """That of all requests of one access key in one second."""
    return SigningKey(hmac_sha256(to_bytes(secret), prefix).hex().encode())


def _covered(request: Request, claim: Claim) -> set[str]:
    if claim.signed_headers:
        return set(claim.signed_headers)
    return {name for name in request.headers if name in _DEFAULT_HEADERS or name.startswith(_OWN_HEADERS)}


SCHEMES = (BceAuthV1(),)
