"""A cassette is a whole file after each entry; what is damaged or foreign is told in one clear line."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cassettes.entry import CassetteError, Entry, Mark
from contracts.cassettes.file import Writer, read_cassette
from contracts.cassettes.har import entry_of, har_of, log_of
from openapi.messages import Request, Response

STARTED = datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC)
LOG = log_of("1.0", "https://example.com", ["tencent-cls"])
ENTRY = Entry(
    number=1,
    started=STARTED,
    origin="https://example.com",
    request=Request(
        "POST", "/a b/<task-1>", "x=%3Cproject%3E&y=1", {"host": "example.com", "x-a": "b"}, b'{"a": "\xc3\xa9"}'
    ),
    response=Response(200, {"content-type": "application/json"}, b'{"id": "<task-1>"}'),
    size=17,
    api="tencent-cls",
    operation="CreateExport",
    account="second",
    clause="tencent-cls/CreateExport/status",
    scheme="tc3-hmac-sha256",
    skew=-300.5,
    accepted=True,
    marks=frozenset({Mark.FRESH}),
)


def written(path: Path, *entries: Entry) -> dict[str, Any]:
    writer = Writer(path, LOG)
    for each in entries:
        assert writer.add(each)
    found: dict[str, Any] = json.loads(path.read_text())  # before it is closed, as after a crash
    writer.close()
    return found


def test_a_cassette_is_whole_after_each_entry(tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    assert written(path)["log"]["entries"] == []
    found = written(path, ENTRY, ENTRY)
    assert [each["_operation"] for each in found["log"]["entries"]] == ["CreateExport"] * 2
    assert found["log"]["version"] == "1.2"


def test_an_entry_comes_back_as_it_was(tmp_path: Path) -> None:
    written(tmp_path / "a.har", ENTRY)
    assert read_cassette(tmp_path / "a.har") == [ENTRY]


@given(st.binary(max_size=50), st.text(st.characters(codec="utf-8", exclude_characters="/?#"), max_size=20))
def test_any_body_and_path_come_back(body: bytes, path: str) -> None:
    request = Request("PUT", f"/{path}", "", {"host": "example.com"}, body)
    entry = Entry(1, STARTED, "https://example.com", request, Response(204, {}, body), len(body))
    assert entry_of(1, json.loads(json.dumps(har_of(entry)))) == entry


def test_what_is_written_has_all_that_the_format_asks_for() -> None:
    har = har_of(ENTRY)
    assert har.keys() >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
    asked = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"}
    assert har["request"].keys() >= asked
    assert har["request"]["url"] == "https://example.com/a%20b/%3Ctask-1%3E?x=%3Cproject%3E&y=1"
    answered = {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"}
    assert har["response"].keys() >= answered
    assert (har["response"]["content"]["size"], har["response"]["statusText"]) == (17, "OK")


def _changed(change: Any) -> str:
    raw = deepcopy({"log": {**LOG, "entries": [har_of(ENTRY), har_of(ENTRY)]}})
    change(raw["log"])
    return json.dumps(raw)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "damaged: no JSON at line 1"),
        ('{"log": {"version": "1.2", "entries": [', "damaged: no JSON at line 1"),
        ("[" * 100_000, "damaged: nested too deeply"),
        ("[]", "no cassette in the form of HAR 1.2: the file: "),
        ("{}", 'no cassette in the form of HAR 1.2: the file: "log" is a required property'),
        ('{"log": {"version": "1.2"}}', 'log: "entries" is a required property'),
        ('{"log": {"version": "2.0", "entries": []}}', "HAR 2.0 is not read; HAR 1.2 is"),
        (_changed(lambda log: log["_contracts"].update(version=2)), "a cassette of version 2; version 1 is read here"),
        (_changed(lambda log: log["entries"][1].pop("request")), 'entry 2 is damaged: the whole of it: "request" is'),
        (
            _changed(lambda log: log["entries"][1]["request"].update(method=5)),
            "entry 2 is damaged: request.method: 5 is not",
        ),
        (
            _changed(lambda log: log["entries"][0].update(startedDateTime="soon")),
            "entry 1 is damaged: Invalid isoformat",
        ),
        (
            _changed(lambda log: log["entries"][0]["response"]["content"].update(encoding="base64", text="*")),
            "entry 1 is damaged: ",
        ),
        (_changed(lambda log: log["entries"][0]["request"].update(url="http://[")), "entry 1 is damaged: Invalid IPv6"),
        (_changed(lambda log: log["entries"][0].update(_marks=["odd"])), "entry 1 is damaged: _marks.0: "),
        (_changed(lambda log: log["entries"][0].update(_skew=-1e300)), "entry 1 is damaged: _skew: "),
    ],
    ids=lambda value: str(len(value)),
)
def test_a_damaged_cassette_is_told_in_one_line(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    path.write_text(text)
    with pytest.raises(CassetteError) as error:
        read_cassette(path)
    assert str(error.value).startswith(f"{path}: ")
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.har").write_bytes(b'{"log": "\xff\xfe"}')
    with pytest.raises(CassetteError, match="damaged: no UTF-8 at byte 9"):
        read_cassette(tmp_path / "a.har")


def test_a_file_that_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="No such file or directory"):
        read_cassette(tmp_path / "none.har")
    with pytest.raises(CassetteError, match="cannot be written: Is a directory"):
        Writer(tmp_path, LOG)


def test_a_disk_that_is_full_is_told() -> None:
    with pytest.raises(CassetteError, match="/dev/full: cannot be written: No space left on device"):
        Writer(Path("/dev/full"), LOG)
