"""Who is calling: tokens, and the two signatures of the gateway, recomputed.

https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html; the derived one as in
huaweicloudsdkcore.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, unquote

from tests.contracts.standin.behaviour import Behaviour, Fault
from tests.contracts.standin.refusals import Stopped, unauthenticated

SKEW = 15 * 60  # seconds
FAILURES = 5  # in a row, after which one more locks the key
PLAIN = re.compile(r"SDK-HMAC-SHA256 Access=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})")
DERIVED = re.compile(
    r"V11-HMAC-SHA256 Credential=([^/,\s]+)/(\d{8}/[^/,\s]+/[^/,\s]+), "
    r"?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})"
)


@dataclass(frozen=True)
class Holder:
    """An account."""

    key: str
    secret: str
    token: str
    project: str
    condition: str = ""  # in which the service refuses it


@dataclass(frozen=True)
class Call:
    """A request as it came."""

    method: str
    path: str  # as on the wire
    query: str
    headers: dict[str, str]  # names in lower case
    body: bytes


class Gatekeeper:
    """Knows the accounts, and which keys are locked."""

    def __init__(self, holders: list[Holder], behaviour: Behaviour) -> None:
        self._holders, self._behaviour = holders, behaviour
        self._failures: dict[str, int] = {}
        self._seen: set[str] = set()  # signatures that were good
        self._locked: dict[str, float] = {}  # until when

    def admit(self, call: Call, now: float) -> Holder:
        """Who is calling. Raises Stopped."""
        authorization = call.headers.get("authorization", "")
        if not authorization and "x-auth-token" in call.headers:
            return self._by_token(call.headers["x-auth-token"])
        if not authorization:
            raise unauthenticated("x-auth-token not found")
        found = PLAIN.fullmatch(authorization) or DERIVED.fullmatch(authorization)
        if not found:
            raise unauthenticated("authorization header is invalid")
        holder = next((each for each in self._holders if each.key == found[1]), None)
        if holder is None:
            raise unauthenticated(f"Get secretKey failed,ak:{found[1]},err:ak not exist")
        if self._locked.get(holder.key, 0) > now:
            raise unauthenticated("AK access failed to reach the limit,forbidden.")
        self._check_age(call, now)
        known = self._behaviour.has(Fault.SIGNATURES_REMEMBERED) and authorization in self._seen
        if not known and not hmac.compare_digest(self._signature(call, holder.secret, found), found.groups()[-1]):
            raise self._failed(holder, now)
        self._seen.add(authorization)
        self._failures[holder.key] = 0
        return holder

    def _by_token(self, token: str) -> Holder:
        for holder in self._holders:
            if hmac.compare_digest(holder.token.encode(), token.encode()) or self._behaviour.has(Fault.ANY_TOKEN):
                return holder
        raise unauthenticated("decrypt token fail")

    def _failed(self, holder: Holder, now: float) -> Stopped:
        self._failures[holder.key] = self._failures.get(holder.key, 0) + 1
        if self._failures[holder.key] > FAILURES:
            self._locked[holder.key], self._failures[holder.key] = now + self._behaviour.lock, 0
        return unauthenticated("verify aksk signature fail")

    def _check_age(self, call: Call, now: float) -> None:
        try:
            signed = datetime.strptime(call.headers.get("x-sdk-date", ""), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except ValueError:
            raise unauthenticated("x-sdk-date is invalid") from None
        if abs(signed.timestamp() - now) > SKEW and not self._behaviour.has(Fault.OLD_SIGNATURES):
            raise unauthenticated(f"calc aksk signature fail:signature expired, signature time:{signed}")

    def _signature(self, call: Call, secret: str, found: re.Match[str]) -> str:
        names = found.groups()[-2].split(";")
        if not {"host", "x-sdk-date"} <= set(names):
            return ""
        canonical = canonical_request(call, names, hashlib.sha256(call.body).hexdigest())
        digest, date = hashlib.sha256(canonical.encode()).hexdigest(), call.headers["x-sdk-date"]
        if found.re is PLAIN:
            return _hmac(secret.encode(), f"SDK-HMAC-SHA256\n{date}\n{digest}").hex()
        scope = found[2]
        key = _hmac(_hmac(found[1].encode(), secret), f"{scope}\x01").hex()  # HKDF, one block of it
        return _hmac(key.encode(), f"V11-HMAC-SHA256\n{date}\n{scope}\n{digest}").hex()


def canonical_request(call: Call, names: list[str], body: str) -> str:
    """What is signed."""
    path = quote(unquote(call.path), safe="/-_.~")
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in parse_qsl(call.query, keep_blank_values=True))
    lines = [call.method, path if path.endswith("/") else f"{path}/", "&".join(f"{a}={b}" for a, b in pairs)]
    lines += [f"{name}:{call.headers.get(name, '').strip()}" for name in sorted(names)]
    return "\n".join([*lines, "", ";".join(sorted(names)), body])


def _escaped(text: str) -> str:
    return quote(text, safe="-_.~")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
