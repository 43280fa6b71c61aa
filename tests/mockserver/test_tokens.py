"""Is a token good for the account and the time that it was issued for, and is no other?"""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.refusal import Refusal
from mockserver.tokens import Tokens

TOKENS = Tokens(b"secret")


@given(st.text("0123456789", min_size=1), st.integers(1, 10**10))
def test_an_issued_token_tells_its_account_until_it_expires(number: str, expires: int) -> None:
    token = TOKENS.issue(number, expires)
    assert TOKENS.number(token, lambda _: expires - 1) == number
    with pytest.raises(Refusal) as refused:
        TOKENS.number(token, lambda _: expires)
    assert refused.value.reason == "expired-token"


@given(st.text())
def test_any_other_text_tells_no_account(text: str) -> None:
    assert TOKENS.number(text, lambda _: 0) == ""


@given(st.binary())
def test_any_other_bytes_tell_no_account(raw: bytes) -> None:
    assert TOKENS.number(urlsafe_b64encode(raw).decode(), lambda _: 0) == ""


def test_a_token_of_another_secret_tells_no_account() -> None:
    assert TOKENS.number(Tokens(b"other").issue("7", 10), lambda _: 0) == ""


def test_a_token_whose_content_was_changed_tells_no_account() -> None:
    said = urlsafe_b64encode(b"8:99999999999:" + b"0" * 64).decode()
    assert TOKENS.number(said, lambda _: 0) == ""


def test_whoever_shares_the_secret_reads_the_same_tokens() -> None:
    assert Tokens(b"secret").number(TOKENS.issue("7", 10), lambda _: 0) == "7"
