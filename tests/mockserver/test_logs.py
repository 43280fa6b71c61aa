"""Does a mock say what happens as machines read it, and nothing that is secret?"""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mockserver.accounts import FIRST
from mockserver.logs import PAUSE, JsonFormatter, JsonLog, Rarely, TextLog, log_of
from openapi.messages import Request
from tests.mockserver.control_plane import API, Control, start

ROOT = Path(__file__).parents[2]
NOW = 1_700_000_000.0
PATIENCE = 60  # seconds after which a test gives up


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def control(stream: io.StringIO) -> Control:
    """A mock that logs."""
    control = start()
    log, controls = JsonLog(stream, now=lambda: NOW), control.app.extensions["mock"]
    log.start(controls, "http://127.0.0.1:4010", "")
    log.follow(controls)
    return control


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_the_first_line_says_where_it_answers(control: Control, stream: io.StringIO) -> None:
    (said,) = lines(stream)
    assert (said["time"], said["event"], said["url"]) == (
        "2023-11-14T22:13:20.000Z",
        "started",
        "http://127.0.0.1:4010",
    )
    assert said["apis"] == [*control.cloud.engine.specs]


def test_a_request_is_a_line(control: Control, stream: io.StringIO) -> None:
    control.cloud.send(control.cloud.make(API, "DescribeExports"))
    control.create()
    _, refused, accepted = lines(stream)
    shown = control.ask("GET", "/requests").json["requests"]
    assert [refused["id"], accepted["id"]] == [each["id"] for each in shown]
    assert (refused["account"], refused["operation"], refused["code"]) == ("", "DescribeExports", shown[0]["code"])
    assert refused["message"] == "the request carries no credentials"
    assert (accepted["account"], accepted["account_number"]) == (FIRST.name, FIRST.number)
    assert (accepted["status"], accepted["code"], accepted["fault"]) == (200, "", [])
    assert accepted["seconds"] > 0


def test_nothing_that_is_secret_is_logged(control: Control, stream: io.StringIO) -> None:
    cloud = control.cloud
    signed = cloud.sign(cloud.make(API, "DescribeExports"), API, "DescribeExports")
    cloud.send(signed)
    cloud.send(Request("GET", "/file", "q-signature=5ec4e7&x-cos-security-token=5ec4e7&limit=1"))
    text = stream.getvalue()
    assert signed.headers["authorization"].rpartition("=")[2] not in text
    assert "5ec4e7" not in text
    assert "q-signature=…" in text
    assert FIRST.key.secret not in text


def test_whatever_a_client_sends_is_one_line_of_json(control: Control, stream: io.StringIO) -> None:
    control.cloud.send(Request("GET", '/a\n{"event": "forged"}\udcff', "\n=\udcff", {"x-tc-action": "\ud800\n"}))
    _, said = lines(stream)
    assert said["path"] == '/a\n{"event": "forged"}�'


def test_who_reads_no_more_does_not_keep_clients_from_their_answer(stream: io.StringIO) -> None:
    control = start()
    JsonLog(stream).follow(control.app.extensions["mock"])
    stream.close()
    assert control.cloud.example(API, "CreateExport").status == 200


def test_a_mistake_is_one_line_with_its_traceback() -> None:
    mistake = RuntimeError("a mistake\udcff")
    about = (type(mistake), mistake, None)
    record = logging.LogRecord("mockserver", logging.ERROR, "", 0, "failed: %s", ("/\udcff",), about)
    record.created = NOW
    line = JsonFormatter().format(record)
    assert "\n" not in line
    said = json.loads(line)
    assert (said["event"], said["message"], said["time"]) == ("error", "failed: /�", "2023-11-14T22:13:20.000Z")
    assert said["traceback"].endswith("RuntimeError: a mistake�")


def test_in_text_a_note_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    log = log_of("text")
    assert isinstance(log, TextLog)
    log.note("the config file was read anew")
    assert capsys.readouterr() == ("", "mockserver: the config file was read anew\n")


@pytest.fixture
def served() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "mockserver", "serve", API, "--port", "0", "--log-format", "json"]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        yield process
        process.terminate()


def test_a_served_mock_logs_one_object_a_line(served: subprocess.Popen[str]) -> None:
    assert served.stdout is not None
    started = json.loads(served.stdout.readline())
    assert started["event"] == "started"
    requests.get(f"{started['url']}/nowhere", timeout=PATIENCE)
    said = json.loads(served.stdout.readline())
    assert (said["event"], said["path"], said["reason"]) == ("request", "/nowhere", "unknown-path")
    served.terminate()
    out, err = served.communicate(timeout=PATIENCE)
    assert (out, err) == ("", "")


def test_the_same_trouble_is_told_once_a_minute() -> None:
    said, now = list[str](), [0.0]
    tell = Rarely(said.append, lambda: now[0])
    for seconds, message in ((0, "a"), (PAUSE - 1, "b"), (1, "c"), (0, "d"), (PAUSE, "e")):
        now[0] += seconds
        tell(message)
    assert said == ["a", "c", "e"]
