"""How does an answer stand on the wire?"""

from __future__ import annotations

from mockserver.front.framing import whole
from mockserver.front.heads import read_head
from openapi.messages import Response


def test_nothing_that_a_header_says_ends_its_line() -> None:
    answer = Response(200, {"x-a": "b\r\nx-c: d", "x-e": "é"}, b"{}")
    head, _, body = whole(read_head(b"GET / HTTP/1.1"), answer, b"{}", "now").partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[1:3] == [b"x-a: b  x-c: d", b"x-e: \xc3\xa9"]
    assert body == b"{}"
