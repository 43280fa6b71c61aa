"""A value is found in whichever encoding it stands, and nothing of it stays."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.redaction import OPEN, Redactor, redactor_of
from contracts.target import Account
from openapi.messages import Credentials

KEY, SECRET, PROJECT = (
    "AKIDz8krbsJ5yKBZQpn74WFkmLPx3",
    "Gu5t9xGARNpq86cd98joQYCN3/Cozk1+qA'",
    "0af1f6be6d00f4ce2f8fc014d9e5a8f1",
)
TOKEN = "MIIEugYJKoZIhvcNAQcCoIIEqzCCBKcCAQExDTALBglghkgBZQMEAgEw"
REDACTOR = redactor_of(
    {
        "first": Account(Credentials(KEY, SECRET), PROJECT, TOKEN),
        "second": Account(Credentials("AKIDother0other0other", "other-secret-other-secret"), "fedc1234fedc1234", ""),
    }
)
ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "url": lambda value: quote(value, safe=""),
    "url, twice": lambda value: quote(quote(value, safe=""), safe=""),
    "form": quote_plus,
    "url, every byte": lambda value: "".join(f"%{byte:02x}" for byte in value.encode()),
    "hex": lambda value: value.encode().hex(),
    "HEX": lambda value: value.encode().hex().upper(),
    "json": json.dumps,
    "json in json": lambda value: json.dumps(json.dumps(value)),
    "json, every character": lambda value: "".join(f"\\u{ord(each):04X}" for each in value),
    "html": html.escape,
    "html, every character": lambda value: "".join(f"&#{ord(each)};" for each in value),
    "html, every character in hex": lambda value: "".join(f"&#x{ord(each):x};" for each in value),
    "python": lambda value: repr(value.encode()),
    "url in json in html": lambda value: html.escape(json.dumps(quote(value, safe=""))),
}


def _base64(encode: Callable[[bytes], bytes], before: bytes, after: bytes) -> Callable[[str], str]:
    return lambda value: encode(before + value.encode() + after).decode()


for _encode in (base64.b64encode, base64.urlsafe_b64encode):
    for _before in (b"", b"x", b"ab", b"user:"):
        for _after in (b"", b"y", b"yz"):
            _name = f"{_encode.__name__} after {len(_before)} before {len(_after)}"
            ENCODINGS[_name] = _base64(_encode, _before, _after)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("value", [KEY, SECRET, PROJECT, TOKEN])
def test_a_value_is_replaced_in_every_encoding(value: str, encoding: str) -> None:
    spelled = ENCODINGS[encoding](value)
    left = REDACTOR.text(f"it was {spelled} that came")
    assert left.startswith("it was ")
    assert left.endswith(" that came")
    assert any(each in left for each in ("<access key>", "<secret key>", "<project>", "<token>"))
    kept = left.removeprefix("it was ").removesuffix(" that came")
    assert not any(spelled[at : at + 5] in kept for at in range(6, len(spelled) - 10))


@given(
    st.text(st.characters(codec="utf-8", max_codepoint=0xFFFF), min_size=12, max_size=60),
    st.sampled_from(sorted(ENCODINGS)),
)
def test_any_value_is_replaced_in_every_encoding(value: str, encoding: str) -> None:
    redactor = Redactor()
    redactor.learn("secret", value)
    spelled = ENCODINGS[encoding](value)
    assert spelled not in redactor.text(f"({spelled})")


def test_the_placeholder_says_what_it_was_and_whose() -> None:
    told = REDACTOR.text(f"GET /v5/{PROJECT}/tasks of {KEY}, not of AKIDother0other0other")
    assert told == "GET /v5/<project>/tasks of <access key>, not of <access key of second>"


@pytest.mark.parametrize("cut", [SECRET[:14], SECRET[-14:], KEY[: len(KEY) // 2]])
def test_a_value_that_was_cut_short_is_replaced(cut: str) -> None:
    left = REDACTOR.text(f"its beginning is {cut}… and so on")
    assert cut not in left
    assert "key>… and so on" in left


def test_words_that_only_resemble_a_value_stay() -> None:
    said = "AKIDz8kr is shorter, 0af1f6be too; 50% of &amp; \\u0041 stay as they are: base64 QUtJRA=="
    assert REDACTOR.text(said) == said


def test_a_mock_shows_everything() -> None:
    assert OPEN.text(f"Signature=abc of {KEY}") == f"Signature=abc of {KEY}"
    OPEN.learn("token", TOKEN)
    assert OPEN.text(TOKEN) == TOKEN


def test_every_text_of_a_value_is_redacted() -> None:
    told = REDACTOR.json({"a": [KEY, {PROJECT: f"x{PROJECT}"}], "n": 1, "X-Auth-Token": "some"})
    assert told == {"a": ["<access key>", {"<project>": "x<project>"}], "n": 1, "X-Auth-Token": "<token>"}


def test_what_was_learned_is_replaced_from_then_on() -> None:
    redactor = Redactor()
    assert redactor.text("issued-token-1") == "issued-token-1"
    redactor.learn("token", "issued-token-1")
    assert redactor.text("issued-token-1") == "<token>"
