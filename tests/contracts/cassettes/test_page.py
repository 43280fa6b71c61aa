"""What docs/cassettes.md shows is what comes out."""

from __future__ import annotations

import re
import shlex
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from contracts.cli import main
from mockserver.app import create_app
from openapi.loader import load_all

PAGE = Path(__file__).parents[3] / "docs" / "cassettes.md"
EXAMPLE = re.compile(r"<!-- cassette -->\n```console\n(.*?)```", re.DOTALL)
SHOWN_AT = "http://127.0.0.1:4010"


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    specs = load_all(["tencent-cls"], {"tencent-cls/syntax-rule-default": "cql"})
    with make_server("127.0.0.1", 0, create_app(specs=specs).wsgi_app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_example_of_the_page_comes_out_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = EXAMPLE.search(PAGE.read_text())
    assert example is not None
    monkeypatch.chdir(tmp_path)
    lines = example[1].splitlines()
    commands = [line.removeprefix("$ contracts ") for line in lines if line.startswith("$ ")]
    with serving() as url:
        for command in commands:
            capsys.readouterr()
            with pytest.raises(SystemExit):
                main(shlex.split(command.replace(SHOWN_AT, url)))
        said = capsys.readouterr().out.replace(url, SHOWN_AT)
    assert [line.rstrip() for line in said.splitlines()] == lines[len(commands) :]
