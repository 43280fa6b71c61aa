"""A page that comes in pieces, as it does from a slow disk or to a busy machine."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread

PATIENCE = 600.0  # seconds; a test that never asks for the next piece ends all the same


@dataclass(frozen=True)
class Dripping:
    """A server on loopback with one page; a piece of it goes out when it is sent."""

    address: str
    pieces: Queue[bytes] = field(default_factory=Queue)

    def send(self, text: str) -> None:
        self.pieces.put(text.encode())


@contextmanager
def dripping() -> Iterator[Dripping]:
    """The server, until the test ends; an empty piece ends the page."""
    pieces: Queue[bytes] = Queue()

    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE

        def do_GET(self) -> None:
            if self.path != "/":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            while piece := pieces.get(timeout=PATIENCE):
                self.wfile.write(piece)

        def log_message(self, *_: object) -> None: ...

    # A browser may open connections ahead of need: one that stays silent must not keep the others waiting.
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Dripping(f"http://127.0.0.1:{server.server_port}/", pieces)
        finally:
            pieces.put(b"")
            server.shutdown()
            thread.join()


def cut(text: str, marks: Sequence[str]) -> list[str]:
    """The text in pieces, each but the last ending where one of the marks is first found after the one before."""
    found: list[str] = []
    for mark in marks:
        before, _, text = text.partition(mark)
        found.append(before + mark)
    return [*found, text]
