"""TC3-HMAC-SHA256 and the older HmacSHA1/HmacSHA256: Tencent Cloud.

https://www.tencentcloud.com/document/product/1278/46714 (TC3), https://cloud.tencent.com/document/api/1271/71920 (v1).
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from openapi.messages import Credentials, Request, decode_pairs
from openapi.signatures import Claim, Evidence, Malformed
from openapi.signatures.encoding import (
    FORM,
    LONGEST,
    SigningKey,
    encode_pairs,
    hmac_sha256,
    is_form,
    percent_encode,
    sha256_hex,
    to_bytes,
    to_text,
)
from openapi.signatures.fields import (
    KEPT,
    in_order,
    read_epoch,
    read_header,
    read_parameter,
    read_signed_headers,
    signing_time,
    split_signature,
    whole_second,
)

_TC3 = "TC3-HMAC-SHA256"
_TC3_FORM = re.compile(
    rf"{_TC3} +Credential=(?P<key>[^/,\s]{{1,128}})/(?P<date>[^/,\s]{{1,64}})/(?P<service>[^/,\s]{{1,64}})/tc3_request"
    r", *SignedHeaders=(?P<headers>[^,\s]*)"
)
_TC3_REQUIRED = frozenset({"content-type", "host"})
_UNSIGNED = "UNSIGNED-PAYLOAD"

_V1_DIGESTS = {"HmacSHA1": "sha1", "HmacSHA256": "sha256"}
_V1_DEFAULT = "HmacSHA1"
_V1_IN_QUERY = re.compile(r"(?:^|&)(?:Signature|SecretId)=")
_V1_IN_BODY = (b"Signature=", b"SecretId=")
_V1_NONCE = re.compile(r"[0-9]{1,20}")
_V1_ADDED = frozenset({"SecretId", "Timestamp", "Nonce", "Token", "Signature"})


@dataclass(frozen=True, slots=True)
class Tc3HmacSha256:
    """The key is derived for one day and service; listed headers, body and, of a GET, the query are covered."""

    name: str = "tc3-hmac-sha256"
    service: str = ""  # what `sign` writes into the scope; empty: the first label of the host
    reads: frozenset[str] = frozenset({"authorization", "x-tc-timestamp", "x-tc-token", "x-tc-content-sha256"})

    def is_used(self, request: Request) -> bool:
        return request.headers.get("authorization", "").lstrip().startswith(_TC3)

    def read(self, request: Request) -> Claim:
        terms, signature = split_signature(read_header(request, "Authorization"))
        claim = (_tc3_terms if len(terms) <= LONGEST else _tc3_terms.__wrapped__)(terms)
        signed_at = read_epoch(read_header(request, "X-TC-Timestamp"), "X-TC-Timestamp")
        return claim.of(signature, signed_at, request.headers.get("x-tc-token", ""))

    def canonical_request(self, request: Request, claim: Claim) -> str:
        names, listed = in_order(claim.signed_headers)
        headers, method = request.headers, request.method
        unsigned = headers.get("x-tc-content-sha256", "").strip() == _UNSIGNED
        lines = [method, percent_encode(request.path, "/"), request.query if method == "GET" else ""]
        for name in names:
            value = headers.get(name, "").strip()
            lines.append(f"{name}:{value.lower() if name == 'x-tc-action' else value}")
        lines += ("", listed, sha256_hex(_UNSIGNED.encode() if unsigned else request.body))
        return "\n".join(lines)

    def seal(self, canonical_request: str, claim: Claim, secret: str) -> Evidence:
        service = claim.scope.get("service", "")
        # The text states the day of the time, the key is that of the day claimed: only if they are the same day can a
        # signature be right.
        key = _tc3_key(secret, claim.scope.get("date", ""), service)
        digest = sha256_hex(to_bytes(canonical_request))
        text = _tc3_start(signing_time(claim), service) + digest
        return Evidence(key.sign(text), canonical_request, text)

    def expected(self, request: Request, claim: Claim, secret: str) -> Evidence:
        return self.seal(self.canonical_request(request, claim), claim, secret)

    def sign(self, request: Request, credentials: Credentials, now: datetime) -> Request:
        signed_at = whole_second(now)
        default_type = FORM if request.method == "GET" else "application/json"
        headers = {"content-type": default_type, **request.headers, "x-tc-timestamp": str(int(signed_at.timestamp()))}
        if credentials.token:
            headers["x-tc-token"] = credentials.token
        names = ("content-type", "host", "x-tc-action") if "x-tc-action" in headers else ("content-type", "host")
        service = self.service or headers.get("host", "").partition(".")[0]
        scope = {"date": signed_at.isoformat()[:10], "service": service}
        claim = Claim(credentials.key_id, "", signed_at, signed_headers=names, scope=scope)
        signature = self.expected(request.with_headers(headers), claim, credentials.secret).signature
        credential = f"{claim.key_id}/{scope['date']}/{service}/tc3_request"
        headers["authorization"] = (
            f"{_TC3} Credential={credential}, SignedHeaders={';'.join(names)}, Signature={signature}"
        )
        return request.with_headers(headers)


@dataclass(frozen=True, slots=True)
class HmacV1:
    """The parameters stand in the query of a GET or in the form of a POST, and so does what signs them."""

    name: str = "hmac-v1"
    reads: frozenset[str] = frozenset(name.lower() for name in {*_V1_ADDED, "SignatureMethod"})

    def is_used(self, request: Request) -> bool:
        if "authorization" in request.headers:
            return False
        if request.method == "GET":
            return _V1_IN_QUERY.search(request.query) is not None
        return is_form(request) and _is_named(request.body)

    def read(self, request: Request) -> Claim:
        parameters = dict(_v1_pairs(request))
        signed_at = read_epoch(read_parameter(parameters, "Timestamp"), "Timestamp")
        if not _V1_NONCE.fullmatch(read_parameter(parameters, "Nonce")):
            raise Malformed("Nonce must be a positive integer of at most 20 digits")
        return Claim(
            key_id=read_parameter(parameters, "SecretId"),
            signature=read_parameter(parameters, "Signature"),
            signed_at=signed_at,
            token=parameters.get("Token", ""),
            scope={"method": _v1_method(parameters)},
        )

    def canonical_request(self, request: Request, claim: Claim) -> str:  # noqa: ARG002 - the protocol's parameters
        pairs = sorted((pair for pair in _v1_pairs(request) if pair[0] != "Signature"), key=lambda pair: pair[0])
        parameters = "&".join(f"{name}={value}" for name, value in pairs)
        return f"{request.method}{request.headers.get('host', '').strip()}{request.path}?{parameters}"

    def seal(self, canonical_request: str, claim: Claim, secret: str) -> Evidence:
        digest = _V1_DIGESTS[claim.scope.get("method", _V1_DEFAULT)]
        signature = b64encode(hmac.digest(to_bytes(secret), to_bytes(canonical_request), digest)).decode()
        return Evidence(signature, canonical_request, canonical_request)

    def expected(self, request: Request, claim: Claim, secret: str) -> Evidence:
        return self.seal(self.canonical_request(request, claim), claim, secret)

    def sign(self, request: Request, credentials: Credentials, now: datetime) -> Request:
        """A SignatureMethod among the parameters is obeyed. The nonce is the time in milliseconds."""
        if request.method != "GET":
            request = request.with_headers({**request.headers, "content-type": FORM})
        pairs = [pair for pair in _v1_pairs(request) if pair[0] not in _V1_ADDED]
        method = _v1_method(dict(pairs))
        pairs += [("SecretId", credentials.key_id), ("Timestamp", str(int(now.timestamp())))]
        pairs += [("Nonce", str(int(now.timestamp() * 1000)))]
        pairs += [("Token", credentials.token)] if credentials.token else []
        claim = Claim(credentials.key_id, "", whole_second(now), scope={"method": method})
        signature = self.expected(_v1_with(request, pairs), claim, credentials.secret).signature
        return _v1_with(request, [*pairs, ("Signature", signature)])


@lru_cache(KEPT)
def _tc3_terms(terms: str) -> Claim:
    """What an Authorization header claims besides the signature. Raises `Malformed`."""
    found = _TC3_FORM.fullmatch(terms)
    if not found:
        wanted = f"{_TC3} Credential=<key>/<date>/<service>/tc3_request, SignedHeaders=…, Signature=…"
        raise Malformed(f"Authorization must read {wanted}")
    headers = read_signed_headers(found["headers"], _TC3_REQUIRED)
    return Claim(found["key"], "", signed_headers=headers, scope={"date": found["date"], "service": found["service"]})


@lru_cache(KEPT)
def _tc3_start(signed_at: datetime, service: str) -> str:
    """What stands before the digest in the text that is signed."""
    return f"{_TC3}\n{int(signed_at.timestamp())}\n{signed_at.isoformat()[:10]}/{service}/tc3_request\n"


@lru_cache(maxsize=1024)
def _tc3_key(secret: str, date: str, service: str) -> SigningKey:
    key = to_bytes("TC3" + secret)
    for part in (date, service, "tc3_request"):
        key = hmac_sha256(key, part)
    return SigningKey(key)


def _v1_pairs(request: Request) -> list[tuple[str, str]]:
    if request.method == "GET":
        return decode_pairs(request.query)
    return decode_pairs(to_text(request.body)) if is_form(request) else []


def _is_named(form: bytes) -> bool:
    """Whether a form, however long, has one of the parameters that sign it."""
    return form.startswith(_V1_IN_BODY) or any(b"&" + each in form for each in _V1_IN_BODY)


def _v1_method(parameters: Mapping[str, str]) -> str:
    method = parameters.get("SignatureMethod", _V1_DEFAULT)
    if method not in _V1_DIGESTS:
        raise Malformed(f"SignatureMethod must be {' or '.join(_V1_DIGESTS)}")
    return method


def _v1_with(request: Request, pairs: list[tuple[str, str]]) -> Request:
    text = encode_pairs(pairs)
    return replace(request, query=text) if request.method == "GET" else replace(request, body=text.encode())


SCHEMES = (Tc3HmacSha256(), HmacV1())
