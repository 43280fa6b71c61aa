"""Do the bytes of a WSGI server become the request that was sent, and the response what is sent back?"""

import json
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

import pytest

from mockserver.gateway import Gateway, read_request
from openapi.messages import Request, Response
from tests.mockserver.cloud import Answer, environ_of

LARGEST = 100  # bytes of a body


class Unfinished(BytesIO):
    """A connection that stays open: reading beyond what was sent would wait for ever."""

    def read(self, size: int | None = -1) -> bytes:
        sent = len(self.getvalue()) - self.tell()
        assert size is not None
        assert 0 <= size <= sent, "would wait for ever"
        return super().read(size)


def environ(**changes: Any) -> dict[str, Any]:
    return {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": "", "wsgi.input": BytesIO()} | changes


def ask(app: Gateway, request: Request) -> Answer:
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        started.extend((int(status[:3]), dict(headers)))

    body = b"".join(app(environ_of(request), start_response))  # type: ignore[arg-type]
    return Answer(started[0], started[1], body)


def gateway(handle: Callable[[Request], Response]) -> Gateway:
    def control(_environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("x-from", "control")])
        return []

    return Gateway(handle, control, largest=LARGEST, now=lambda: 0.0)


def test_headers_are_read_in_lower_case_with_dashes() -> None:
    sent = environ(HTTP_X_TC_ACTION="A", CONTENT_TYPE="text/plain", CONTENT_LENGTH="0", SERVER_NAME="n")
    headers = read_request(sent, LARGEST).headers
    assert headers == {"x-tc-action": "A", "content-type": "text/plain", "content-length": "0"}


def test_a_path_is_read_as_utf_8() -> None:
    assert read_request(environ(PATH_INFO="/é/".encode().decode("latin-1")), LARGEST).path == "/é/"


def test_a_byte_that_is_no_utf_8_becomes_a_lone_surrogate() -> None:
    request = read_request(environ(PATH_INFO="/\xff", QUERY_STRING="a=\xff"), LARGEST)
    assert (request.path, request.query) == ("/\udcff", "a=\udcff")


def test_the_query_stays_as_it_was_sent() -> None:
    assert read_request(environ(QUERY_STRING="b=%20+&a"), LARGEST).query == "b=%20+&a"


def test_a_body_is_read_as_long_as_it_is_declared() -> None:
    assert read_request(environ(CONTENT_LENGTH="3", **{"wsgi.input": Unfinished(b"abcdef")}), LARGEST).body == b"abc"


def test_a_body_without_a_length_is_read_where_the_server_knows_its_end() -> None:
    sent = {"wsgi.input": BytesIO(b"abc"), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    assert read_request(environ(**sent), LARGEST).body == b"abc"


@pytest.mark.parametrize("known", [{}, {"wsgi.input_terminated": True}], ids=["end-unknown", "end-known"])
def test_of_a_body_that_is_too_large_one_byte_too_many_is_read(known: dict[str, bool]) -> None:
    body = BytesIO(b"x" * 1000)
    sent = environ(CONTENT_LENGTH="1000", **{"wsgi.input": body}, **known)
    assert len(read_request(sent, LARGEST).body) == LARGEST + 1
    assert body.tell() == LARGEST + 1


def test_a_length_that_promises_too_much_gives_what_came() -> None:
    sent = {"wsgi.input": BytesIO(b"abc"), "wsgi.input_terminated": True}
    assert read_request(environ(CONTENT_LENGTH="50", **sent), LARGEST).body == b"abc"


@pytest.mark.parametrize(("length", "status"), [("3", 200), ("4", 400), ("5000", 400)])
def test_a_request_that_was_broken_off_never_happened(length: str, status: int) -> None:
    handled: list[Request] = []
    started: list[str] = []

    def handle(request: Request) -> Response:
        handled.append(request)
        return Response(200, {}, b"")

    sent = {"REQUEST_METHOD": "POST", "wsgi.input": BytesIO(b"abc"), "wsgi.input_terminated": True}
    gateway(handle)(environ(CONTENT_LENGTH=length, **sent), lambda line, *_: started.append(line))  # type: ignore[arg-type]
    assert [int(line[:3]) for line in started] == [status]
    assert len(handled) == (status == 200)


def test_of_a_body_that_is_too_large_only_what_is_read_has_to_come() -> None:
    body = {"wsgi.input": BytesIO(b"x" * 1000), "wsgi.input_terminated": True}
    sent = environ(REQUEST_METHOD="POST", CONTENT_LENGTH="1000", **body)
    assert b"".join(gateway(lambda _: Response(200, {}, b"refused"))(sent, lambda *_: lambda _: None)) == b"refused"


@pytest.mark.parametrize("length", ["", "abc", "-1", "1.5", "٣", "9" * 5000, "0"])
def test_a_length_that_is_no_number_of_bytes_waits_for_nothing(length: str) -> None:
    sent = environ(CONTENT_LENGTH=length, **{"wsgi.input": Unfinished(b"")})
    assert read_request(sent, LARGEST).body == b""


def test_a_response_gets_its_length_and_the_date_of_the_clock() -> None:
    answer = ask(gateway(lambda _: Response(201, {"x-a": "b"}, b"abc")), Request("GET", "/"))
    assert (answer.status, answer.body) == (201, b"abc")
    assert answer.headers == {"x-a": "b", "content-length": "3", "date": "Thu, 01 Jan 1970 00:00:00 GMT"}


def test_a_length_and_a_date_of_its_own_stand() -> None:
    own = {"Content-Length": "7", "Date": "today"}
    assert ask(gateway(lambda _: Response(200, own, b"")), Request("GET", "/")).headers == own


def test_an_answer_without_content_has_no_length() -> None:
    answer = ask(gateway(lambda _: Response(204, {}, b"")), Request("GET", "/"))
    assert "content-length" not in answer.headers


def test_a_file_is_passed_on_piece_by_piece() -> None:
    made = []

    def pieces() -> Iterator[bytes]:
        for piece in (b"a", b"b"):
            made.append(piece)
            yield piece

    body = gateway(lambda _: Response(200, {}, pieces()))(environ(), lambda *_: print)
    assert next(iter(body)) == b"a"
    assert made == [b"a"]


def test_a_status_without_a_name_of_its_own_is_sent() -> None:
    assert ask(gateway(lambda _: Response(494, {}, b"")), Request("GET", "/")).status == 494


@pytest.mark.parametrize(
    ("value", "sent"), [("a\r\nx-evil: 1", "a  x-evil: 1"), ("é", "Ã©"), ("\ud800", "?"), ("plain; a=b", "plain; a=b")]
)
def test_a_header_cannot_break_the_answer(value: str, sent: str) -> None:
    assert ask(gateway(lambda _: Response(200, {"x-a": value}, b"")), Request("GET", "/")).headers["x-a"] == sent


def test_a_mistake_of_the_mock_is_told_as_json_and_logged_with_its_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_: Request) -> Response:
        raise RuntimeError("a mistake")

    answer = ask(gateway(fail), Request("GET", "/"))
    assert answer.status == 500
    assert set(json.loads(answer.body)) == {"error"}
    assert "RuntimeError: a mistake" in caplog.text


@pytest.mark.parametrize(
    ("path", "whose"),
    [("/_mock/health", "control"), ("/_mock", "control"), ("/_mocked", ""), ("/", ""), ("/v2/_mock/", "")],
)
def test_only_paths_below_mock_are_the_control_planes(path: str, whose: str) -> None:
    answer = ask(gateway(lambda _: Response(200, {}, b"")), Request("GET", path))
    assert answer.headers.get("x-from", "") == whose
