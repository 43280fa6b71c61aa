"""Do patterns fit what they say, and does none of them take long?"""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.files import BadQuery, check_query
from mockserver.files.globs import LONGEST, glob, in_a_row
from mockserver.files.query import condition

LONG = "a" * 20_000
MANY = "a*" * 60  # a matcher that goes back for each `*` would not come to an end


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=10))
def test_a_pattern_fits_what_the_standard_library_says(pattern: str, text: str) -> None:
    assert glob(pattern)(text) == fnmatchcase(text, pattern)


@pytest.mark.parametrize(
    ("pattern", "wild", "text", "fits"),
    [
        (r"a\*b", "*?", "a*b", True),
        (r"a\*b", "*?", "axb", False),
        ("a?b", "*", "a?b", True),
        ("a?b", "*", "axb", False),
        ("a[b]*", "*", "a[b]c", True),
        ("a*", "*", "a\nb", True),
        ("ab*ba", "*", "aba", False),
        ("", "*", "", True),
    ],
)
def test_only_what_is_wild_stands_for_others(pattern: str, wild: str, text: str, fits: bool) -> None:  # noqa: FBT001
    assert glob(pattern, wild)(text) is fits


@pytest.mark.parametrize(
    ("words", "stand"), [("a b", True), ("x a b y", True), ("a a b", True), ("a x b", False), ("b a", False)]
)
def test_words_in_a_row_are_neighbours(words: str, stand: bool) -> None:  # noqa: FBT001
    assert in_a_row([glob("a"), glob("b*")])(words.split()) is stand


@pytest.mark.parametrize(
    ("query", "syntax"),
    [
        (f"body:{MANY}b", "lucene"),
        (f"body:*{MANY}b", "lucene"),
        (f"body:{'a?*' * 60}b", "lucene"),
        (f"body:{MANY}b", "cql"),
        (f'body:"{MANY}b"', "cql"),
        (f'body:"{"a* " * 80}b"', "cql"),
        (f"body:{MANY}b", "match"),
        (f"body:{'a?*' * 60}b", "match"),
    ],
    ids=range(8),
)
@pytest.mark.parametrize("body", [LONG, "a " * 10_000], ids=["one long word", "many words"])
def test_no_pattern_goes_back(query: str, syntax: str, body: str) -> None:
    assert condition(query, syntax)({"body": body}) is False


def test_a_long_phrase_is_looked_for_once() -> None:
    query = f'body:"{"a " * 4000}b"'
    assert condition(query)({"body": "a " * 100_000}) is False
    assert condition(query)({"body": "a " * 100_000 + "b"}) is True


@pytest.mark.parametrize(
    ("query", "syntax"),
    [("a*{}", "lucene"), ("a*{}", "cql"), ('"a* {}"', "cql"), ("a?{}", "match"), ("body:a*{}", "match")],
)
def test_a_pattern_that_is_too_long_is_refused_with_its_place(query: str, syntax: str) -> None:
    with pytest.raises(BadQuery, match=rf"the pattern at position \d has \d+ characters; {LONGEST} can be evaluated"):
        check_query(query.format("b" * LONGEST), syntax)
