"""How much of a file is sent."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.refusal import Refusal
from mockserver.transfer import Whole, send
from openapi.messages import Request, Response
from openapi.model import Transfer

CONTENT = bytes(range(256)) * 4
EVERYTHING = frozenset(Transfer)
TAG, DATE = '"abc"', "Tue, 14 Nov 2023 22:13:20 GMT"
BEFORE = "Tue, 14 Nov 2023 22:13:19 GMT"


def read(start: int, stop: int) -> Iterator[bytes]:
    """A part of the file, in pieces of no regular length."""
    part = CONTENT[start:stop]
    yield part[:100]
    yield part[100:101]
    yield part[101:]


def answer(headers: dict[str, str], offered: frozenset[Transfer] = EVERYTHING, method: str = "GET") -> Response:
    whole = Whole(Response(200, {"content-type": "text/csv"}), read, len(CONTENT), "abc", 1_700_000_000.75)
    found = send(Request(method, "/file", headers=headers), offered, whole)
    return Response(
        found.status, found.headers, b"".join([found.body] if isinstance(found.body, bytes) else found.body)
    )


def test_without_any_header_the_whole_file_is_sent() -> None:
    found = answer({})
    assert (found.status, found.body) == (200, CONTENT)
    assert found.headers == {
        "content-type": "text/csv",
        "content-length": "1024",
        "accept-ranges": "bytes",
        "etag": TAG,
        "last-modified": DATE,
    }


@given(st.integers(0, 1023), st.integers(0, 2000))
def test_a_range_is_a_slice(first: int, more: int) -> None:
    found = answer({"range": f"bytes={first}-{first + more}"})
    last = min(first + more, 1023)
    assert (found.status, found.body) == (206, CONTENT[first : last + 1])
    assert found.headers["content-range"] == f"bytes {first}-{last}/1024"
    assert found.headers["content-length"] == str(last - first + 1)


@pytest.mark.parametrize(("asked", "part"), [("-5", CONTENT[-5:]), ("-5000", CONTENT), ("1000-", CONTENT[1000:])])
def test_a_range_may_be_open(asked: str, part: bytes) -> None:
    found = answer({"range": f"bytes={asked}"})
    assert (found.status, found.body) == (206, part)


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "rows=0-1", "bytes=x", "bytes=5-1", "bytes", ""])
def test_what_is_no_single_range_of_bytes_is_passed_over(asked: str) -> None:
    assert answer({"range": asked}).status == 200


@pytest.mark.parametrize("asked", ["1024-", "5000-6000"])
def test_a_range_outside_is_refused(asked: str) -> None:
    with pytest.raises(Refusal, match="the file has 1024 bytes"):
        answer({"range": f"bytes={asked}"})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-none-match": TAG}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"other", W/"abc"'}, 304),
        ({"if-none-match": '"other"'}, 200),
        ({"if-none-match": '"other"', "if-modified-since": DATE}, 200),
        ({"if-modified-since": DATE}, 304),
        ({"if-modified-since": BEFORE}, 200),
        ({"if-modified-since": "yesterday"}, 200),
        ({"if-match": TAG}, 200),
        ({"if-match": "*"}, 200),
        ({"if-unmodified-since": DATE}, 200),
        ({"if-match": TAG, "if-unmodified-since": BEFORE}, 200),
        ({"range": "bytes=0-0", "if-range": TAG}, 206),
        ({"range": "bytes=0-0", "if-range": DATE}, 206),
        ({"range": "bytes=0-0", "if-range": '"other"'}, 200),
        ({"range": "bytes=0-0", "if-range": BEFORE}, 200),
        ({"range": "bytes=0-0", "if-none-match": TAG}, 304),
    ],
)
def test_conditions_decide_what_is_sent(headers: dict[str, str], status: int) -> None:
    assert answer(headers).status == status


def test_what_is_not_new_comes_without_a_body_and_its_length() -> None:
    found = answer({"if-none-match": TAG})
    assert (found.headers, found.body) == ({"etag": TAG, "last-modified": DATE}, b"")


@pytest.mark.parametrize("headers", [{"if-match": '"other"'}, {"if-match": 'W/"abc"'}, {"if-unmodified-since": BEFORE}])
def test_a_condition_that_fails_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        answer(headers)


def test_head_has_the_headers_alone() -> None:
    found = answer({"range": "bytes=0-0"}, method="HEAD")
    assert (found.status, found.headers["content-length"], found.body) == (200, "1024", b"")


@pytest.mark.parametrize("headers", [{"range": "bytes=0-0"}, {"if-none-match": TAG}, {"if-match": '"other"'}])
def test_what_is_not_offered_is_passed_over(headers: dict[str, str]) -> None:
    found = answer(headers, offered=frozenset())
    assert (found.status, found.body) == (200, CONTENT)
    assert found.headers.keys() == {"content-type", "content-length"}
