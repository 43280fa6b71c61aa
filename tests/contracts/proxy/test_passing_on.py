"""What goes through the proxy arrives as it was sent."""

import json
import socket
from threading import Event

import pytest

from tests.contracts.proxy.between import PATIENCE, answering, everything, head_of, proxying, scripted, until

OK = b"HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nok"


def ask(port_of: socket.socket, request: bytes, end: bytes = b"\r\n\r\nok") -> bytes:
    port_of.sendall(request)
    return until(port_of, end)


def heard_by_a_server(request: bytes, end: bytes = b"\r\n\r\n", *, keeps_host: bool = True) -> bytes:
    """What reaches the server of a request."""
    heard = []

    def script(connection: socket.socket) -> None:
        heard.append(until(connection, end))
        connection.sendall(OK)

    with scripted(script) as url, proxying(url, keeps_host=keeps_host) as between, between.connect() as client:
        assert ask(client, request).endswith(b"ok")
    return heard[0]


def test_names_order_duplicates_and_percent_encoding_of_a_request_are_kept() -> None:
    request = (
        b"GET /a%2Fb/%e4%B8%AD;x?q=%20+&q=&r HTTP/1.1\r\nHost: cloud.example.com\r\nX-TC-Action: Show\r\n"
        b"accept: */*\r\nX-Two: 1\r\nX-TWO: 2\r\nAuthorization: TC3 a=b, c=d\r\n\r\n"
    )
    assert heard_by_a_server(request) == request


def test_headers_of_one_connection_alone_are_not_passed_on() -> None:
    request = (
        b"GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, X-Mine\r\nKeep-Alive: 5\r\nX-Mine: 1\r\n"
        b"Proxy-Authorization: Basic secret\r\nX-Kept: 1\r\n\r\n"
    )
    assert heard_by_a_server(request) == b"GET / HTTP/1.1\r\nHost: h\r\nX-Kept: 1\r\n\r\n"


def test_a_request_that_is_meant_for_a_proxy_arrives_as_one_for_the_server() -> None:
    request = b"GET http://cloud.example.com/a?b=1 HTTP/1.1\r\nHost: cloud.example.com\r\n\r\n"
    assert heard_by_a_server(request) == b"GET /a?b=1 HTTP/1.1\r\nHost: cloud.example.com\r\n\r\n"


def test_the_host_can_be_made_that_of_the_server() -> None:
    heard = heard_by_a_server(b"GET / HTTP/1.1\r\nHost: cloud.example.com\r\n\r\n", keeps_host=False)
    assert b"Host: 127.0.0.1:" in heard


def test_a_chunked_body_arrives_whole_and_chunked() -> None:
    head = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    heard = heard_by_a_server(head + b"3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n", b"0\r\n\r\n")
    assert heard == head + b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"


def test_an_answer_keeps_its_reason_and_its_duplicates() -> None:
    answer = b"HTTP/1.1 418 I am\r\nX-A: 1\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 2\r\n\r\nok"
    with (
        scripted(answering(answer)) as url,
        proxying(url) as between,
        between.connect() as client,
    ):
        assert ask(client, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n") == answer


def test_head_has_the_length_and_no_body_and_the_connection_goes_on() -> None:
    def script(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        head_of(connection)
        connection.sendall(OK)

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        assert b"1000" in ask(client, b"HEAD /f HTTP/1.1\r\nHost: h\r\n\r\n", b"\r\n\r\n")
        assert ask(client, b"GET /f HTTP/1.1\r\nHost: h\r\n\r\n").endswith(b"ok")


def test_both_connections_are_kept_alive() -> None:
    connections: list[int] = []

    def script(connection: socket.socket) -> None:
        connections.append(connection.fileno())
        while head_of(connection):
            connection.sendall(OK)

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        for _ in range(5):
            assert ask(client, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").endswith(b"ok")
    assert len(connections) == 1


def test_a_server_that_closed_in_between_is_asked_on_a_new_connection() -> None:
    def script(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(OK)

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        assert ask(client, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").endswith(b"ok")
        between.last()
        assert ask(client, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").endswith(b"ok")


def test_a_body_waits_for_100_continue_of_the_server() -> None:
    told = Event()

    def script(connection: socket.socket) -> None:
        head_of(connection)
        assert told.wait(PATIENCE)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        assert until(connection, b"body") == b"body"
        connection.sendall(OK)

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        client.sendall(b"PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        client.settimeout(0.05)
        with pytest.raises(TimeoutError):
            client.recv(1)
        told.set()
        client.settimeout(PATIENCE)
        assert until(client, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert ask(client, b"body").endswith(b"ok")


def test_the_first_byte_passes_before_the_last_is_there() -> None:
    """Both ways: neither a request nor an answer is held back until it is whole."""
    heard, seen = Event(), Event()

    def script(connection: socket.socket) -> None:
        until(connection, b"first")
        heard.set()
        until(connection, b"last")
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfirst")
        assert seen.wait(PATIENCE)
        connection.sendall(b"last")

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nfirst")
        assert heard.wait(PATIENCE)
        client.sendall(b"last")
        assert until(client, b"first").endswith(b"first")
        seen.set()
        assert until(client, b"last").endswith(b"last")


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    def script(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nall of it")

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        assert b"all of it" in ask(client, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", b"0\r\n\r\n")


def test_a_client_of_http_1_0_gets_an_answer_that_ends_with_the_connection() -> None:
    def script(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        client.sendall(b"GET / HTTP/1.0\r\nHost: h\r\n\r\n")
        assert everything(client).endswith(b"\r\n\r\nabc")


def test_a_client_may_close_its_half_and_still_gets_the_answer() -> None:
    go_on = Event()

    def script(connection: socket.socket) -> None:
        head_of(connection)
        assert go_on.wait(PATIENCE)
        connection.sendall(OK)

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        go_on.set()
        assert everything(client).endswith(b"ok")


def test_requests_that_come_at_once_are_answered_in_order() -> None:
    def script(connection: socket.socket) -> None:
        while heard := head_of(connection):
            for line in heard.split(b"\r\n"):
                if line.startswith(b"GET "):
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + line[5:7])

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        client.sendall(b"".join(b"GET /a%d HTTP/1.1\r\nHost: h\r\n\r\n" % number for number in range(3)))
        found = until(client, b"a2")
        assert [found.index(each) for each in (b"a0", b"a1", b"a2")] == sorted(
            found.index(each) for each in (b"a0", b"a1", b"a2")
        )


def test_what_has_passed_is_told_as_it_was() -> None:
    def script(connection: socket.socket) -> None:
        until(connection, b"{}")
        connection.sendall(b"HTTP/1.1 201 Created\r\nX-Id: 7\r\nContent-Length: 2\r\n\r\nok")

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        ask(client, b"POST /%E4%B8%AD?a=%20 HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 2\r\n\r\n{}")
        passed = between.last()
    request, response = passed.request(), passed.response()
    assert (request.method, request.path, request.query, request.body) == ("POST", "/中", "a=%20", b"{}")
    assert request.headers["x-a"] == "1, 2"
    assert (response.status, response.headers["x-id"], response.body, passed.is_whole) == (201, "7", b"ok", True)


def test_a_host_that_is_not_the_servers_is_refused() -> None:
    with (
        scripted(answering(OK)) as url,
        proxying(url, is_meant=lambda host: host == "cloud.example.com") as between,
        between.connect() as client,
    ):
        client.sendall(b"GET http://elsewhere.example.com/ HTTP/1.1\r\nHost: elsewhere.example.com\r\n\r\n")
        head, _, body = everything(client).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 421 ")
        assert b"Contracts-Proxy-Error: another-host" in head
        assert json.loads(body)["proxy"] == "contracts"


def test_a_request_of_http_1_0_without_a_host_is_given_that_of_the_server() -> None:
    heard = []

    def script(connection: socket.socket) -> None:
        heard.append(head_of(connection))
        connection.sendall(OK)

    with scripted(script) as url, proxying(url) as between, between.connect() as client:
        client.sendall(b"GET / HTTP/1.0\r\nX-A: 1\r\n\r\n")
        assert everything(client).endswith(b"ok")
    assert heard == [f"GET / HTTP/1.1\r\nHost: {url.removeprefix('http://')}\r\nX-A: 1\r\n\r\n".encode()]
