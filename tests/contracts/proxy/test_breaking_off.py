"""A server, or a client, that breaks off: the other side sees the same, or an answer that is the proxy's own."""

import json
import socket
import struct
from threading import Event

import pytest

from tests.contracts.proxy.between import PATIENCE, answering, everything, head_of, proxying, scripted, until

GET = b"GET /f HTTP/1.1\r\nHost: h\r\n\r\n"
PART = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart"


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def own(answer: bytes) -> tuple[str, str]:
    """The status line and the code of an answer of the proxy's own."""
    head, _, body = answer.partition(b"\r\n\r\n")
    found = json.loads(body)
    assert f"Contracts-Proxy-Error: {found['code']}".encode() in head
    assert found["proxy"] == "contracts"
    return head.split(b"\r\n")[0].decode(), found["code"]


def test_a_server_that_is_not_there_is_a_502_of_the_proxys_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with proxying(f"http://127.0.0.1:{port}") as between, between.connect() as client:
        client.sendall(GET)
        assert own(everything(client)) == ("HTTP/1.1 502 Bad Gateway", "upstream-unreachable")
        passed = between.last()
    assert (passed.own, passed.is_whole) == ("upstream-unreachable", False)


def test_a_server_that_hangs_up_without_a_word_is_a_502() -> None:
    with scripted(answering(b"")) as url, proxying(url) as between, between.connect() as client:
        client.sendall(GET)
        assert own(everything(client)) == ("HTTP/1.1 502 Bad Gateway", "upstream-closed")


def test_a_server_that_resets_before_it_answers_is_a_502() -> None:
    def script(connection: socket.socket) -> None:
        head_of(connection)
        reset(connection)

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        client.sendall(GET)
        assert own(everything(client)) == ("HTTP/1.1 502 Bad Gateway", "upstream-closed")


@pytest.mark.parametrize(
    "answer", [b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nX" + b"x" * (1 << 17)], ids=["words", "endless"]
)
def test_what_is_no_http_is_a_502(answer: bytes) -> None:
    with scripted(answering(answer)) as url, proxying(url) as between, between.connect() as client:
        client.sendall(GET)
        assert own(everything(client)) == ("HTTP/1.1 502 Bad Gateway", "upstream-garbled")


def test_a_server_that_says_nothing_is_a_504() -> None:
    over = Event()

    def script(connection: socket.socket) -> None:
        head_of(connection)
        over.wait(PATIENCE)

    with scripted(script) as url, proxying(url, patience=0.2) as between, between.connect() as client:
        client.sendall(GET)
        assert own(everything(client)) == ("HTTP/1.1 504 Gateway Timeout", "upstream-silent")
        over.set()


def test_a_server_that_is_slow_but_moves_is_waited_for() -> None:
    more = Event()

    def script(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
        for piece in (b"a", b"b", b"c", b"d", b"e", b"f"):
            more.wait(0.3)  # together longer than the proxy is patient
            connection.sendall(piece)

    with scripted(script) as url, proxying(url, patience=1.5) as between, between.connect() as client:
        client.sendall(GET)
        assert until(client, b"abcdef").endswith(b"abcdef")


def test_an_answer_that_ends_early_ends_early_for_the_client_too() -> None:
    with scripted(answering(PART)) as url, proxying(url) as between, between.connect() as client:
        client.sendall(GET)
        assert everything(client) == PART
        assert between.last().trouble == "the server closed the connection"


def test_a_reset_in_the_middle_is_a_reset_for_the_client_too() -> None:
    go_on = Event()

    def script(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(PART)
        assert go_on.wait(PATIENCE)
        reset(connection)

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        client.sendall(GET)
        assert until(client, b"part") == PART
        go_on.set()
        with pytest.raises(ConnectionResetError):
            client.recv(1)
        assert between.last().trouble == "the server reset the connection"


def test_a_chunked_answer_that_ends_early_has_no_last_chunk() -> None:
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n"
    with scripted(answering(answer)) as url, proxying(url) as between, between.connect() as client:
        client.sendall(GET)
        assert everything(client) == answer


def test_a_kept_connection_that_breaks_under_a_request_breaks_for_the_client_too() -> None:
    """A client that keeps connections knows how to go on; an answer of the proxy's own would take that from it."""

    def script(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        head_of(connection)

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        client.sendall(GET)
        assert until(client, b"ok").endswith(b"ok")
        client.sendall(GET)
        assert everything(client) == b""


def test_a_server_that_refuses_a_body_early_is_heard_while_the_client_still_sends() -> None:
    refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
    with scripted(answering(refusal)) as url, proxying(url) as between, between.connect() as client:
        client.sendall(b"PUT /f HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nbegin")
        assert until(client, b"no").startswith(b"HTTP/1.1 413 ")


def test_a_client_that_resets_resets_the_server() -> None:
    seen, gone = [], Event()

    def script(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(PART)
        try:
            seen.append(connection.recv(1))
        except ConnectionResetError:
            seen.append(b"reset")
        gone.set()

    with scripted(script) as url, proxying(url) as between:
        client = between.connect()
        client.sendall(GET)
        assert until(client, b"part") == PART
        reset(client)
        assert gone.wait(PATIENCE)
        assert between.last().trouble == "the client reset the connection"
    assert seen == [b"reset"]


def test_a_client_that_leaves_in_the_middle_of_its_body_leaves_the_server_too() -> None:
    seen, gone = [], Event()

    def script(connection: socket.socket) -> None:
        until(connection, b"begin")
        seen.append(everything(connection))
        gone.set()

    with scripted(script) as url, proxying(url) as between:
        with between.connect() as client:
            client.sendall(b"PUT /f HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nbegin")
        assert gone.wait(PATIENCE)
        assert between.last().trouble == "the client closed the connection"
    assert seen == [b""]


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (b"what is this\r\n\r\n", "HTTP/1.1 400 Bad Request", "request-garbled"),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"x" * (1 << 17), "HTTP/1.1 431 ", "head-too-large"),
        (b"CONNECT cloud.example.com:443 HTTP/1.1\r\nHost: cloud.example.com:443\r\n\r\n", "HTTP/1.1 501 ", "tunnel"),
    ],
    ids=["words", "large", "tunnel"],
)
def test_what_cannot_be_passed_on_is_refused(request_: bytes, status: str, code: str) -> None:
    with scripted(lambda _: None) as url, proxying(url) as between, between.connect() as client:
        client.sendall(request_)
        found = own(everything(client))
        assert found[0].startswith(status)
        assert found[1].startswith(code)
