"""Who is calling?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hmac import compare_digest

from mockserver.accounts import Account, Accounts
from mockserver.refusal import Refusal
from mockserver.store import Store
from mockserver.tokens import Tokens
from openapi.messages import Credentials, Request
from openapi.model import Operation, Spec
from openapi.reasons import Reason
from openapi.signatures import Claim, Malformed, Scheme, schemes
from openapi.signatures.verification import is_genuine
from openapi.values import value

KEPT = 256  # moments that are remembered, as all requests of a second are signed at the same


@value
class Arrived:
    """When a request did, in epoch seconds."""

    now: float  # by the mock's clock
    present: float  # by that of the client's machine, if it is right
    is_own: bool = False  # whether the mock's clock is one that the account has for itself


@value
class Proof:
    """What a request carries that tells who sent it."""

    scheme: Scheme
    claim: Claim
    secret: str | None = field(default=None, repr=False)  # that it was found to be signed with; None: nobody has looked


def _no_other(_account: str) -> Arrived | None:
    return None


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """Finds the caller of the requests to one API."""

    spec: Spec
    accounts: Accounts
    tokens: Tokens
    store: Store
    arrived_at: Callable[[str], Arrived | None] = _no_other  # by the own clock of an account, if it has one

    def identify(
        self, request: Request, operation: Operation, arrived: Arrived, foreseen: Proof | None = None
    ) -> Account | None:
        """The account that sent `request`; refuses everybody who cannot prove it. None where nobody has to."""
        if not operation.schemes:
            return None
        proof = foreseen or self._proof(request, operation)
        if not proof.claim.key_id:
            return self._by_token(proof.claim.token, arrived)
        return self._by_key(request, operation, proof, arrived)

    def foresee(self, request: Request, operation: Operation) -> Proof | None:
        """What `request` carries, if it is signed with the key that it names, or has a permanent token.

        None where nobody has to prove anything. Refuses all others, some of whom `identify` lets in.
        """
        if not operation.schemes:
            return None
        proof = self._proof(request, operation)
        claim = proof.claim
        if not claim.key_id:
            if self.accounts.by_token(claim.token) is None:
                raise Refusal(Reason.BAD_TOKEN)
            return proof
        held = self.accounts.by_key(claim.key_id)
        if held is None or not self._is_signed(request, proof, held[1].secret):
            raise Refusal(Reason.WRONG_SIGNATURE)
        return Proof(proof.scheme, claim, held[1].secret)

    def _proof(self, request: Request, operation: Operation) -> Proof:
        scheme = self._scheme(request, operation)
        try:
            return Proof(scheme, scheme.read(request))
        except Malformed as malformed:
            reason = Reason.MISSING_AUTHENTICATION_PARAMETER if malformed.missing else Reason.MALFORMED_SIGNATURE
            raise Refusal(reason, str(malformed), parameter=malformed.missing) from malformed

    def _is_signed(self, request: Request, proof: Proof, secret: str) -> bool:
        return is_genuine(proof.scheme, request, proof.claim, secret, self.spec.authentication.variants)

    def _scheme(self, request: Request, operation: Operation) -> Scheme:
        known = schemes()
        for name in operation.schemes:
            if known[name].is_used(request):
                return known[name]
        if "authorization" in request.headers:
            expected = ", ".join(operation.schemes)
            message = f"the Authorization header is of no scheme known here: {expected}"
            raise Refusal(Reason.MALFORMED_SIGNATURE, message)
        raise Refusal(Reason.UNSIGNED, "the request carries no credentials")

    def _by_token(self, token: str, arrived: Arrived) -> Account:
        account = self.accounts.by_token(token)
        if account is None:
            number = self.tokens.number(token, lambda owner: (self.arrived_at(owner) or arrived).now)
            account = self.accounts.by_number(number) if number else None
        if account is None:
            raise Refusal(Reason.BAD_TOKEN, "the token is not known")
        return account

    def _by_key(self, request: Request, operation: Operation, proof: Proof, arrived: Arrived) -> Account:
        claim = proof.claim
        held = self.accounts.by_key(claim.key_id)
        if held is None:
            raise Refusal(Reason.UNKNOWN_KEY, "the access key does not exist", key=claim.key_id)
        account, credentials = held
        arrived = self.arrived_at(account.number) or arrived
        now = arrived.now
        failures, last = self.store.strikes(claim.key_id)
        if failures:
            self._refuse_locked(claim.key_id, failures, last, now)
        if not _is_same(credentials.token, claim.token):
            raise Refusal(Reason.BAD_TOKEN, "the token does not belong to the access key")
        is_link = self.spec.link is not None and self.spec.link.operation == operation.id
        if is_link:
            self._refuse_stale(claim, now, is_link=True)
        else:
            self._refuse_untimely(claim, arrived)
        if proof.secret != credentials.secret and not self._is_signed(request, proof, credentials.secret):
            if not is_link:
                self.store.strike(claim.key_id, now)
            reason = Reason.LINK_FORGED if is_link else Reason.WRONG_SIGNATURE
            raise Refusal(reason, "the signature does not match", **_evidence(request, proof, credentials))
        if failures:
            self.store.forgive(claim.key_id)
        return account

    def _refuse_locked(self, key_id: str, failures: int, last: float, now: float) -> None:
        """Refuse an access key that has failed too often."""
        rules = self.spec.authentication
        if now - last >= rules.lock_seconds > 0:
            self.store.forgive(key_id)
        elif rules.lock_failures and failures > rules.lock_failures:
            seconds = int(last + rules.lock_seconds - now)
            raise Refusal(Reason.LOCKED_KEY, f"the access key is locked for {seconds} s more", seconds=seconds)

    def _refuse_untimely(self, claim: Claim, arrived: Arrived) -> None:
        """Refuse what was signed too early or too late by either clock."""
        try:
            self._refuse_stale(claim, arrived.now)
        except Refusal:
            if arrived.present == arrived.now:
                raise
            self._refuse_stale(claim, arrived.present)

    def _refuse_stale(self, claim: Claim, now: float, *, is_link: bool = False) -> None:
        if claim.signed_at is None:
            return
        skew = self.spec.authentication.skew_seconds
        signed = _epoch(claim.signed_at)
        too_far = skew > 0 and abs(now - signed) > skew and not is_link
        over = claim.valid_seconds is not None and now > signed + claim.valid_seconds
        if too_far or over:
            reason = Reason.LINK_EXPIRED if is_link else Reason.STALE_SIGNATURE
            times = {"signed_at": _moment(signed), "now": _moment(now)}
            raise Refusal(reason, f"signed {now - signed:.0f} s ago", seconds=skew, **times)


def _is_same(ours: str, theirs: str) -> bool:
    """Whether two tokens are the same, found out in a time that does not depend on where they differ."""
    if not ours and not theirs:
        return True
    return compare_digest(ours.encode(), theirs.encode("utf-8", "surrogatepass"))


@lru_cache(KEPT)
def _epoch(moment: datetime) -> float:
    return moment.timestamp()


def _evidence(request: Request, proof: Proof, credentials: Credentials) -> dict[str, object]:
    canonical = proof.scheme.expected(request, proof.claim, credentials.secret).canonical_request
    return {"canonical_request": canonical.replace("\n", "|"), "key": proof.claim.key_id}


def _moment(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y%m%dT%H%M%SZ")
