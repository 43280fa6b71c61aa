"""Is nobody followed to whom a server leads that is no mock?"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from click.testing import CliRunner

from mockserver.cli import commands


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server that redirects everybody to a place that would clear a terminal, and the paths it was asked for."""
    asked: list[str] = []

    class Redirecting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("location", "/other\x1b[2J")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Redirecting) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def test_a_server_that_leads_elsewhere_is_not_followed_and_learns_no_token(elsewhere: tuple[str, list[str]]) -> None:
    url, asked = elsewhere
    found = CliRunner().invoke(commands, ["ctl", "--url", url, "--control-token", "secret", "tasks"])
    assert (found.exit_code, found.output) == (
        2,
        f"Error: {url} sends its callers to /other\\x1b[2J: name the address of the mock itself\n",
    )
    assert asked == ["/_mock/tasks"]
