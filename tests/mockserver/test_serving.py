"""Does the mock get onto its port, answer there whatever comes, and leave it cleanly?"""

import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from mockserver.serving import INTERRUPTED, Unservable, explain, reserve, url_of

ROOT = Path(__file__).parents[2]
API = "tencent-cls"
PATIENCE = 60  # seconds after which a test gives up
LIFE = 600  # seconds after which a server ends, whoever still waits for it; many tests may share one
SERVE = [sys.executable, "-m", "mockserver", "serve", API, "--port", "0"]


@dataclass(frozen=True)
class Server:
    """A mock in a process of its own."""

    process: subprocess.Popen[str]
    url: str

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def end(self, how: signal.Signals) -> tuple[int, str]:
        """Its exit code, and what it printed to its error output."""
        self.process.send_signal(how)
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors


@contextmanager
def started(command: list[str] = SERVE) -> Iterator[Server]:
    environment = {**os.environ, "HTTP_X_EVIL": "from the environment"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes) as process:  # type: ignore[call-overload]
        deadline = threading.Timer(LIFE, process.kill)
        deadline.start()
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert found, process.stderr.read()
            yield Server(process, found[0])
        finally:
            deadline.cancel()
            process.terminate()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with started() as running:
        yield running


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def receive(connection: socket.socket) -> bytes:
    """Everything until the other side closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_it_answers_once_it_has_said_where(server: Server, session: requests.Session) -> None:
    assert session.get(f"{server.url}/_mock/health").json()["status"] == "ok"


def test_a_chunked_body_is_read(server: Server, session: requests.Session) -> None:
    session.post(server.url, data=iter([b'{"a"', b": 1}"]), headers={"X-TC-Action": "CreateExport"})
    assert session.get(f"{server.url}/_mock/requests?limit=1").json()["requests"][0]["request"]["body"] == '{"a": 1}'


def test_repeated_headers_are_joined(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /twice HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-A: 2\r\nConnection: close\r\n\r\n")
        receive(connection)
    shown = requests.get(f"{server.url}/_mock/requests?limit=1", timeout=PATIENCE).json()["requests"][0]
    assert shown["request"]["headers"]["x-a"].replace(" ", "") == "1,2"


def test_variables_of_the_environment_are_no_headers(server: Server, session: requests.Session) -> None:
    session.get(server.url)
    shown = session.get(f"{server.url}/_mock/requests?limit=1").json()["requests"][0]
    assert "x-evil" not in shown["request"]["headers"]


@pytest.mark.parametrize("length", [b"abc", b"-1", b"9" * 400, b"1, 2"])
def test_a_length_that_is_no_number_is_answered_at_once(server: Server, length: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + b"\r\n\r\n{}")
        answer = receive(connection)
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"html" not in answer.lower()


def test_clients_that_never_send_the_body_they_promised_keep_nobody_waiting(
    server: Server, session: requests.Session
) -> None:
    stalled = [server.connect() for _ in range(5)]
    for connection in stalled:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{")
    assert session.get(f"{server.url}/_mock/health", timeout=PATIENCE / 4).status_code == 200
    for connection in stalled:
        connection.close()


def test_a_body_far_too_large_still_gets_its_answer(server: Server) -> None:
    body, headers = b"x" * 30_000_000, {"X-TC-Action": "CreateExport"}
    with requests.post(server.url, data=body, headers=headers, timeout=PATIENCE) as answer:
        assert answer.json()["Response"]["Error"]["Code"]


def test_the_date_of_an_answer_is_that_of_the_clock(server: Server, session: requests.Session) -> None:
    try:
        for move in ({"action": "freeze"}, {"action": "set", "to": 0}):
            session.put(f"{server.url}/_mock/clock", json=move).raise_for_status()
        assert session.get(server.url).headers["date"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    finally:
        session.put(f"{server.url}/_mock/clock", json={"action": "reset"})


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0)])
def test_a_signal_ends_it_without_a_word(how: signal.Signals, code: int) -> None:
    with started() as server, server.connect() as idle:
        idle.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(65536).startswith(b"HTTP/1.1 200")
        assert server.end(how) == (code, "")


def test_events_are_told_as_they_happen_and_their_streams_end_in_order_with_the_server() -> None:
    with started() as server, requests.get(f"{server.url}/_mock/events", stream=True, timeout=PATIENCE) as told:
        lines = told.iter_lines(chunk_size=1)
        assert b"event: hello" in lines
        requests.put(f"{server.url}/_mock/clock", json={"action": "freeze"}, timeout=PATIENCE)
        assert b'data: {"what": "clock"}' in lines
        server.process.send_signal(signal.SIGINT)
        list(lines)  # which raises when the stream is cut off
        assert server.process.wait(PATIENCE) == INTERRUPTED


def test_when_it_is_killed_nothing_of_it_is_left() -> None:
    with started() as server, server.connect() as connection:
        server.process.kill()
        try:
            received = receive(connection)  # until the other end of the connection is closed
        except ConnectionResetError:
            received = b""
        assert received == b""


def test_a_taken_port_is_one_clear_line(server: Server) -> None:
    command = [*SERVE[:-1], str(server.port)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"mockserver: port {server.port} is taken: stop the other server or choose another with --port\n"
    )


def test_beyond_loopback_there_is_no_control_plane_without_a_token() -> None:
    with started([*SERVE, "--host", "0.0.0.0"]) as server:  # noqa: S104 - what is tested
        assert requests.post(server.url, data=b"{}", timeout=PATIENCE).status_code == 200
        answer = requests.get(f"{server.url}/_mock/tasks", timeout=PATIENCE)
        assert answer.status_code == 403
        assert "--control-token" in json.loads(answer.text)["error"]["message"]


def test_a_free_port_is_found_and_held() -> None:
    with reserve("127.0.0.1", 0) as (host, port, _):
        assert host == "127.0.0.1"
        with pytest.raises(Unservable, match=rf"port {port} is taken"), reserve("127.0.0.1", port):
            pass


def test_a_port_that_was_let_go_can_be_had_again() -> None:
    with reserve("127.0.0.1", 0) as (_, port, _):
        pass
    with reserve("127.0.0.1", port) as (_, again, _):
        assert again == port


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "a" * 300, "\x00"])
def test_a_host_that_is_not_this_machine_is_refused(host: str) -> None:
    with pytest.raises(Unservable, match="--host"), reserve(host, 0):
        pass


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EADDRINUSE, "taken"),
        (errno.EACCES, "above 1023"),
        (errno.EADDRNOTAVAIL, "--host"),
        (errno.ENOBUFS, "No buffer"),
    ],
)
def test_why_a_port_cannot_be_had_is_explained(number: int, said: str) -> None:
    assert said in explain(OSError(number, os.strerror(number)), "10.0.0.1", 80)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:1"),
        ("0.0.0.0", "http://127.0.0.1:1"),  # noqa: S104 - nothing is bound
        ("::", "http://[::1]:1"),
        ("::1", "http://[::1]:1"),
    ],
)
def test_the_address_is_one_that_can_be_reached(host: str, url: str) -> None:
    assert url_of(host, 1) == url
