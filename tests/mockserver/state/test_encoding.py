"""Does JSON come back as it was, whichever decoder reads it?"""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.state.encoding import from_bytes, to_bytes

NUMBERS = st.integers(-(10**25), 10**25)
VALUES = st.recursive(
    NUMBERS | st.text("-:, 0123456789\ud800é", max_size=30) | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("a0", max_size=3), inner, max_size=4),
    max_leaves=8,
)


@given(VALUES)
def test_any_value_comes_back_as_it_was(value: Any) -> None:
    assert from_bytes(to_bytes(value)) == value


@given(VALUES, st.sampled_from([None, 0, 2]))
def test_any_text_of_json_is_read_as_it_is_meant(value: Any, indent: int | None) -> None:
    assert from_bytes(json.dumps(value, indent=indent).encode()) == value


@pytest.mark.parametrize("number", [2**64 + 1, -(2**63) - 1])
def test_the_quick_decoder_alone_would_not_do(number: int) -> None:
    assert orjson.loads(str(number)) != number
    assert from_bytes(str(number).encode()) == number
