"""Requests that are signed, but not as they should be: by somebody else, over something else, or in another form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote

from contracts.calls.client import Api
from contracts.calls.composing import scheme_for, takes_token
from contracts.check import NotObserved
from contracts.target import Account
from contracts.values import altered
from openapi.messages import Credentials, Request
from openapi.model import Operation
from openapi.signatures import Claim, Malformed, Scheme

Change = Callable[[Request], Request]


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A request whose signature cannot be read, and why."""

    told: str
    request: Request
    is_incomplete: bool  # something that it needs is missing altogether


def signing_schemes(operation: Operation) -> list[str]:
    """The schemes of an operation that prove the possession of a secret."""
    return [name for name in operation.schemes if not takes_token(name)]


def signing_scheme(operation: Operation) -> str:
    """The first of them. Raises NotObserved when there is none."""
    found = signing_schemes(operation)
    if not found:
        raise NotObserved(f"{operation.id} takes no signature")
    return found[0]


def token_scheme(operation: Operation) -> str:
    """The scheme of an operation that sends a token. Raises NotObserved when there is none."""
    found = next((name for name in operation.schemes if takes_token(name)), None)
    if found is None:
        raise NotObserved(f"{operation.id} takes no token instead of a signature")
    return found


def impostor(account: Account) -> Account:
    """Whoever knows the key of an account, but not its secret."""
    return replace(account, key=replace(account.key, secret=altered(account.key.secret)))


def stranger(account: Account) -> Account:
    """Somebody with a key, a secret and a token that nobody knows."""
    key = Credentials(altered(account.key.key_id), account.key.secret)
    return replace(account, key=key, token=altered(account.token))


def with_wrong_token(account: Account) -> Account:
    """The account with a token that is not its own, for a signature and instead of one."""
    wrong = altered(account.token or account.key.secret)
    return replace(account, key=replace(account.key, token=wrong), token=wrong)


def reader_of(api: Api, name: str) -> Scheme:
    """The scheme of that name, as this API uses it."""
    return scheme_for(api.spec, name)


def spoil(scheme: Scheme, *, missing: bool) -> Change:
    """What makes a signed request unreadable for its scheme: a part that is missing, or one of another form.

    Raises NotObserved when nothing does.
    """

    def change(request: Request) -> Request:
        for spoilt in spoilt_requests(scheme, request):
            if spoilt.is_incomplete == missing and scheme.is_used(spoilt.request):
                return spoilt.request
        raise NotObserved(f"{scheme.name}: nothing is known that makes a signature of it unreadable in that way")

    return change


def spoilt_requests(scheme: Scheme, request: Request) -> Iterator[Spoilt]:
    """A signed request with one part after the other left out, cut short or replaced; those unreadable then."""
    for removing in (False, True):
        for told, changed in _edits(request, removing=removing):
            try:
                scheme.read(changed)
            except Malformed as malformed:
                yield Spoilt(told, changed, bool(malformed.missing))


def resign(request: Request, claim: Claim, signature: str) -> Request:
    """The request with another signature in the place of the one that it carries."""

    def swap(text: str) -> str:
        return text.replace(quote(claim.signature, safe=""), quote(signature, safe="")).replace(
            claim.signature, signature
        )

    headers = {name: swap(value) if name == "authorization" else value for name, value in request.headers.items()}
    body = swap(request.body.decode()).encode() if claim.signature and _is_field(request, claim) else request.body
    return replace(request, headers=headers, query=swap(request.query), body=body)


def dated_schemes(api: Api, operation: Operation) -> list[str]:
    """The schemes of an operation whose signatures say when they were made."""
    request, now = Request("GET", "/", headers={"host": "example.com"}), api.target.now()
    found = []
    for name in signing_schemes(operation):
        scheme = reader_of(api, name)
        if scheme.read(scheme.sign(request, Credentials("key", "secret"), now)).signed_at is not None:
            found.append(name)
    return found


def _is_field(request: Request, claim: Claim) -> bool:
    return quote(claim.signature, safe="").encode() in request.body


def _edits(request: Request, *, removing: bool) -> Iterator[tuple[str, Request]]:
    """What is done, and the request with a header or field left out, or shortened, or with a word in its place."""
    if "authorization" in request.headers and not removing:
        value = request.headers["authorization"]
        yield "half of the authorization", _with_header(request, "authorization", value[: len(value) // 2])
        for told, other in _pieces(value):
            yield told, _with_header(request, "authorization", other)
    for name in request.headers:
        if name not in {"host", "authorization", "content-type"}:
            told = f"no header {name}" if removing else f"a header {name} that reads x"
            yield told, _with_header(request, name, "" if removing else "x")
    for text, put in forms_of(request):
        pairs = text.split("&")
        for index, pair in enumerate(pairs):
            name = pair.partition("=")[0]
            cut = pair[: len(pair) - len(pair) // 3]
            others = [[]] if removing else [[cut], [f"{name}=x"]]
            for changed in others:
                told = f"no parameter {name}" if removing else f"another parameter {name}"
                yield told, put("&".join([*pairs[:index], *changed, *pairs[index + 1 :]]))


def _pieces(authorization: str) -> Iterator[tuple[str, str]]:
    """The text of an authorization with one piece after the other left out, and with another word at its start."""
    pieces = re.split(r"([ ,/]+)", authorization)
    for index in range(0, len(pieces), 2):
        rest = pieces[:index] + pieces[index + 2 :]
        yield f"an authorization without its part {index // 2 + 1}", "".join(rest).strip(" ,/")
    yield "an authorization of another scheme", "Basic " + "".join(pieces[2:])


def forms_of(request: Request) -> Iterator[tuple[str, Callable[[str], Request]]]:
    """The query and the form of a request, as text, and what puts another text in its place."""
    if request.query:
        yield request.query, lambda text: replace(request, query=text)
    if "form" in request.headers.get("content-type", ""):
        yield request.body.decode(), lambda text: replace(request, body=text.encode())


def _with_header(request: Request, name: str, value: str) -> Request:
    headers = {**request.headers, name: value}
    return replace(request, headers={key: each for key, each in headers.items() if each})
