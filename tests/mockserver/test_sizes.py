"""Is a request refused when one of its parts is larger than its API takes, and only then?"""

from __future__ import annotations

import pytest

from mockserver.refusal import Refusal
from mockserver.sizes import check_sizes, sizes_of
from openapi.messages import Request
from openapi.model import Citation, SizeLimit

LIMITS = {"body": 20, "uri": 12, "header": 10, "headers": 30}


def limit(of: str, most: int, scheme: str = "") -> SizeLimit:
    return SizeLimit(of, most, scheme, f"{of}-too-large", Citation(None, "", ""), "")  # type: ignore[arg-type]


def refused(request: Request, *limits: SizeLimit) -> tuple[str, int] | None:
    """Why a request is refused, and the size that it had; None: it is not."""
    try:
        check_sizes(request, sizes_of(limits))
    except Refusal as refusal:
        return str(refusal.reason), int(str(refusal.details["count"]))
    return None


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Request("GET", "/12345", "123456", {"a": "b" * 9}, b"b" * 20), None),
        (Request("GET", "/", "", {}, b"b" * 21), ("body-too-large", 21)),
        (Request("GET", "/12345", "1234567"), ("uri-too-large", 13)),
        (Request("GET", "/", "", {"a": "b" * 10}), ("header-too-large", 11)),
        (Request("GET", "/", "", dict.fromkeys("abc", "b" * 9)), None),
        (Request("GET", "/", "", dict.fromkeys("abcd", "b" * 7)), ("headers-too-large", 32)),
    ],
)
def test_each_part_has_a_limit_of_its_own(request_: Request, reason: tuple[str, int] | None) -> None:
    assert refused(request_, *(limit(*each) for each in LIMITS.items())) == reason


def test_where_nothing_is_limited_anything_is_taken() -> None:
    assert refused(Request("GET", "/" * 9999, "q" * 9999, {"a": "b" * 9999}, b"b" * 9999)) is None


def test_a_limit_of_one_scheme_is_for_its_requests_alone() -> None:
    limits = limit("body", 5, "x-auth-token"), limit("body", 9)
    assert refused(Request("POST", "/", body=b"123456"), *limits) is None
    assert refused(Request("POST", "/", headers={"x-auth-token": "t"}, body=b"123456"), *limits) == (
        "body-too-large",
        6,
    )
    assert refused(Request("POST", "/", body=b"1234567890"), *limits) == ("body-too-large", 10)
