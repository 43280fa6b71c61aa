from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from openapi.messages import Credentials, Request
from openapi.signatures import Scheme, schemes
from openapi.signatures.diagnosis import explain
from openapi.signatures.variants import VARIANTS, find_variant
from openapi.signatures.verification import is_genuine

KEY = Credentials("AKIDEXAMPLE", "SECRETEXAMPLE")
NOW = datetime(2026, 1, 31, 8, 9, 10, tzinfo=UTC)
TC3, V1, BCE, SDK = (schemes()[name] for name in ("tc3-hmac-sha256", "hmac-v1", "bce-auth-v1", "sdk-hmac-sha256"))
JSON = "application/json"


def signed_as(scheme: Scheme, signed: Request, arriving: Callable[[Request], Request]) -> Request:
    """What arrives when a client signs one thing and sends another."""
    return arriving(scheme.sign(signed, KEY, NOW))


def host(name: str) -> Callable[[Request], Request]:
    return lambda request: replace(request, headers={**request.headers, "host": name})


def query(text: str) -> Callable[[Request], Request]:
    return lambda request: replace(request, query=text)


def path(text: str) -> Callable[[Request], Request]:
    return lambda request: replace(request, path=text)


def body(data: bytes) -> Callable[[Request], Request]:
    return lambda request: replace(request, body=data)


def own_header(request: Request) -> Request:
    authorization = request.headers["authorization"].replace(";x-bce-date", "")
    return replace(request, headers={**request.headers, "authorization": authorization})


def resealed(scheme: Scheme, plain: Request, change: Callable[[str], str]) -> Request:
    """The request of a client whose canonical request is `change` of the documented one."""
    signed = scheme.sign(plain, KEY, NOW)
    claim = scheme.read(signed)
    evidence = scheme.seal(change(scheme.canonical_request(signed, claim)), claim, KEY.secret)
    authorization = signed.headers["authorization"].replace(claim.signature, evidence.signature)
    return replace(signed, headers={**signed.headers, "authorization": authorization})


def line(index: int, text: str) -> Callable[[str], str]:
    def change(canonical_request: str) -> str:
        lines = canonical_request.split("\n")
        lines[index] = text
        return "\n".join(lines)

    return change


def get(path_: str = "/", query_: str = "", **headers: str) -> Request:
    return Request("GET", path_, query_, {"host": "h", **{k.replace("_", "-"): v for k, v in headers.items()}})


def post(data: bytes, **headers: str) -> Request:
    return replace(get(content_type=JSON, **headers), method="POST", body=data)


def unencoded_v1() -> Request:
    """The first request, by its nonce, whose signature holds a plus sign, sent with it bare."""
    requests = (V1.sign(get("/", f"Action=CreateExport&Count={count}"), KEY, NOW) for count in range(1000))
    signed = next(request for request in requests if "%2B" in request.query)
    return replace(signed, query=signed.query.replace("%2B", "+"))


HASH = {"x_sdk_content_sha256": "3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7"}
CASES = {
    "host-without-port": (TC3, signed_as(TC3, replace(get(), headers={"host": "127.0.0.1"}), host("127.0.0.1:4010"))),
    "host-with-port-80": (SDK, signed_as(SDK, replace(get(), headers={"host": "h:80"}), host("h"))),
    "host-with-port-443": (SDK, signed_as(SDK, replace(get(), headers={"host": "h:443"}), host("h"))),
    "header-values-case": (TC3, signed_as(TC3, replace(get(), headers={"host": "api.example"}), host("API.example"))),
    "own-headers-unlisted": (BCE, signed_as(BCE, get(), own_header)),
    "body-empty": (SDK, signed_as(SDK, post(b""), body(b"{}"))),
    "body-as-declared": (SDK, signed_as(SDK, post(b"data", **HASH), body(b"changed"))),
    "query-empty": (SDK, signed_as(SDK, get("/a"), query("x=1"))),
    "query-sorted": (TC3, signed_as(TC3, get("/", "a=1&b=2"), query("b=2&a=1"))),
    "query-as-sent": (SDK, resealed(SDK, get("/a", "b=2&a=1"), line(2, "b=2&a=1"))),
    "query-decoded": (TC3, signed_as(TC3, get("/", "a=1/2"), query("a=1%2F2"))),
    "query-plus-as-space": (TC3, signed_as(TC3, get("/", "a=1%202"), query("a=1+2"))),
    "query-plus-as-plus": (SDK, signed_as(SDK, get("/", "a=1%2B2"), query("a=1+2"))),
    "path-encoded-twice": (SDK, signed_as(SDK, get("/a%20b"), path("/a b"))),
    "path-unencoded": (BCE, resealed(BCE, get("/a b"), line(1, "/a b"))),
    "path-without-trailing-slash": (SDK, resealed(SDK, get("/a"), line(1, "/a"))),
    "signature-unencoded": (V1, unencoded_v1()),
}


def test_every_variant_has_a_case() -> None:
    assert list(CASES) == list(VARIANTS)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_refused_unless_it_is_allowed(name: str) -> None:
    scheme, request = CASES[name]
    claim = scheme.read(request)
    others = tuple(other for other in VARIANTS if other != name)
    assert not is_genuine(scheme, request, claim, KEY.secret)
    assert not is_genuine(scheme, request, claim, KEY.secret, others)
    assert is_genuine(scheme, request, claim, KEY.secret, (name,))


@pytest.mark.parametrize("name", VARIANTS)
def test_an_allowed_variant_still_needs_the_right_secret(name: str) -> None:
    scheme, request = CASES[name]
    assert not is_genuine(scheme, request, scheme.read(request), "OTHER", tuple(VARIANTS))


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_recognized_and_its_cause_told(name: str) -> None:
    scheme, request = CASES[name]
    diagnosis = explain(scheme, request, scheme.read(request), KEY.secret)
    assert diagnosis.variant == name
    assert diagnosis.cause == VARIANTS[name].cause


def test_an_unknown_variant_is_an_error_that_names_the_known_ones() -> None:
    scheme, request = CASES["body-empty"]
    with pytest.raises(ValueError, match=r"no signature variant 'host-port'; there are host-without-port, "):
        is_genuine(scheme, request, scheme.read(request), KEY.secret, ("host-port",))
    with pytest.raises(ValueError, match="no signature variant"):
        find_variant("")


@pytest.mark.parametrize(
    ("sent", "signed"), [("127.0.0.1:4010", "127.0.0.1"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), ("h", "h")]
)
def test_a_port_is_told_from_the_rest_of_a_host(sent: str, signed: str) -> None:
    request = get(host=sent)
    before, _ = VARIANTS["host-without-port"].signed(request, BCE.read(BCE.sign(request, KEY, NOW)))
    assert before.headers["host"] == signed
