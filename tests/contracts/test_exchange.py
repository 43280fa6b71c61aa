"""An exchange can be repeated from its report, and tells nobody a secret of a real account."""

import shlex
from dataclasses import replace

from contracts.calls.exchange import Exchange
from contracts.redaction import OPEN, Redactor
from openapi.messages import Request, Response

REQUEST = Request(
    "POST",
    "/a b",
    "x=1&Signature=abc",
    {"host": "example.com", "authorization": "Secret", "x-auth-token": "t0ken"},
    b"it's {}",
)
EXCHANGE = Exchange(REQUEST, "https://example.com", Response(200, {"set-cookie": "c"}, b"\xff"), Redactor())


def test_curl_repeats_the_request() -> None:
    words = shlex.split(replace(EXCHANGE, redactor=OPEN).curl())
    assert words[:5] == ["curl", "-sS", "-i", "-X", "POST"]
    assert "authorization: Secret" in words
    assert words[-3:] == ["--data-binary", "it's {}", "https://example.com/a%20b?x=1&Signature=abc"]


def test_secrets_of_a_real_account_are_not_told() -> None:
    told = str(EXCHANGE.as_json()) + EXCHANGE.curl()
    assert not any(secret in told for secret in ("Secret'", "t0ken", "=abc", "'c'"))
    assert "x=1" in told


def test_bytes_that_are_no_text_are_told_by_their_number() -> None:
    response = EXCHANGE.as_json()["response"]
    assert isinstance(response, dict)
    assert response["body"] == "(1 bytes)"


def test_a_line_whose_body_is_shortened_says_so_and_still_is_one() -> None:
    request = replace(REQUEST, body=b"x" * 5000)
    line = replace(EXCHANGE, request=request, redactor=OPEN).curl()
    assert line.endswith(" # the body is shortened: 904 of its 5000 characters are left out")
    words = shlex.split(line, comments=True)
    assert words[-2:] == ["x" * 4096, "https://example.com/a%20b?x=1&Signature=abc"]


def test_a_secret_at_the_cut_is_not_cut_in_half() -> None:
    token = "t0ken-of-an-account"
    redactor = Redactor()
    redactor.learn("token", token)
    request = replace(REQUEST, body=b"x" * 4090 + token.encode() + b"y" * 100)
    told = str(replace(EXCHANGE, request=request, redactor=redactor).as_json())
    assert token[:5] not in told
