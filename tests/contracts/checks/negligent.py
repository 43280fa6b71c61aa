"""Servers that are careless about signatures: the mock, with somebody in between who mends what it would refuse."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from contracts.calls.client import Api, Run
from contracts.calls.composing import scheme_for
from contracts.judgement import Judgement, judge
from contracts.targets.mock import ACCOUNTS
from openapi.messages import Request, Response
from openapi.signatures import Malformed, Scheme
from tests.contracts.bent import clause, spec
from tests.contracts.fuzz.tampering import NOON, Forward, tampered

PARTS = ("method", "path", "query", "headers", "body")


@dataclass
class Negligent:
    """Does not notice when one part of a request is not what was signed: answers as to the one that was."""

    scheme: Scheme
    part: str
    signed: dict[tuple[str, str], Request] = field(default_factory=dict[tuple[str, str], Request])

    def __call__(self, request: Request, send: Forward) -> Response:
        try:
            claim = self.scheme.read(request)
        except Malformed:
            return send(request)
        first = self.signed.setdefault((claim.key_id, claim.signature), request)
        others = (part for part in PARTS if part != self.part)
        is_same = all(getattr(first, part) == getattr(request, part) for part in others)
        return send(first if is_same else request)


@dataclass
class Trusting:
    """Signs anew, as if it were right, what it cannot read, or what was signed too long ago or with a token."""

    scheme: Scheme
    trusts: str  # unreadable, late, token
    now: datetime = NOON

    def __call__(self, request: Request, send: Forward) -> Response:
        if not self._is_wrong(request):
            return send(request)
        given = {
            name: value for name, value in request.headers.items() if name != "authorization" and "token" not in name
        }
        return send(self.scheme.sign(replace(request, headers=given), ACCOUNTS["first"].key, self.now))

    def _is_wrong(self, request: Request) -> bool:
        try:
            claim = self.scheme.read(request)
        except Malformed:
            return self.trusts == "unreadable"
        signed_at = claim.signed_at or self.now
        self.now = max(self.now, signed_at)
        is_over = self.now > signed_at + timedelta(seconds=claim.valid_seconds or 0)
        return (self.trusts == "late" and is_over) or (self.trusts == "token" and claim.token != "")


@dataclass
class Lenient:
    """Takes what it should refuse for something else, which it takes: the request is rewritten, and signed anew."""

    scheme: Scheme
    rewrite: Callable[[Request], Request]

    def __call__(self, request: Request, send: Forward) -> Response:
        meant = self.rewrite(request)
        if meant == request:
            return send(request)
        if not self.scheme.is_used(request):  # a token says nothing about what it is sent with
            return send(meant)
        signed_at = self.scheme.read(request).signed_at or NOON
        headers = {name: value for name, value in meant.headers.items() if name != "authorization"}
        return send(self.scheme.sign(replace(meant, headers=headers), ACCOUNTS["first"].key, signed_at))


def judged_by_lenient(clause_id: str, scheme: str, rewrite: Callable[[Request], Request]) -> Judgement:
    """The verdict on a clause, given on a server that takes one thing for another."""
    found = clause(clause_id)
    mock, _ = tampered(spec(found.api), Lenient(scheme_for(spec(found.api), scheme), rewrite))
    return judge(found, lambda: Api(mock, spec(found.api), run=Run()))


def judged_behind(clause_id: str, kind: Any, *more: str) -> Judgement:
    """The verdict on a clause about a scheme, given on a server of a careless kind."""
    found = clause(clause_id)
    scheme = scheme_for(spec(found.api), str(found.value))
    mock, _ = tampered(spec(found.api), kind(scheme, *more))
    return judge(found, lambda: Api(mock, spec(found.api), run=Run()))
