"""Signed requests of which one part is not what was signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from contracts.calls.client import Api
from contracts.calls.composing import compose
from contracts.files.links import is_linked
from contracts.provocations.signing import forms_of, reader_of, resign
from contracts.situations.tasks import with_resources
from contracts.values import altered
from openapi.messages import Request
from openapi.model import Operation, Schema
from openapi.signatures import Claim, Malformed, Scheme
from openapi.signatures.variants import VARIANTS
from openapi.signatures.verification import is_genuine

ADDED = "xNotDocumented=1"
ELSEWHERE = "elsewhere.example.com"
PORT = ":8080"
ODD_QUERY = "zNotDocumented=a%20b&yNotDocumented=a+b&xNotDocumented=1"  # each way to write it makes another signature
ODD_SEGMENT = "a b~1"
Forged = tuple[str, Request]  # what was altered, and the request


@dataclass(frozen=True, slots=True)
class Forger:
    """Alters the signed requests of one operation, and knows which alterations the scheme covers."""

    api: Api
    operation: Operation
    scheme: str

    def alterations(self, signed: Request) -> Iterator[Forged]:
        """The request with one part after the other altered after it was signed, as far as the signature covers it."""
        for told, request in (
            *self._lines(signed),
            *self._values(signed),
            *self._headers(signed),
            *self._bodies(signed),
            *self._scopes(signed),
        ):
            if request != signed and not self._is_good(request):
                yield told, request

    def make_odd(self, request: Request) -> Request:
        """The request, still to be signed, with whatever clients are known to sign in different ways."""
        host = request.headers["host"]
        headers = {**request.headers, "host": host if ":" in host else f"{host}{PORT}"}
        may_have_more = self.operation.unknown_members == "ignore" and request.method == "GET"
        query = "&".join(filter(None, (ODD_QUERY, request.query))) if may_have_more else request.query
        return replace(request, headers=headers, query=query)

    def on_odd_path(self, signed: Request) -> Request | None:
        """The request signed anew, for a path with a segment that has to be encoded; None where none may be so."""
        free = [each for each in self.operation.parameters if each.where == "path" and not _is_strict(each.schema)]
        named = {each.name: "x-tenant" in each.schema for each in free}  # a project only where there is nothing else
        segments = self.operation.path.split("/")
        places = [index for index, each in enumerate(segments) if each.strip("{}") in named]
        place = min(places, key=lambda index: named[segments[index].strip("{}")], default=None)
        if place is None:
            return None
        path = "/".join([*signed.path.split("/")[:place], ODD_SEGMENT, *signed.path.split("/")[place + 1 :]])
        headers = {name: value for name, value in signed.headers.items() if name != "authorization"}
        bare = replace(signed, path=path, headers=headers)
        return self._reader().sign(bare, self.api.account.key, self.api.target.now())

    def deviations(self, signed: Request) -> Iterator[tuple[str, Request, bool]]:
        """The request signed as some clients sign it, by mistake; and whether the spec says that it is good even so."""
        scheme = self._reader()
        claim = scheme.read(signed)
        signed = replace(signed, headers={**signed.headers, **self._unlisted(signed)})
        for variant in VARIANTS.values():
            _, evidence = variant.evidence(scheme, signed, claim, self.api.account.key.secret)
            if evidence.signature != claim.signature:
                request = resign(signed, claim, evidence.signature)
                yield variant.cause, request, self._is_good(request)

    def _unlisted(self, signed: Request) -> dict[str, str]:
        """A header like those that the scheme adds, which the list of signed headers does not name."""
        dated = [name for name in self._reader().read(signed).signed_headers if name.endswith("-date")]
        return {f"{name.removesuffix('date')}not-documented": "text" for name in dated}

    def _is_good(self, request: Request) -> bool:
        """Whether the signature is right for the request, or cannot even be read."""
        scheme, allowed = self._reader(), self.api.spec.authentication.variants
        try:
            claim = scheme.read(request)
        except Malformed:
            return True
        return is_genuine(scheme, request, claim, self.api.account.key.secret, allowed)

    def _reader(self) -> Scheme:
        return reader_of(self.api, self.scheme)

    def _lines(self, signed: Request) -> Iterator[Forged]:
        """Method, path and query."""
        for method in self._other_methods():
            yield f"the method, to {method}", replace(signed, method=method)
        segments = self.operation.path.split("/")
        for index in [place for place, each in enumerate(segments) if each.startswith("{")][-1:]:
            path = signed.path.split("/")
            yield "the path", replace(signed, path="/".join([*path[:index], altered(path[index]), *path[index + 1 :]]))
        yield "the query", replace(signed, query=f"{signed.query}&{ADDED}" if signed.query else ADDED)

    def replays(self, signed: Request) -> Iterator[Forged]:
        """The request as it was signed, sent to every other operation."""
        host = signed.headers["host"]
        for other in self.api.spec.operations.values():
            if other.path == self.operation.path and other.method == self.operation.method:
                continue
            if self.scheme in other.schemes and not is_linked(self.api, other):
                path = compose(self.api.spec, other, with_resources(self.api, other), host).path
                moved = replace(signed, method=other.method, path=path)
                yield f"a request to {self.operation.id}, replayed at {other.id}", moved
        yield from self._renamed(signed)

    def _renamed(self, signed: Request) -> Iterator[Forged]:
        """The request with the name of another action in its parameters, where one is there."""
        addressing = self.api.spec.addressing
        own = f"{addressing.action_parameter}={self.operation.action_name}" if addressing else ""
        for text, put in forms_of(signed) if own else ():
            for other in self.api.spec.operations.values():
                if own in text and other.action_name not in {"", self.operation.action_name}:
                    renamed = text.replace(own, own.replace(self.operation.action_name, other.action_name))
                    yield f"a request to {self.operation.id}, replayed at {other.id}", put(renamed)

    def _values(self, signed: Request) -> Iterator[Forged]:
        """Every parameter of the query and of a form, but those that say who signed it, when, and what is asked."""
        claim, addressing = self._reader().read(signed), self.api.spec.addressing
        named = {addressing.action_parameter, addressing.version_parameter} if addressing else set[str]()
        for text, put in forms_of(signed):
            pairs = [pair.partition("=") for pair in text.split("&")]
            for index, (name, _, value) in enumerate(pairs):
                if not value or name in named:
                    continue
                others = [f"{n}={altered(v) if place == index else v}" for place, (n, _, v) in enumerate(pairs)]
                request = put("&".join(others))
                if self._is_same_caller(claim, request):
                    yield f"the parameter {name}", request

    def _is_same_caller(self, claim: Claim, request: Request) -> bool:
        try:
            other = self._reader().read(request)
        except Malformed:
            return False
        return (claim.key_id, claim.token, claim.signed_at) == (other.key_id, other.token, other.signed_at)

    def _other_methods(self) -> list[str]:
        same = (each for each in self.api.spec.operations.values() if each.path == self.operation.path)
        addressing = self.api.spec.addressing
        known = {*(each.method for each in same), *(addressing.methods if addressing else ())}
        return sorted(known - {self.operation.method})

    def _headers(self, signed: Request) -> Iterator[Forged]:
        later = self._reader().sign(signed, self.api.account.key, self.api.target.now() + timedelta(seconds=1))
        for name in self._reader().read(signed).signed_headers:
            value = signed.headers.get(name, "")
            for other in (later.headers.get(name, ""), *self._other_values(name, value)):
                if other and other != value:
                    yield f"the header {name}", replace(signed, headers={**signed.headers, name: other})

    def _other_values(self, name: str, value: str) -> list[str]:
        """Values that are read as the old one is, or lead to another operation."""
        if name == "host":
            return [ELSEWHERE] if self.api.target.is_mock else []  # elsewhere, another server may answer
        if name == "content-type":
            return [f"{value}; charset=utf-8"]
        return [each.action_name for each in self.api.spec.operations.values() if value == self.operation.action_name]

    def _bodies(self, signed: Request) -> Iterator[Forged]:
        if not signed.body:
            if signed.method != "GET":
                yield "the body, where none was signed", replace(signed, body=b"{}")
            return
        is_form = "form" in signed.headers.get("content-type", "")
        yield "the body", replace(signed, body=signed.body + (f"&{ADDED}".encode() if is_form else b" "))
        if not is_form:
            empty = self._reader().sign(replace(signed, body=b""), self.api.account.key, self.api.target.now())
            yield "the body, added after it was signed", replace(empty, body=signed.body)

    def _scopes(self, signed: Request) -> Iterator[Forged]:
        authorization = signed.headers.get("authorization", "")
        for part, value in self._reader().read(signed).scope.items():
            other = authorization.replace(f"/{value}/", f"/{altered(value)}/", 1)
            yield f"the {part} of the scope", replace(signed, headers={**signed.headers, "authorization": other})


def _is_strict(schema: Schema) -> bool:
    return bool(schema.keys() & {"pattern", "enum"})
