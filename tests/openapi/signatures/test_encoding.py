"""Is what signs the HMAC that everybody knows?"""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi.signatures.encoding import SigningKey


@given(st.binary(max_size=200), st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_a_signature_is_the_hmac_of_the_text(key: bytes, text: str) -> None:
    assert SigningKey(key).sign(text) == hmac.digest(key, text.encode(), "sha256").hex()


@pytest.mark.parametrize("length", [0, 63, 64, 65])
def test_a_key_signs_alike_however_often(length: int) -> None:
    key = SigningKey(b"k" * length)
    assert [key.sign("a"), key.sign("b"), key.sign("a")] == [
        hmac.digest(b"k" * length, text, "sha256").hex() for text in (b"a", b"b", b"a")
    ]
