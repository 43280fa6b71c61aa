"""`contracts record` and `contracts replay` from the command line, and cassettes that other tools have made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.cli import main

STARTED = "2026-05-01T12:00:00+02:00"
PROJECT = "99999999999999999999999999999999"


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def exchange(method: str, url: str, status: int, answer: Any, sent: Any = None, **headers: str) -> dict[str, Any]:
    """An entry as a browser writes it."""
    posted = {"postData": {"mimeType": "application/json", "text": json.dumps(sent)}} if sent is not None else {}
    pairs = [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
    return {
        "startedDateTime": STARTED,
        "time": 12.5,
        "request": {"method": method, "url": url, "httpVersion": "http/2.0", "headers": pairs, "cookies": [], **posted},
        "response": {
            "status": status,
            "headers": [
                {"name": "Content-Type", "value": "application/json"},
                {"name": "X-Request-Id", "value": "c0ffee"},
            ],
            "content": {"size": 10, "mimeType": "application/json", "text": json.dumps(answer)},
        },
    }


def har(path: Path, *entries: dict[str, Any]) -> Path:
    log = {"version": "1.2", "creator": {"name": "a browser", "version": "1"}, "entries": list(entries)}
    path.write_text(json.dumps({"log": log}))
    return path


def created(**changes: Any) -> dict[str, Any]:
    host = "https://iotda.cn-north-4.myhuaweicloud.com"
    sent = {
        "resource_type": "BatchTask",
        "resource_condition": {"task_id": "aaaaaaaaaaaaaaaaaaaaaaaa"},
        "export_format": "xls",
        "app_type": "APP",
        "app_id": "bbbbbbbbbbbbbbbbbbbbbbbbbbbb",
    }
    answer = {
        **sent,
        "export_task_id": "cccccccccccccccccccccccc",
        "status": "Processing",
        "export_count": 0,
        "progress": 1,
        "create_time": "2026-05-01T10:00:00.000Z",
        **changes,
    }
    return exchange("POST", f"{host}/v5/iot/{PROJECT}/export-tasks", 201, answer, sent, X_Auth_Token="MIIsecret")


def deleted() -> dict[str, Any]:
    host = "https://iotda.cn-north-4.myhuaweicloud.com"
    found = exchange(
        "DELETE", f"{host}/v5/iot/{PROJECT}/export-tasks/cccccccccccccccccccccccc", 204, None, X_Auth_Token="M"
    )
    found["response"].update(headers=[], content={"size": 0, "mimeType": ""})
    return found


def noise() -> dict[str, Any]:
    return exchange("GET", "https://console.example.com/logo.png", 200, {})


def test_what_a_browser_saved_is_sent_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cassette = har(tmp_path / "browser.har", noise(), created(), deleted())
    code = call("replay", str(cassette), "--target", "mock", "--report", "json", "--report-dir", str(tmp_path))
    told = json.loads((tmp_path / "replay.json").read_text())
    assert [(each["entry"], each["why"]) for each in told["left_out"]] == [(1, "no documented operation is addressed")]
    assert {each["field"] for each in told["differences"]} <= {"app_type", "progress", "header x-request-id"}
    assert code == bool(told["differences"])
    assert "2 of 3 exchanges sent to embedded mock" in capsys.readouterr().out


def test_what_differs_is_in_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cassette = har(tmp_path / "browser.har", created(app_id="another"))
    assert call("replay", str(cassette), "--target", "mock") == 1
    table = capsys.readouterr().out
    assert "app_id" in table
    assert "another" in table


def test_what_is_answered_in_no_documented_form_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cassette = har(tmp_path / "browser.har", created(export_format="csv"))
    assert call("replay", str(cassette), "--target", "mock") == 1
    assert "a refusal, or nothing" in capsys.readouterr().out


def test_what_a_run_keeps_is_the_same_on_the_mock(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cassette = tmp_path / "kept.har"
    chosen = "ListExportTasks and status or DeleteExportTask and status"
    assert call("record", "huawei-iotda", "-k", chosen, "--cassette", str(cassette)) == 0
    assert "exchanges are kept" in capsys.readouterr().err
    assert call("replay", str(cassette), "--target", "mock") == 0
    assert "0 different" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"_api": "unheard-of", "_operation": "X"}, "entry 1: it is of 'unheard-of', which is none of "),
        ({"_api": "huawei-iotda", "_operation": "Make"}, "entry 1: huawei-iotda has no operation 'Make', but "),
        ({"startedDateTime": 5}, "entry 1 is damaged: startedDateTime: 5 is not of type"),
    ],
)
def test_an_entry_that_cannot_be_sent_is_told(
    change: dict[str, Any], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cassette = har(tmp_path / "odd.har", {**created(), **change})
    assert call("replay", str(cassette), "--target", "mock") == 2
    said = capsys.readouterr().err
    assert f"contracts: {cassette}: {told}" in said
    assert said.count("\n") == 1


def test_a_cassette_of_something_else_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cassette = har(tmp_path / "other.har", noise())
    assert call("replay", str(cassette), "--target", "mock") == 2
    assert "none of its 1 requests is one of baidu-bls, " in capsys.readouterr().err


def test_an_empty_cassette_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("replay", str(har(tmp_path / "empty.har")), "--target", "mock") == 2
    assert "has no entries" in capsys.readouterr().err


def test_a_replay_has_to_know_where_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("replay", str(har(tmp_path / "a.har", created()))) == 2
    assert "where to? --target mock, --target URL, or a --profile" in capsys.readouterr().err


def test_a_cassette_that_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("record", "huawei-iotda", "-k", "ListExportTasks and status", "--cassette", "/dev/full") == 2
    assert capsys.readouterr().err == "contracts: /dev/full: cannot be written: No space left on device\n"
