"""What is secret is known by its name where nobody knows its value; the names are those of the signatures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.redaction import Redactor
from contracts.redaction.members import dated, members
from openapi.messages import Credentials, Request
from openapi.signatures import Scheme, schemes
from openapi.signatures.encoding import FORM

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CALLER = Credentials("AKIDcaller0123456789", "secret-of-the-caller", "token-of-the-caller")
REDACTOR = Redactor()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("GET /a?x=1&Signature=ab%2Bc&y=2", "GET /a?x=1&Signature=<signature>&y=2"),
        ("https://b/f.gz?q-ak=AKID&q-signature=0f&e=1", "https://b/f.gz?q-ak=<access key>&q-signature=<signature>&e=1"),
        ("u=https%3A%2F%2Fb%3Fq-signature%3D0f%26e%3D1", "u=https%3A%2F%2Fb%3Fq-signature%3D<signature>%26e%3D1"),
        ('{"link": "https://b?Signature=0f\\u0026e=1"}', '{"link": "https://b?Signature=<signature>\\u0026e=1"}'),
        ('{"X-Auth-Token": "MII", "a": "b"}', '{"X-Auth-Token": "<token>", "a": "b"}'),
        ('"{\\"password\\": \\"xyz\\"}"', '"{\\"password\\": \\"<password>\\"}"'),
        ("curl -H 'authorization: Foo a=b, c' https://h", "curl -H 'authorization: <credentials>' https://h"),
        (
            "https://b?AWSAccessKeyId=1&X-Amz-Signature=2",
            "https://b?AWSAccessKeyId=<access key>&X-Amz-Signature=<signature>",
        ),
        ("expected the token: it is missing", "expected the token: it is missing"),
        ("SignatureMethod=HmacSHA1&next=2", "SignatureMethod=HmacSHA1&next=2"),
    ],
)
def test_named_values_are_replaced(text: str, left: str) -> None:
    assert REDACTOR.text(text) == left


@pytest.mark.parametrize("piece", ["\\", "%25", "a=", "a:", '"a":', "\\u0026", "x-a: "])
def test_what_a_server_answers_is_read_in_one_pass(piece: str) -> None:
    """Looked at anew at each backslash of a run of them, this would take minutes."""
    text = f"={piece * 100_000}"
    assert REDACTOR.text(text) == text


def _requests(scheme: Scheme) -> list[Request]:
    form = Request("POST", "/", "", {"host": "h.example.com", "content-type": FORM}, b"Action=X")
    signed = [scheme.sign(each, CALLER, NOW) for each in (Request("GET", "/", "a=b", {"host": "h"}), form)]
    presign = getattr(scheme, "presign", None)
    return [*signed, presign(Request("GET", "/f", "", {"host": "h"}), CALLER, NOW, 60)] if presign else signed


@pytest.mark.parametrize("name", sorted(schemes()))
def test_nothing_of_a_signed_request_is_told_that_names_its_sender(name: str) -> None:
    for request in _requests(schemes()[name]):
        own = REDACTOR.shown_by(request)
        told = str(REDACTOR.headers(request.headers, own)) + REDACTOR.text(request.query, own)
        told += REDACTOR.text(request.body.decode(), own)
        assert "caller" not in told
        signature = schemes()[name].read(request).signature
        assert not signature or signature not in told
        assert "<" in told


def test_a_header_that_can_be_read_stays_readable() -> None:
    request = schemes()["sdk-hmac-sha256"].sign(Request("GET", "/", headers={"host": "h"}), CALLER, NOW)
    told = REDACTOR.headers(request.headers, REDACTOR.shown_by(request))["authorization"]
    assert told == (
        "SDK-HMAC-SHA256 Access=<access key>, SignedHeaders=host;x-sdk-date;x-security-token, Signature=<signature>"
    )


def test_a_header_that_cannot_be_read_is_replaced_as_a_whole() -> None:
    request = Request("GET", "/", headers={"authorization": "SDK-HMAC-SHA256 Access=a b c"})
    assert REDACTOR.headers(request.headers, REDACTOR.shown_by(request)) == {"authorization": "<credentials>"}


@pytest.mark.parametrize("name", ["x-sdk-date", "x-tc-timestamp", "timestamp", "nonce", "q-sign-time", "host"])
def test_times_are_no_credentials(name: str) -> None:
    assert name not in members()


def test_what_says_when_a_request_was_signed_is_known() -> None:
    assert dated() == {"x-sdk-date", "x-tc-timestamp", "x-bce-date", "timestamp", "nonce", "q-sign-time", "q-key-time"}
