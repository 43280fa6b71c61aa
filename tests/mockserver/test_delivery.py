"""Does an answer arrive late, broken or not at all, on a real socket, where that was asked for?"""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner
from werkzeug.serving import WSGIRequestHandler, make_server

from mockserver import Control, Server, create_app
from mockserver.accounts import SECOND
from mockserver.cli import commands
from mockserver.client import HttpDoor
from tests.mockserver.test_serving import SERVE, started

API = "huawei-iotda"
PROJECTS = {"TOKENEXAMPLE": "0123456789abcdef0123456789abcdef", "TOKENOTHER": "fedcba9876543210fedcba9876543210"}
BODY = b'{"export_tasks":[],"page":{"count":0}}'
SPENT = '{"effect": "error", "after": 1000000}'  # that no test meets: it is there from the start
PATIENCE = 60  # seconds after which a test gives up
TRIES = 10


@dataclass(frozen=True)
class Line:
    """One connection to a mock."""

    socket: socket.socket

    def send(self, token: str = "TOKENEXAMPLE") -> None:
        path = f"/v5/iot/{PROJECTS[token]}/export-tasks?resource_type=BatchTask"
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Auth-Token: {token}\r\n\r\n".encode())

    def answer(self) -> tuple[bytes, bytes, list[int]]:
        """The head and the body, as far as they come, and the sizes of the pieces. Raises ConnectionResetError."""
        got, pieces = b"", list[int]()
        while piece := self.socket.recv(1 << 16):
            got += piece
            pieces.append(len(piece))
            head, end, body = got.partition(b"\r\n\r\n")
            if end and len(body) == length(head):
                break
        head, _, body = got.partition(b"\r\n\r\n")
        return head, body, pieces

    def drain(self) -> None:
        """Read to the end, below TLS, which hides how a connection ends. Raises ConnectionResetError."""
        with socket.socket(fileno=self.socket.detach()) as wire:
            wire.settimeout(PATIENCE)
            while wire.recv(1 << 16):
                pass


def length(head: bytes) -> int:
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    return int(fields[b"content-length"])


@dataclass
class Mock:
    """A mock on a port, and the connections to it that are open."""

    control: Control
    url: str
    open: ExitStack
    is_ours: bool  # whether the server is; the other one ends a connection after its answer

    def connect(self) -> Line:
        port = int(self.url.rpartition(":")[2])
        connection = self.open.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
        if self.url.startswith("https"):
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # whom it trusts is tested elsewhere
            context.options |= ssl.OP_IGNORE_UNEXPECTED_EOF
            connection = self.open.enter_context(context.wrap_socket(connection))
        return Line(connection)

    def again(self, line: Line) -> Line:
        """The connection, or another one where the server ends each after its answer."""
        return line if self.is_ours else self.connect()

    def fault(self, **fault: Any) -> None:
        self.control.faults.set({"api": API, **fault})


class Quiet(WSGIRequestHandler):
    """Each request on a connection of its own, and nothing written about it."""

    def log(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def behind_wsgi() -> Iterator[str]:
    """The app on a server that is not the mock's own."""
    server = make_server("127.0.0.1", 0, create_app([API]), threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module", params=["served", "wsgi", "https"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Control, str]]:
    match request.param:
        case "served":
            with started([*SERVE[:-3], API, "--port", "0", "--faults", SPENT]) as running:
                yield Control(HttpDoor(running.url)), running.url
        case "https":
            with Server(API, tls=True, tls_folder=tmp_path_factory.mktemp("tls")) as server:
                yield server, server.url
        case "wsgi":
            with behind_wsgi() as url:
                yield Control(HttpDoor(url)), url


@pytest.fixture
def mock(request: pytest.FixtureRequest, served: tuple[Control, str]) -> Iterator[Mock]:
    control, url = served
    control.reset()
    with ExitStack() as stack:
        yield Mock(control, url, stack, is_ours=request.node.callspec.params["served"] != "wsgi")
    control.reset()


@pytest.mark.parametrize("before", [0, 1])
def test_a_connection_is_reset_and_those_of_others_are_not(mock: Mock, before: int) -> None:
    others = [mock.connect() for _ in range(3)]
    for other in others:
        other.send()
        assert other.answer()[1] == BODY
    line = mock.connect()
    for _ in range(before):
        line.send()
        line.answer()
        line = mock.again(line)
    mock.fault(effect="reset")
    line.send()
    with pytest.raises(ConnectionResetError) if mock.is_ours else nullcontext():  # others just close it
        line.drain()
    for other in map(mock.again, others):
        other.send()
        assert other.answer()[1] == BODY


def test_a_connection_is_closed_without_a_byte(mock: Mock) -> None:
    mock.fault(effect="empty")
    line = mock.connect()
    line.send()
    assert line.answer() == (b"", b"", [])


def test_a_body_ends_before_its_length(mock: Mock) -> None:
    mock.fault(effect="truncate", share=0.25)
    line = mock.connect()
    line.send()
    head, body, _ = line.answer()
    assert head.startswith(b"HTTP/1.1 200 ")
    assert (length(head), body) == (len(BODY), BODY[: len(BODY) // 4])


def test_a_body_is_bytes_without_a_meaning_the_same_for_the_same_seed(mock: Mock) -> None:
    seen = []
    for seed in (1, 1, 2):
        mock.fault(effect="garbage", seed=seed)
        line = mock.connect()
        line.send()
        seen.append(line.answer()[1])
    assert [len(body) for body in seen] == [len(BODY)] * 3
    assert seen[0] == seen[1] != seen[2] != BODY


def test_a_body_comes_piece_by_piece_and_its_connection_goes_on(mock: Mock) -> None:
    mock.fault(effect="dribble", seconds=0.03, bytes=1, times=TRIES)
    line = mock.connect()
    pieces: list[int] = []
    for _ in range(TRIES):  # a machine that has much else to do may take all pieces of an answer at once
        line.send()
        _, body, pieces = line.answer()
        assert body == BODY
        line = mock.again(line)
        if len(pieces) > 1:
            break
    assert len(pieces) > 1
    mock.control.faults.clear()
    line.send()
    assert line.answer()[1] == BODY


def test_answers_that_are_held_back_hold_up_nobody_else(mock: Mock) -> None:
    mock.fault(effect="latency", seconds=20, account=SECOND.number, every=1)
    late = []
    for _ in range(24):  # more than a server has threads to begin with
        late.append(mock.connect())
        late[-1].send("TOKENOTHER")
    prompt = mock.connect()
    for _ in range(5):
        prompt.send()
        assert prompt.answer()[1] == BODY
        prompt = mock.again(prompt)
    late[-1].socket.setblocking(False)
    with pytest.raises((BlockingIOError, ssl.SSLWantReadError)):
        late[-1].answer()


def test_a_late_refusal_says_when_to_come_again(mock: Mock) -> None:
    mock.fault(effect="throttle", retry_after=3)
    mock.fault(effect="latency", seconds=0.01)
    line = mock.connect()
    line.send()
    head, body, _ = line.answer()
    assert b"retry-after: 3" in head.lower()
    assert json.loads(body)["error_code"] == "APIGW.0308"
    (last,) = mock.control.requests(limit=1)
    assert [name.rpartition("-")[0] for name in last["fault"]] == ["throttle", "latency"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--faults", "flakey"], "there is no 'flakey'; there are flaky"),
        (["--faults", '{"effect": "latency"}'], '"seconds" is a required property'),
        (["--faults", "{"], "no JSON"),
    ],
)
def test_a_server_is_not_started_with_a_fault_that_is_none(words: list[str], said: str) -> None:
    found = CliRunner().invoke(commands, ["serve", API, "--port", "0", *words])
    assert found.exit_code == 2
    assert said in str(found.output)
