"""What becomes of a run whose server is no mock, answers nonsense, or goes away in the middle?"""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Thread

import pytest

from contracts.suite import PATIENCE, Lost, Suite
from contracts.target import Unavailable, Unreachable
from contracts.targets import Choice, open_target
from tests.contracts.bent import spec

NAME = "tencent-cls"
SPECS = {NAME: spec(NAME)}
CLOCK = {"now": "2026-01-31T08:09:10.000Z", "epoch": 1769846950.0, "frozen": True, "scale": 1.0}
Answer = Callable[[str], bytes]


def http(body: object, status: str = "200 OK") -> bytes:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(raw)}\r\nConnection: close\r\n\r\n"
    return head.encode() + raw


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """The address of a server that answers a request with such bytes, and then closes the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    request = connection.recv(65536)
                    if request:
                        connection.sendall(answer(request.decode()))

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def only_health(request: str) -> bytes:
    return http({"status": "ok"}) if request.startswith("GET /_mock/health ") else http(b"<html>", "404 Not Found")


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (lambda _: b"", Unreachable, "did not answer: RemoteDisconnected"),
        (lambda _: b"SSH-2.0-OpenSSH\r\n", Unreachable, "did not answer: BadStatusLine: SSH-2.0-OpenSSH$"),
        (lambda _: http({})[:-1], Unreachable, "did not answer: IncompleteRead"),
        (lambda _: b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabc", Unreachable, "decompressing"),
        (lambda _: http(b"<html>"), ValueError, "has no control plane of a mock"),
        (lambda _: http([]), ValueError, "has no control plane of a mock"),
        (lambda _: http({}, "302 Found"), ValueError, "has no control plane of a mock"),
        (lambda _: http({"error": {"message": "a token"}}, "403 Forbidden"), ValueError, "lets nobody in: a token; "),
        (only_health, Unavailable, "the mock refuses PUT /_mock/clock: 404"),
        (lambda _: http({"status": "ok"}), Unreachable, "/_mock/clock does not say what time it is"),
    ],
)
def test_what_answers_like_no_mock_is_told_by_what_it_answers(
    answer: Answer, error: type[Exception], said: str
) -> None:
    with answering(answer) as url, pytest.raises(error, match=said):
        open_target(Choice(url), SPECS)


def test_a_server_that_goes_away_ends_the_run() -> None:
    with answering(lambda _: http({"status": "ok", **CLOCK})) as url:
        suite = Suite((NAME,), url)
        *clauses, last = suite.clauses[:PATIENCE]
        _ = suite.target
    with closing(suite):
        assert [suite.judge(clause).unanswered for clause in clauses] == [True] * len(clauses)
        with pytest.raises(Lost, match=f"{url} did not answer"):
            suite.judge(last)


def test_a_mock_that_asks_for_a_token_is_given_it() -> None:
    def answer(request: str) -> bytes:
        is_known = "x-mock-token: open sesame\r\n" in request.lower()
        return http({"status": "ok", **CLOCK}) if is_known else http({"error": {"message": "no"}}, "403 Forbidden")

    with answering(answer) as url, closing(open_target(Choice(url, control_token="open sesame"), SPECS)) as target:
        assert target.is_mock
