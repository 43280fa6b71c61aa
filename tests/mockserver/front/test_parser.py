"""Are the requests of a connection told apart as they were sent, and as another parser tells them apart?"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Sequence
from contextlib import suppress
from http import HTTPStatus
from itertools import pairwise

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.front.heads import MOST_FIELDS, Head, Malformed, place, read_head
from mockserver.front.parser import END, LARGEST_HEAD, Parser

Read = tuple[Head, bytes, bool]  # a head, what came of its body, whether that is all of it

CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


def read(pieces: Iterable[bytes]) -> list[Read]:
    """The requests in what comes piece by piece. Raises Malformed."""
    parser, found = Parser(), list[Read]()
    for piece in pieces:
        parser.feed(piece)
        while (event := parser.next()) is not None:
            if isinstance(event, Head):
                found.append((event, event.body or b"", event.body is not None))
            elif event is END:
                found[-1] = (*found[-1][:2], True)
            else:
                found[-1] = (found[-1][0], found[-1][1] + event, False)
    return found


def one(sent: bytes) -> Read:
    (found,) = read([sent])
    return found


def refused(sent: bytes) -> HTTPStatus:
    with pytest.raises(Malformed) as caught:
        read([sent])
    return caught.value.status


def test_a_request_is_read_as_it_was_sent() -> None:
    head, body, is_whole = one(b"PUT /a%2Fb?c=%20+d HTTP/1.1\r\nHost: h\r\nX-A:  b \t\r\nContent-Length: 3\r\n\r\nabc")
    assert (head.line.method, head.line.target) == ("PUT", "/a%2Fb?c=%20+d")
    assert head.headers == {"host": "h", "x-a": "b", "content-length": "3"}
    assert (body, is_whole) == (b"abc", True)


def test_repeated_headers_are_joined_in_their_order() -> None:
    assert one(b"GET / HTTP/1.1\r\nX-A: 2\r\nx-b: 0\r\nx-a: 1\r\n\r\n")[0].headers == {"x-a": "2, 1", "x-b": "0"}


def test_requests_follow_one_another_also_with_empty_lines_between() -> None:
    sent = b"POST /1 HTTP/1.1\r\nContent-Length: 1\r\n\r\na\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HT"
    assert [(head.line.target, body) for head, body, _ in read([sent])] == [("/1", b"a"), ("/2", b"")]


def test_a_body_in_chunks_is_put_together_without_extensions_and_trailers() -> None:
    sent = CHUNKED + b"3;a=b\r\nabc\r\n0A\r\n0123456789\r\n0\r\nX-Late: 1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n"
    (first, body, is_whole), (second, *_) = read([sent])
    assert (body, is_whole, second.line.target) == (b"abc0123456789", True, "/2")
    assert "x-late" not in first.headers


def test_a_body_that_is_still_to_come_is_not_whole() -> None:
    assert one(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc")[1:] == (b"abc", False)


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"])
def test_a_connection_stays_where_its_version_or_the_client_says_so(sent: bytes) -> None:
    assert not one(sent)[0].is_last


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nConnection: x, Close\r\n\r\n"])
def test_a_connection_ends_where_its_version_or_the_client_says_so(sent: bytes) -> None:
    assert one(sent)[0].is_last


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/2.0\r\n\r\n",
        b"GET /a b HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX A: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-A : b\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-A: b\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-A: b\rc\r\n\r\n",
        b"GET /a\x7fb HTTP/1.1\r\n\r\n",
        b"GET /a\x00 HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-A: b\nX-B: c\r\n\r\n",
        b"GET / HTTP/1.1\r\nX-A: \x00\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
        b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\na",
        b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 400 + b"\r\n\r\n",
        b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\nhost: a\r\n\r\n",
        CHUNKED + b"0\r\nX-A: b\nX-B: c\r\n\r\n",
        CHUNKED + b"0\r\nX-A: b\rX-B: c\r\n\r\n",
        CHUNKED + b"0\r\nX-A\r\n\r\n",
        CHUNKED + b"-1\r\n",
        CHUNKED + b"3\r\nabcd\r\n",
        CHUNKED + b"1" * 16 + b"\r\n",
    ],
)
def test_what_others_on_the_way_might_read_otherwise_is_no_request(sent: bytes) -> None:
    assert refused(sent) is HTTPStatus.BAD_REQUEST


def test_what_cannot_become_a_request_is_refused_before_it_ends() -> None:
    assert refused(b"\x16\x03\x01\x02") == HTTPStatus.BAD_REQUEST


def test_a_coding_that_is_not_known_is_not_guessed() -> None:
    assert refused(b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n") is HTTPStatus.NOT_IMPLEMENTED


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nX-A: " + b"a" * LARGEST_HEAD,
        b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * (MOST_FIELDS + 1) + b"\r\n",
        CHUNKED + b"1;" + b"a" * LARGEST_HEAD,
        CHUNKED + b"0\r\n" + b"X-A: b\r\n" * LARGEST_HEAD,
    ],
    ids=["large", "many", "extension", "trailers"],
)
def test_what_is_kept_of_a_request_besides_its_body_is_bounded(sent: bytes) -> None:
    assert refused(sent) is HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/a/b?c=d?e", "/a/b", "c=d?e"),
        ("/a%2Fb%20%C3%A9", "/a/b é", ""),
        ("/\xc3\xa9?\xc3\xa9", "/é", "é"),
        ("/%FF%zz", "/\udcff%zz", ""),
        ("http://host:1/a?b", "/a", "b"),
        ("HTTP://host", "/", ""),
        ("*", "*", ""),
        ("*http://host/a", "*http://host/a", ""),
    ],
)
def test_a_path_is_decoded_and_a_query_is_not(target: str, path: str, query: str) -> None:
    assert place(target) == (path, query)


def test_a_target_that_is_no_path_is_read_in_one_pass() -> None:
    """Looked for an address at each of its characters, one of this length would keep the server busy for an hour."""
    target = "a" * (LARGEST_HEAD - 100)
    head, _, _ = one(f"GET {target} HTTP/1.1\r\n\r\n".encode())
    assert head.line.path == target


WORDS = st.text("abcXYZ019-_.", min_size=1, max_size=8)
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=12)
FIELDS = st.lists(st.tuples(WORDS.map("x-".__add__), VALUES), max_size=4)
BODIES = st.lists(st.binary(min_size=1, max_size=40), max_size=4)


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """A request, its body of a given length or in chunks."""
    fields, pieces = draw(FIELDS), draw(BODIES)
    in_chunks = draw(st.booleans())
    framing = "Transfer-Encoding: chunked" if in_chunks else f"Content-Length: {sum(map(len, pieces))}"
    lines = [f"POST /{draw(WORDS)} HTTP/1.1", "Host: h", *(f"{name}: {said}" for name, said in fields), framing, "", ""]
    chunks = [b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces]
    return "\r\n".join(lines).encode("latin-1") + b"".join([*chunks, b"0\r\n\r\n"] if in_chunks else pieces)


@st.composite
def cut(draw: st.DrawFn, sent: bytes) -> Sequence[bytes]:
    """The same in pieces."""
    places = sorted(draw(st.sets(st.integers(0, len(sent)), max_size=6)) | {0, len(sent)})
    return [sent[start:end] for start, end in pairwise(places)]


@given(st.lists(messages(), min_size=1, max_size=3).flatmap(lambda each: st.tuples(st.just(each), cut(b"".join(each)))))
def test_requests_are_read_as_another_parser_reads_them_however_they_are_cut(
    told: tuple[list[bytes], Sequence[bytes]],
) -> None:
    sent, pieces = told
    assert [as_told(each) for each in read(pieces)] == [by_h11(each) for each in sent]


def as_told(told: Read) -> tuple[str, str, dict[str, str], bytes]:
    head, body, is_whole = told
    assert is_whole
    return head.line.method, head.line.target, head.headers, body


def by_h11(sent: bytes) -> tuple[str, str, dict[str, str], bytes]:
    connection, body = h11.Connection(h11.SERVER), b""
    connection.receive_data(sent)
    request = connection.next_event()
    assert isinstance(request, h11.Request)
    while isinstance(event := connection.next_event(), h11.Data):
        body += bytes(event.data)
    headers: dict[str, str] = {}
    for name, said in ((name.decode(), said.decode("latin-1")) for name, said in request.headers):
        headers[name] = f"{headers[name]}, {said}" if name in headers else said
    return request.method.decode(), request.target.decode(), headers, body


@given(st.binary(max_size=60))
def test_whatever_comes_is_a_head_or_is_none(sent: bytes) -> None:
    with suppress(Malformed):
        head = read_head(sent)
        assert sent.startswith(f"{head.line.method} {head.line.target} HTTP/1.".encode("latin-1"))


def test_words_that_nobody_would_repeat_are_not_kept() -> None:
    """A client that makes up long names of headers would fill the memory with them."""
    tracemalloc.start()
    try:
        for number in range(200):
            read_head(b"GET / HTTP/1.1\r\n%s: 1" % (b"x%d" % number * 10_000))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1 << 20


def test_of_lines_that_come_but_once_few_are_kept() -> None:
    tracemalloc.start()
    try:
        for number in range(1 << 13):
            read_head(b"GET /%d HTTP/1.1\r\nx-%d: %d" % (number, number, number))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1 << 21


def test_lines_that_come_again_are_read_as_they_were_the_first_time() -> None:
    sent = b"GET /a?b HTTP/1.1\r\nHost: h\r\nX-A: b"
    first, second = read_head(sent), read_head(sent)
    first.headers["x-a"] = "c"
    assert second.line == first.line
    assert second.headers == {"host": "h", "x-a": "b"}
