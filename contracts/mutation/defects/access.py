"""Doors that are open: callers who are taken for somebody, and parts of a request that nobody looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from contracts.calls.composing import scheme_for, takes_fields, takes_token
from contracts.mutation.defects.traffic import Traffic, at
from contracts.mutation.mutant import Defect, Forward, Stage, Tamper
from contracts.provocations.signing import resign
from contracts.target import Account
from openapi.messages import Credentials, Request, Response
from openapi.reasons import Reason
from openapi.signatures import Claim, Malformed, Scheme, schemes
from openapi.signatures.verification import is_genuine

FIRST = "first"
Part = Callable[[Request, Request], Request]  # the new request, with one part as it was in the old one

PARTS: dict[str, Part] = {
    "method": lambda new, old: replace(new, method=old.method),
    "path": lambda new, old: replace(new, path=old.path),
    "query": lambda new, old: replace(new, query=old.query),
    "body": lambda new, old: replace(new, body=old.body),
}


@dataclass(frozen=True)
class Door:
    """The signatures that come by, for whoever holds all secrets."""

    traffic: Traffic
    stage: Stage

    def claim(self, request: Request, schemes_of: tuple[str, ...]) -> tuple[Scheme, Claim] | None:
        """The scheme in which a request is signed, and what it claims; None where it is not, or badly."""
        for name in schemes_of:
            scheme = scheme_for(self.stage.spec, name)
            try:
                if scheme.is_used(request):
                    return scheme, scheme.read(request)
            except Malformed:
                return None
        return None

    def account(self, key_id: str) -> Account | None:
        """Whose key it is."""
        return next((each for each in self.stage.accounts.values() if each.key.key_id == key_id), None)

    def is_good(self, request: Request, scheme: Scheme, claim: Claim) -> bool:
        """Whether the account signed it, in any documented way."""
        account = self.account(claim.key_id)
        variants = self.stage.spec.authentication.variants
        return account is not None and is_genuine(scheme, request, claim, account.key.secret, variants)

    def sealed(self, request: Request, scheme: Scheme, claim: Claim, account: Account) -> Request:
        """The request, signed as it is by an account: the same claim, the key and the signature replaced."""
        owned = _swap(request, claim.key_id, account.key.key_id)
        claimed = replace(claim, key_id=account.key.key_id)
        return resign(owned, claimed, scheme.expected(owned, claimed, account.key.secret).signature)


def any_secret(operation: str, scheme_name: str) -> Defect:
    """Whoever knows a key need not know its secret."""

    def make(traffic: Traffic, stage: Stage) -> Tamper:
        door = Door(traffic, stage)

        def answer(request: Request, forward: Forward) -> Response:
            found = door.claim(request, (scheme_name,))
            account = door.account(found[1].key_id) if found else None
            if found is None or account is None or door.is_good(request, *found):
                return forward(request)
            return forward(door.sealed(request, *found, account))

        return answer

    return at(operation, make)


def any_key(operation: str, scheme_name: str) -> Defect:
    """A key that nobody has is taken for that of the first account; so is a token."""

    def make(traffic: Traffic, stage: Stage) -> Tamper:
        door = Door(traffic, stage)

        def answer(request: Request, forward: Forward) -> Response:
            found = door.claim(request, (scheme_name,))
            first = stage.accounts[FIRST]
            if found is None or door.account(found[1].key_id) is not None:
                return forward(request)
            if takes_token(scheme_name):
                return forward(with_token(request, found[1], first) if not _knows(stage, found[1]) else request)
            return forward(door.sealed(request, *found, first))

        return answer

    return at(operation, make)


def nobody_asked(operation: str, scheme_name: str) -> Defect:
    """A request that is not signed is taken for one of the first account."""

    def make(traffic: Traffic, stage: Stage) -> Tamper:
        signing = stage.spec.operations[operation]

        def answer(request: Request, forward: Forward) -> Response:
            response = forward(request)
            if any(scheme_for(stage.spec, name).is_used(request) for name in signing.schemes):
                return response
            if not traffic.is_code(response, signing, Reason.UNSIGNED):
                return response
            return forward(_signed(stage, request, scheme_name, _time_of(response)))

        return answer

    return at(operation, make)


def unchecked(operation: str, scheme_name: str, part: str) -> Defect:
    """A signature that was good once is good for a request that differs in this part: a name of PARTS, or a header."""

    def make(traffic: Traffic, stage: Stage) -> Tamper:
        door = Door(traffic, stage)
        seen: dict[str, Request] = {}
        restore = PARTS.get(part) or _restore_header(part)

        def answer(request: Request, forward: Forward) -> Response:
            found = door.claim(request, (scheme_name,))
            if found is None:
                return forward(request)
            scheme, claim = found
            account, old = door.account(claim.key_id), seen.get(claim.signature)
            if door.is_good(request, scheme, claim):
                seen[claim.signature] = request
            elif old is not None and account is not None and restore(request, old) == old:
                return forward(door.sealed(request, scheme, claim, account))
            return forward(request)

        return answer

    return at(operation, make)


def future_taken(scheme_name: str) -> Defect:
    """A time that lies ahead is never too far ahead."""

    def make(traffic: Traffic, stage: Stage) -> Tamper:
        door = Door(traffic, stage)

        def answer(request: Request, forward: Forward) -> Response:
            response, found = forward(request), door.claim(request, (scheme_name,))
            operation = traffic.operation(request)
            if found is None or operation is None or takes_fields(scheme_name):
                return response
            claim, account = found[1], door.account(found[1].key_id)
            now = _time_of(response)
            is_stale = traffic.is_code(response, operation, Reason.STALE_SIGNATURE)
            if not is_stale or account is None or claim.signed_at is None or claim.signed_at <= now:
                return response
            return forward(_signed(stage, request, scheme_name, now, account))

        return answer

    return at("", make)


def link_unsigned(operation: str) -> Defect:
    """A link without a signature leads to the file."""

    def make(traffic: Traffic, stage: Stage) -> Tamper:
        link, called = stage.spec.link, stage.spec.operations[operation]

        def answer(request: Request, forward: Forward) -> Response:
            response = forward(request)
            if link is None or not traffic.is_code(response, called, Reason.UNSIGNED):
                return response
            scheme: Any = schemes()[link.scheme]
            key, now = stage.accounts[FIRST].key, _time_of(response)
            return forward(scheme.presign(replace(request, query=""), key, now, link.seconds))

        return answer

    return at(operation, make)


def link_forged(operation: str) -> Defect:
    """The signature of a link is not looked at."""
    return lambda stage: any_secret(operation, stage.spec.link.scheme if stage.spec.link else "")(stage)


def _swap(request: Request, old: str, new: str) -> Request:
    """The request with another key id wherever the old one stands."""

    def change(text: str) -> str:
        return text.replace(quote(old, safe=""), quote(new, safe="")).replace(old, new) if old else text

    headers = {name: change(value) if name == "authorization" else value for name, value in request.headers.items()}
    is_form = "form" in request.headers.get("content-type", "")
    body = change(request.body.decode()).encode() if is_form else request.body
    return replace(request, headers=headers, query=change(request.query), body=body)


def with_token(request: Request, claim: Claim, account: Account) -> Request:
    """The request with the token of an account in the place of its own."""
    headers = {name: account.token if value == claim.token else value for name, value in request.headers.items()}
    return replace(request, headers=headers)


def _knows(stage: Stage, claim: Claim) -> bool:
    return claim.token in {each.token for each in stage.accounts.values()}


def _signed(stage: Stage, request: Request, scheme_name: str, now: datetime, account: Account | None = None) -> Request:
    owner = account or stage.accounts[FIRST]
    key = Credentials("", "", owner.token) if takes_token(scheme_name) else owner.key
    headers = {name: value for name, value in request.headers.items() if name != "authorization"}
    return scheme_for(stage.spec, scheme_name).sign(replace(request, headers=headers), key, now)


def _restore_header(name: str) -> Part:
    return lambda new, old: replace(new, headers={**new.headers, name: old.headers.get(name, "")})


def _time_of(response: Response) -> datetime:
    """The time of the server that answered."""
    return parsedate_to_datetime(response.headers["date"]).astimezone(UTC)
