"""The names under which credentials travel, found out from the signatures themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from openapi.messages import Credentials, Request, decode_pairs
from openapi.signatures import Malformed, Scheme, schemes
from openapi.signatures.encoding import FORM, is_form, to_text


class Kind(StrEnum):
    """What is kept to its owner."""

    KEY = "access key"
    SECRET = "secret key"  # noqa: S105 - how it is called
    TOKEN = "token"  # noqa: S105
    SIGNATURE = "signature"
    CREDENTIALS = "credentials"  # several of them in one
    PROJECT = "project"
    ACCOUNT = "account"
    PASSWORD = "password"  # noqa: S105
    COOKIE = "cookie"


_MOMENT = datetime(2020, 1, 1, tzinfo=UTC)
_TRIALS = (Credentials("first-key", "first-secret", "first-token"), Credentials("other-key", "other-secret", "other"))
_ANYBODYS = {  # what any service may call it
    "cookie": Kind.COOKIE,
    "set-cookie": Kind.COOKIE,
    "proxy-authorization": Kind.CREDENTIALS,
    "password": Kind.PASSWORD,
    "secret": Kind.SECRET,
    "secretkey": Kind.SECRET,
    "access_token": Kind.TOKEN,
}


@cache
def members() -> Mapping[str, Kind]:
    """Headers, parameters and fields that carry credentials, in lower case, and what of them each carries."""
    found: dict[str, Kind] = dict(_ANYBODYS)
    for scheme in schemes().values():
        for unsigned in _unsigned():
            found |= _told_apart(*(_pairs(_signed(scheme, unsigned, each, _MOMENT)) for each in _TRIALS))
    return found


@cache
def dated() -> frozenset[str]:
    """Headers, parameters and fields, in lower case, that only say when a request was signed."""
    found: set[str] = set()
    for scheme in schemes().values():
        for unsigned in _unsigned():
            moments = (
                _pairs(_signed(scheme, unsigned, _TRIALS[0], at)) for at in (_MOMENT, _MOMENT + timedelta(days=1))
            )
            found |= _told_apart(*moments).keys()
    return frozenset(found - members().keys())


def claims(request: Request) -> Iterator[tuple[Kind, str]]:
    """What of a caller's credentials a request shows, for each scheme that it keeps to."""
    for scheme in schemes().values():
        if not scheme.is_used(request):
            continue
        try:
            claim = scheme.read(request)
        except Malformed:
            continue
        yield from ((Kind.KEY, claim.key_id), (Kind.TOKEN, claim.token), (Kind.SIGNATURE, claim.signature))


def _told_apart(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, Kind]:
    """The names whose values differ from one caller to the other."""
    return {name: _kind(value) for name, value in first.items() if value != second.get(name)}


def _kind(value: str) -> Kind:
    key = _TRIALS[0]
    if value == key.key_id:
        return Kind.KEY
    if value == key.token:
        return Kind.TOKEN
    return Kind.CREDENTIALS if key.key_id in value else Kind.SIGNATURE


def _unsigned() -> tuple[Request, ...]:
    return (
        Request("GET", "/", headers={"host": "example.com"}),
        Request("POST", "/", headers={"host": "example.com", "content-type": FORM}, body=b"a=b"),
    )


def _signed(scheme: Scheme, request: Request, key: Credentials, at: datetime) -> tuple[Request, ...]:
    """What a caller makes of a request: signed, and as a link where the scheme knows links."""
    signer: Any = scheme
    links = (signer.presign(request, key, at, 60),) if hasattr(scheme, "presign") else ()
    return (scheme.sign(request, key, at), *links)


def _pairs(requests: tuple[Request, ...]) -> dict[str, str]:
    """Everything in them that has a name."""
    found: dict[str, str] = {}
    for request in requests:
        form = decode_pairs(to_text(request.body)) if is_form(request) else []
        found |= {name.lower(): value for name, value in [*decode_pairs(request.query), *form]}
        found |= request.headers
    return found
