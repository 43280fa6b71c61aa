"""A session that was recorded goes the same way again: on the same server, on another, on a mock; or it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from contracts.calls.client import Run
from contracts.cassettes.adopting import adopt
from contracts.cassettes.file import read_cassette
from contracts.cassettes.replaying import Outcome, Replay
from contracts.suite import Suite
from contracts.targets.embedded import open_embedded
from openapi.document import patch
from openapi.loader import spec_of
from openapi.model import Spec
from tests.contracts.bent import spec
from tests.contracts.redaction.search import leaks
from tests.contracts.rough.server import Rough, rough

CHOSEN = {  # clauses whose checks create tasks, wait for them, list them, follow their links
    "tencent-cls": ("CreateExport/status", "DescribeExports/paging", "GetExportedFile/status", "link-expiry"),
    "huawei-iotda": ("CreateExportTask/status", "ListExportTasks/paging", "ShowExportTask/status", "skew"),
    "baidu-bls": ("CreateDownloadTask/status", "GetDownloadTaskLink/status", "ListDownloadTask/paging"),
    "huawei-clouddc": ("ExportServerLogs/status", "DownloadServerLogs/status"),
    "huawei-workspace": ("ExportUsersNew/status", "ListExportTasks/status", "DownloadExportFile/status"),
}


def record(api: str, cassette: Path, *chosen: str) -> list[dict[str, Any]]:
    """The entries of a session with the embedded mock, as they stand in the file."""
    suite = Suite((api,), run=Run(), cassette=cassette)
    with closing(suite):
        for clause in suite.clauses:
            if clause.id.removeprefix(f"{api}/") in (chosen or CHOSEN[api]):
                suite.judge(clause)
    found: list[dict[str, Any]] = json.loads(cassette.read_text())["log"]["entries"]
    return found


def replay(cassette: Path, served: Spec) -> list[Outcome]:
    """What comes of a cassette on a mock that serves this spec."""
    known = {served.name: spec(served.name)}
    target = open_embedded({served.name: served})
    accounts = {name: target.account(name) for name in ("first", "second")}
    return list(Replay(target, accounts).play(adopt(read_cassette(cassette), known, str(cassette))))


def bent(api: str, changes: dict[str, Any]) -> Spec:
    honest = spec(api)
    return spec_of(patch(dict(honest.document), changes), Path(honest.path), {})


@pytest.mark.parametrize("api", sorted(CHOSEN))
def test_the_same_mock_answers_the_same(api: str, tmp_path: Path) -> None:
    cassette = tmp_path / "session.har"
    recorded = record(api, cassette)
    outcomes = replay(cassette, spec(api))
    assert len(outcomes) == len(recorded) >= 4
    assert [(each.entry.number, each.differences) for each in outcomes if each.differences] == []
    assert sum(not each.left_out for each in outcomes) > len(outcomes) / 2


@pytest.mark.parametrize("api", ["tencent-cls", "huawei-iotda"])
def test_two_recordings_of_the_same_differ_in_nothing(api: str, tmp_path: Path) -> None:
    first, second = record(api, tmp_path / "1.har"), record(api, tmp_path / "2.har")
    assert first == second


def test_a_cassette_has_names_for_what_is_another_each_time(tmp_path: Path) -> None:
    text = json.dumps(record("tencent-cls", tmp_path / "session.har"))
    for name in ("<task-1>", "<link-1>", "<topic usable-1>", "<request-id>", "<time>", "<credentials>"):
        assert name in text
    assert leaks(tmp_path, {"key": "AKIDEXAMPLE", "secret": "SECRETEXAMPLE", "number": "100000000001"}) == []


@pytest.mark.parametrize(
    ("api", "changes", "field"),
    [
        (
            "tencent-cls",
            {"/paths/~1#X-TC-Action=CreateExport/post/responses/200/description": "It is the same."},
            "",
        ),
        ("tencent-cls", {"/components/schemas/DescribeExportsRequest/properties/Limit/maximum": 1}, "error code"),
        (
            "tencent-cls",
            {"/components/schemas/CreateExportRequest/properties/SyntaxRule/default": 1},
            "Response.Exports[<task-1>].SyntaxRule",
        ),
    ],
)
def test_what_a_server_does_otherwise_is_told(api: str, changes: dict[str, Any], field: str, tmp_path: Path) -> None:
    record(api, tmp_path / "session.har")
    found = {
        each.field for outcome in replay(tmp_path / "session.har", bent(api, changes)) for each in outcome.differences
    }
    assert field in found if field else not found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rough]:
    with rough("tencent-cls", tmp_path_factory.mktemp("server"), certificate="") as opened:
        yield opened


def test_a_session_with_a_real_endpoint_is_sent_again_there_and_to_the_mock(server: Rough, tmp_path: Path) -> None:
    cassette, profile = tmp_path / "session.har", str(server.profile())
    chosen = "CreateExport/status or GetExportedFile/status or DescribeExports and (Limit or TopicId/required)"
    told = ("--profile", profile, "--report-dir", str(tmp_path))
    code, printed = server.call("record", "tencent-cls", "-k", chosen, "--cassette", str(cassette), *told)
    assert code == 0, printed
    assert "exchanges are kept" in printed
    holder = server.holders["first"]
    values = {"key": holder.key_id, "secret": holder.secret, "token": holder.token, "number": "200000000000"}
    assert leaks(tmp_path, values, printed) == []
    code, printed = server.call("replay", str(cassette), *told, "--report", "json")
    assert code == 0, printed
    again = json.loads((tmp_path / "replay.json").read_text())
    assert (again["differences"], again["sent"] > 10) == ([], True)
    assert leaks(tmp_path, values, printed) == []
    code, printed = server.call("replay", str(cassette), "--target", "mock")
    assert code == 0, printed


def test_what_a_profile_does_not_allow_is_left_out_and_its_budget_ends_a_replay(server: Rough, tmp_path: Path) -> None:
    cassette, told = tmp_path / "session.har", ("--report", "json", "--report-dir", str(tmp_path))
    record("tencent-cls", cassette, "CreateExport/status", "DescribeExports/Offset/default", "DescribeExports/status")
    before = len(server.gateway.seen)
    profile = ("--profile", str(server.profile(allow={"create": False}, budget={"requests": 8})))
    code, printed = server.call("replay", str(cassette), *profile, *told)
    assert code == 2, printed
    assert "the budget of 8 requests is spent" in printed
    left_out = json.loads((tmp_path / "replay.json").read_text())["left_out"]
    created = {each["why"] for each in left_out if each["operation"] == "CreateExport"}
    assert any("allow.create" in why for why in created), created
    sent = server.gateway.seen[before:]
    assert sent
    assert not any(seen.headers.get("x-tc-action") == "CreateExport" for seen in sent)
