"""Is a message read alike each time, however often it comes?"""

from openapi.messages import LONGEST, decode_pairs


def test_the_pairs_of_a_query_are_told_in_the_order_sent() -> None:
    assert decode_pairs("b=1&a=%20+&b=") == [("b", "1"), ("a", "  "), ("b", "")]


def test_the_pairs_belong_to_whoever_asked_for_them() -> None:
    decode_pairs("a=1").append(("b", "2"))
    assert decode_pairs("a=1") == [("a", "1")]


def test_a_long_query_is_read_as_a_short_one() -> None:
    assert decode_pairs(f"a=%2B&b={'x' * LONGEST}") == [("a", "+"), ("b", "x" * LONGEST)]
