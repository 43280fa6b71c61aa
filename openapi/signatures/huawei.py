"""SDK-HMAC-SHA256, its derived variant V11-HMAC-SHA256, and X-Auth-Token: Huawei Cloud.

https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html; the derived variant is documented only
by the official SDKs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from openapi.messages import Credentials, Request, decode_pairs
from openapi.signatures import Claim, Evidence, Malformed
from openapi.signatures.encoding import (
    EMPTY_SHA256,
    LONGEST,
    SigningKey,
    encode_pairs,
    hmac_sha256,
    percent_encode,
    sha256_hex,
    to_bytes,
)
from openapi.signatures.fields import (
    KEPT,
    in_order,
    read_basic_time,
    read_header,
    read_signed_headers,
    signing_time,
    split_signature,
    whole_second,
    write_basic_time,
)

_PLAIN = "SDK-HMAC-SHA256"
_DERIVED = "V11-HMAC-SHA256"
_REQUIRED = frozenset({"host", "x-sdk-date"})
_NOT_SIGNED = frozenset({"authorization", "content-length", "user-agent", "connection", "accept", "accept-encoding"})
_REST = r", *SignedHeaders=(?P<headers>[^,\s]*)"
_PLAIN_FORM = re.compile(rf"{_PLAIN} +Access=(?P<key>[^,\s]{{1,128}}){_REST}")
_DERIVED_FORM = re.compile(
    rf"{_DERIVED} +Credential=(?P<key>[^/,\s]{{1,128}})"
    rf"/(?P<date>[0-9]{{8}})/(?P<region>[^/,\s]{{1,64}})/(?P<service>[^/,\s]{{1,64}}){_REST}"
)
_PLAIN_WANTED = f"{_PLAIN} Access=…, SignedHeaders=…, Signature=…"
_DERIVED_WANTED = f"{_DERIVED} Credential=<key>/<yyyymmdd>/<region>/<service>, SignedHeaders=…, Signature=…"
_READ = frozenset({"authorization", "x-sdk-date", "x-security-token", "x-sdk-content-sha256"})
_SCOPE = frozenset({"date", "region", "service"})
_SHA256_FORM = re.compile(r"[0-9A-Fa-f]{64}")


@dataclass(frozen=True, slots=True)
class SdkHmacSha256:
    """The secret key itself is the key of the signature; path, query, listed headers and body are covered."""

    name: str = "sdk-hmac-sha256"
    reads: frozenset[str] = _READ

    def is_used(self, request: Request) -> bool:
        return request.headers.get("authorization", "").lstrip().startswith(_PLAIN)

    def read(self, request: Request) -> Claim:
        return _claim(request, _PLAIN_WANTED)

    def canonical_request(self, request: Request, claim: Claim) -> str:
        return _canonical_request(request, claim)

    def seal(self, canonical_request: str, claim: Claim, secret: str) -> Evidence:
        stamp = write_basic_time(signing_time(claim))
        text = f"{_PLAIN}\n{stamp}\n{sha256_hex(to_bytes(canonical_request))}"
        return Evidence(_plain_key(secret).sign(text), canonical_request, text)

    def expected(self, request: Request, claim: Claim, secret: str) -> Evidence:
        return self.seal(self.canonical_request(request, claim), claim, secret)

    def sign(self, request: Request, credentials: Credentials, now: datetime) -> Request:
        request, claim = _prepare(request, credentials, now)
        signature = self.expected(request, claim, credentials.secret).signature
        return _with_authorization(request, claim, f"{_PLAIN} Access={claim.key_id}", signature)


@dataclass(frozen=True, slots=True)
class V11HmacSha256:
    """The key is derived for one day, region and service; the two latter are what `sign` writes into the scope."""

    name: str = "v11-hmac-sha256"
    region: str = "cn-north-4"
    service: str = "iotdm"
    reads: frozenset[str] = _READ

    def is_used(self, request: Request) -> bool:
        return request.headers.get("authorization", "").lstrip().startswith(_DERIVED)

    def read(self, request: Request) -> Claim:
        return _claim(request, _DERIVED_WANTED)

    def canonical_request(self, request: Request, claim: Claim) -> str:
        return _canonical_request(request, claim)

    def seal(self, canonical_request: str, claim: Claim, secret: str) -> Evidence:
        stamp = write_basic_time(signing_time(claim))
        place = f"{claim.scope.get('region', '')}/{claim.scope.get('service', '')}"
        text = f"{_DERIVED}\n{stamp}\n{stamp[:8]}/{place}\n{sha256_hex(to_bytes(canonical_request))}"
        # The text states the day of the time, the key is that of the day claimed: only if they are the same day can a
        # signature be right.
        key = _derived_key(claim.key_id, secret, f"{claim.scope.get('date', '')}/{place}")
        return Evidence(key.sign(text), canonical_request, text)

    def expected(self, request: Request, claim: Claim, secret: str) -> Evidence:
        return self.seal(self.canonical_request(request, claim), claim, secret)

    def sign(self, request: Request, credentials: Credentials, now: datetime) -> Request:
        request, claim = _prepare(request, credentials, now)
        date = write_basic_time(signing_time(claim))[:8]
        claim = replace(claim, scope={"date": date, "region": self.region, "service": self.service})
        signature = self.expected(request, claim, credentials.secret).signature
        credential = f"{claim.key_id}/{date}/{self.region}/{self.service}"
        return _with_authorization(request, claim, f"{_DERIVED} Credential={credential}", signature)


@dataclass(frozen=True, slots=True)
class AuthToken:
    """No signature over bytes: whoever sends the token is its holder, and whoever asks has to look it up."""

    name: str = "x-auth-token"
    reads: frozenset[str] = frozenset({"x-auth-token"})

    def is_used(self, request: Request) -> bool:
        return "x-auth-token" in request.headers

    def read(self, request: Request) -> Claim:
        return Claim(key_id="", signature="", token=read_header(request, "X-Auth-Token"))

    def canonical_request(self, request: Request, claim: Claim) -> str:  # noqa: ARG002 - the protocol's parameters
        return ""

    def seal(self, canonical_request: str, claim: Claim, secret: str) -> Evidence:  # noqa: ARG002
        return Evidence("", canonical_request, "")

    def expected(self, request: Request, claim: Claim, secret: str) -> Evidence:
        return self.seal(self.canonical_request(request, claim), claim, secret)

    def sign(self, request: Request, credentials: Credentials, now: datetime) -> Request:  # noqa: ARG002
        return request.with_headers({**request.headers, "x-auth-token": credentials.token})


def _claim(request: Request, wanted: str) -> Claim:
    terms, signature = split_signature(read_header(request, "Authorization"))
    claim = (_terms if len(terms) <= LONGEST else _terms.__wrapped__)(terms, wanted)
    signed_at = read_basic_time(read_header(request, "X-Sdk-Date"), "X-Sdk-Date")
    return claim.of(signature, signed_at, request.headers.get("x-security-token", ""))


@lru_cache(KEPT)
def _terms(terms: str, wanted: str) -> Claim:
    """What an Authorization header claims besides the signature. Raises `Malformed`."""
    form = _PLAIN_FORM if wanted is _PLAIN_WANTED else _DERIVED_FORM
    found = form.fullmatch(terms)
    if not found:
        raise Malformed(f"Authorization must read {wanted}")
    scope = {part: found[part] for part in _SCOPE & form.groupindex.keys()}
    return Claim(found["key"], "", signed_headers=read_signed_headers(found["headers"], _REQUIRED), scope=scope)


def _canonical_request(request: Request, claim: Claim) -> str:
    path = percent_encode(request.path, "/")
    headers, (names, listed) = request.headers, in_order(claim.signed_headers)
    lines = [request.method, path if path.endswith("/") else path + "/"]
    lines.append(_canonical_query(request.query))
    for name in names:
        value = headers.get(name, "").strip()
        lines.append(f"{name}:{value}")
    lines += ("", listed, _payload_hash(request))
    return "\n".join(lines)


def _canonical_query(query: str) -> str:
    return _sorted_query(query) if len(query) > LONGEST else _known_query(query)


def _sorted_query(query: str) -> str:
    return encode_pairs(sorted(decode_pairs(query)))


_known_query = lru_cache(KEPT)(_sorted_query)  # clients ask with the same queries again and again


def _payload_hash(request: Request) -> str:
    """What the client declares in place of the hash, unless it declares the hash of something else."""
    if not request.body:
        return EMPTY_SHA256
    declared = request.headers.get("x-sdk-content-sha256", "").strip()
    actual = sha256_hex(request.body)
    if not declared or (_SHA256_FORM.fullmatch(declared) and declared.lower() != actual):
        return actual
    return declared


@lru_cache(maxsize=1024)
def _plain_key(secret: str) -> SigningKey:
    return SigningKey(to_bytes(secret))


@lru_cache(maxsize=1024)
def _derived_key(key_id: str, secret: str, scope: str) -> SigningKey:
    """HKDF-SHA256 of one block, salted with the access key; its hex text is the key."""
    return SigningKey(hmac_sha256(hmac_sha256(to_bytes(key_id), secret), scope + "\x01").hex().encode())


def _prepare(request: Request, credentials: Credentials, now: datetime) -> tuple[Request, Claim]:
    """The request with all but its signature, and the claim to be sealed."""
    signed_at = whole_second(now)
    headers = {**request.headers, "x-sdk-date": write_basic_time(signed_at)}
    if credentials.token:
        headers["x-security-token"] = credentials.token
    names = tuple(sorted(name for name in {*headers, "host"} if name not in _NOT_SIGNED and "_" not in name))
    claim = Claim(credentials.key_id, "", signed_at, signed_headers=names, token=credentials.token)
    return request.with_headers(headers), claim


def _with_authorization(request: Request, claim: Claim, start: str, signature: str) -> Request:
    authorization = f"{start}, SignedHeaders={';'.join(claim.signed_headers)}, Signature={signature}"
    return request.with_headers({**request.headers, "authorization": authorization})


SCHEMES = (SdkHmacSha256(), V11HmacSha256(), AuthToken())
