"""Wrong credentials for keys that exist, bounded: whoever sends many is locked out, or taken for an attacker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hmac import compare_digest

from contracts.calls.composing import scheme_for
from contracts.target import Account, Errand, Unallowed
from openapi.messages import Request
from openapi.model import Spec
from openapi.signatures import Malformed
from openapi.signatures.verification import is_genuine

IN_A_ROW = 3  # wrong signatures with one key, without a good one between; fewer where fewer are documented to lock
IN_ALL = 30  # in one run


class Proof(StrEnum):
    """What the credentials of a request are worth."""

    GOOD = "good"  # made with the secret of an account of the profile
    TOKEN = "by-token"  # carries the token of one, which says nothing of its key  # noqa: S105
    WRONG = "wrong"  # names a key that exists, and is not signed with its secret
    NONE = "none"  # names nobody that exists


@dataclass
class Failures:
    """How often a server was shown wrong signatures of each key of a profile."""

    accounts: Mapping[str, Account]
    is_unbounded: bool = False  # whether the profile allows to exceed limits
    _in_a_row: dict[str, int] = field(default_factory=dict[str, int])  # by account
    _in_all: dict[str, int] = field(default_factory=dict[str, int])
    _proved: tuple[Request, Spec, tuple[Proof, str]] | None = None  # the last request, before and after it is sent

    def prove(self, request: Request, errand: Errand) -> tuple[Proof, str]:
        """What the credentials of a request are worth, and the name of the account whose they are; empty: nobody's."""
        if self._proved is None or self._proved[0] is not request or self._proved[1] is not errand.spec:
            self._proved = request, errand.spec, self._prove(request, errand)
        return self._proved[2]

    def _prove(self, request: Request, errand: Errand) -> tuple[Proof, str]:
        claims = list(_claims(request, errand))
        for which, account in self.accounts.items():
            if any(same(value, account.token) for name, value in request.headers.items() if name != "host"):
                return Proof.TOKEN, which
            for name, key_id in claims:
                if key_id and key_id == account.key.key_id:
                    is_good = _is_signed(request, errand, name, account)
                    return (Proof.GOOD if is_good else Proof.WRONG), which
        return Proof.NONE, ""

    def require_few(self, account: str, errand: Errand) -> None:
        """Raise Unallowed where one wrong signature more would be too many.

        Also where limits may be exceeded a key is only locked by what is to lock it.
        """
        locks, in_a_row = errand.spec.authentication.lock_failures, self._in_a_row.get(account, 0)
        if self.is_unbounded:
            if locks and in_a_row >= locks and not errand.locks:
                raise Unallowed(f"{in_a_row} wrong signatures in a row were sent, and one more locks the key")
            return
        most = min(IN_A_ROW, locks) if locks else IN_A_ROW
        if in_a_row >= most:
            raise Unallowed(
                f"{most} wrong signatures in a row were sent, and more may lock the key: allow.exceed-limits"
            )
        if self._in_all.get(account, 0) >= IN_ALL:
            raise Unallowed(f"{IN_ALL} wrong signatures were sent, and more may lock the key: allow.exceed-limits")

    def count(self, account: str, proof: Proof, *, is_refused: bool) -> None:
        """Take down how a request of an account was answered: for its credentials refused, or not."""
        if is_refused or proof is Proof.WRONG:
            self._in_a_row[account] = self._in_a_row.get(account, 0) + 1
            self._in_all[account] = self._in_all.get(account, 0) + 1
        elif proof is Proof.GOOD:
            self._in_a_row[account] = 0


def same(value: str, secret: str) -> bool:
    """Whether a value is a secret that there is, in a time that does not depend on where they differ."""
    return bool(secret) and compare_digest(value.encode("utf-8", "replace"), secret.encode("utf-8", "replace"))


def _claims(request: Request, errand: Errand) -> Iterable[tuple[str, str]]:
    """The schemes by which a request can be read, and the key that each finds in it."""
    for name in errand.spec.authentication.schemes:
        scheme = scheme_for(errand.spec, name)
        if not scheme.is_used(request):
            continue
        try:
            yield name, scheme.read(request).key_id
        except Malformed:
            continue


def _is_signed(request: Request, errand: Errand, name: str, account: Account) -> bool:
    scheme, rules = scheme_for(errand.spec, name), errand.spec.authentication
    return is_genuine(scheme, request, scheme.read(request), account.key.secret, rules.variants)
