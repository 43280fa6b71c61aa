"""How real clients deviate: what they may have signed instead of what arrived, by names that a spec can list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import unquote

from openapi.messages import Request
from openapi.signatures import Claim, Evidence, Scheme
from openapi.signatures.encoding import percent_encode

_PORT = re.compile(r"(?<=[^:]):[0-9]{1,5}$")
_DECLARED_HASHES = ("x-sdk-content-sha256", "x-tc-content-sha256")


def _same(request: Request, claim: Claim) -> tuple[Request, Claim]:
    return request, claim


def _as_written(canonical_request: str, request: Request) -> str:  # noqa: ARG001 - one signature for all rewritings
    return canonical_request


@dataclass(frozen=True, slots=True)
class Variant:
    """`signed` gives the request and claim that the client may have had before it; `written` the canonical text."""

    cause: str  # one sentence, for whoever reads the diagnosis
    signed: Callable[[Request, Claim], tuple[Request, Claim]] = _same
    written: Callable[[str, Request], str] = _as_written

    def evidence(self, scheme: Scheme, request: Request, claim: Claim, secret: str) -> tuple[Claim, Evidence]:
        """What a client that deviates in this way would have claimed, and the signature it would have made."""
        before, claimed = self.signed(request, claim)
        canonical_request = self.written(scheme.canonical_request(before, claimed), request)
        return claimed, scheme.seal(canonical_request, claimed, secret)


def _with_host(host: str, request: Request, claim: Claim) -> tuple[Request, Claim]:
    return replace(request, headers={**request.headers, "host": host}), claim


def _host_without_port(request: Request, claim: Claim) -> tuple[Request, Claim]:
    return _with_host(_PORT.sub("", request.headers.get("host", "").strip()), request, claim)


def _host_with_port(port: int, request: Request, claim: Claim) -> tuple[Request, Claim]:
    host = request.headers.get("host", "").strip()
    return _with_host(host if _PORT.search(host) else f"{host}:{port}", request, claim)


def _header_values_case(request: Request, claim: Claim) -> tuple[Request, Claim]:
    lowered = {name: value.lower() for name, value in request.headers.items() if name in claim.signed_headers}
    return replace(request, headers={**request.headers, **lowered}), claim


def _all_own_headers(request: Request, claim: Claim) -> tuple[Request, Claim]:
    own = {name for name in request.headers if name.startswith("x-bce-")}
    return request, replace(claim, signed_headers=tuple(sorted({*claim.signed_headers, *own})))


def _body_empty(request: Request, claim: Claim) -> tuple[Request, Claim]:
    return replace(request, body=b""), claim


def _query_empty(request: Request, claim: Claim) -> tuple[Request, Claim]:
    return replace(request, query=""), claim


def _query_sorted(request: Request, claim: Claim) -> tuple[Request, Claim]:
    return replace(request, query="&".join(sorted(request.query.split("&")))), claim


def _query_decoded(request: Request, claim: Claim) -> tuple[Request, Claim]:
    return replace(request, query=unquote(request.query, errors="surrogateescape")), claim


def _plus(replacement: str, request: Request, claim: Claim) -> tuple[Request, Claim]:
    return replace(request, query=request.query.replace("+", replacement)), claim


def _path_encoded_twice(request: Request, claim: Claim) -> tuple[Request, Claim]:
    return replace(request, path=percent_encode(request.path, safe="/")), claim


def _signature_unencoded(request: Request, claim: Claim) -> tuple[Request, Claim]:
    return request, replace(claim, signature=claim.signature.replace(" ", "+"))


def _rewrite(line: int, change: Callable[[str, Request], str]) -> Callable[[str, Request], str]:
    """A rewriting of one line of a canonical request; a text without that line stays as it is."""

    def written(canonical_request: str, request: Request) -> str:
        lines = canonical_request.split("\n")
        if line < len(lines) and len(lines) > 1:
            lines[line] = change(lines[line], request)
        return "\n".join(lines)

    return written


def _declared_hash(actual: str, request: Request) -> str:
    return next((request.headers[name].strip() for name in _DECLARED_HASHES if name in request.headers), actual)


VARIANTS: Mapping[str, Variant] = {
    "host-without-port": Variant("the Host header carries a port that was not signed", _host_without_port),
    "host-with-port-80": Variant(
        "the host was signed with port 80, which the Host header lacks", partial(_host_with_port, 80)
    ),
    "host-with-port-443": Variant(
        "the host was signed with port 443, which the Host header lacks", partial(_host_with_port, 443)
    ),
    "header-values-case": Variant("the values of the signed headers were signed in lower case", _header_values_case),
    "own-headers-unlisted": Variant(
        "x-bce-* headers were signed that the list of signed headers does not name", _all_own_headers
    ),
    "body-empty": Variant("the body was not signed: the signature covers an empty one", _body_empty),
    "body-as-declared": Variant(
        "the body was changed after signing, or is not the one whose hash was declared and signed",
        written=_rewrite(-1, _declared_hash),
    ),
    "query-empty": Variant("the query was not signed, or was added after signing", _query_empty),
    "query-sorted": Variant(
        "the query parameters were signed in another order: sorted, unlike those sent", _query_sorted
    ),
    "query-as-sent": Variant(
        "the query was signed as sent, where its parameters have to be sorted and encoded anew",
        written=_rewrite(2, lambda _, request: request.query),
    ),
    "query-decoded": Variant("the query was signed before it was percent-encoded", _query_decoded),
    "query-plus-as-space": Variant(
        "a space in the query was signed as %20 but sent as a plus sign", partial(_plus, "%20")
    ),
    "query-plus-as-plus": Variant(
        "a plus sign in the query was signed as %2B but sent bare, where it stands for a space", partial(_plus, "%2B")
    ),
    "path-encoded-twice": Variant("the path was percent-encoded twice when it was signed", _path_encoded_twice),
    "path-unencoded": Variant(
        "the path was signed without percent-encoding",
        written=_rewrite(1, lambda line, _: unquote(line, errors="surrogateescape")),
    ),
    "path-without-trailing-slash": Variant(
        "the path was signed without the slash that the canonical path ends in",
        written=_rewrite(1, lambda line, _: line.removesuffix("/")),
    ),
    "signature-unencoded": Variant(
        "the signature was sent without percent-encoding, which turned a plus sign into a space", _signature_unencoded
    ),
}


def find_variant(name: str) -> Variant:
    """The variant of that name. Raises `ValueError` with the names that exist."""
    if name not in VARIANTS:
        raise ValueError(f"there is no signature variant {name!r}; there are {', '.join(VARIANTS)}")
    return VARIANTS[name]
