"""A run on a real endpoint that is told to end does so in order: what was made is gone, what was judged is reported."""

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.rough.gateway import Rule, after, gateway
from tests.contracts.rough.misdeeds import redirect
from tests.contracts.rough.process import ROOT
from tests.contracts.rough.server import Rough, rough

NAME = "tencent-cls"
CREATION = "CreateExport"
DELETION = "DeleteExport"
PATIENCE = 300.0  # seconds in which something ought to happen
SLOWLY = ["-k", "succeeded and phase and not action"]  # a clause that waits for a task


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rough]:
    """A server whose tasks take longer than anybody waits here."""
    with rough(NAME, tmp_path_factory.mktemp("rough"), certificate="", options=["--seconds", "500"]) as found:
        yield found


class Running:
    """`contracts run` in a process of its own."""

    def __init__(self, server: Rough, folder: Path, *options: str) -> None:
        command = [sys.executable, "-m", "contracts", "run", NAME, "--profile", str(server.profile())]
        self.server, self.file, self.before = server, folder / "contracts.json", len(server.gateway.seen)
        self.process = subprocess.Popen(
            [*command, "--report", "json", "--report-dir", str(folder), *options],
            cwd=ROOT,
            env=server.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def sent(self, action: str) -> int:
        """How many requests of an action came by now."""
        seen = self.server.gateway.seen[self.before :]
        return sum(each.headers.get("x-tc-action") == action for each in seen)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Look again and again."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.02)

    def end(self) -> tuple[int, str, dict[str, Any]]:
        """The exit code, what was printed, and the result file."""
        output, _ = self.process.communicate(timeout=PATIENCE)
        result = json.loads(self.file.read_text()) if self.file.exists() else {}
        return self.process.returncode, output, result


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_and_removes_what_was_made(server: Rough, tmp_path: Path, number: signal.Signals) -> None:
    run = Running(server, tmp_path, *SLOWLY)
    run.wait_until(lambda: run.sent(CREATION) > 0)
    run.process.send_signal(number)
    code, output, result = run.end()
    assert code == 130, output
    assert "finishing the present request and removing what was made; once more to stop at once" in output
    assert run.sent(DELETION) == run.sent(CREATION) > 0
    assert result["stopped"] == "interrupted"
    assert "interrupted; 0 of 1 clauses were judged" in output


def test_a_kill_file_ends_the_run_likewise(server: Rough, tmp_path: Path) -> None:
    run = Running(server, tmp_path, *SLOWLY, "--kill-file", str(tmp_path / "stop"))
    run.wait_until(lambda: run.sent(CREATION) > 0)
    (tmp_path / "stop").touch()
    code, output, _ = run.end()
    assert code == 130, output
    assert f"interrupted by {tmp_path / 'stop'}" in " ".join(output.split())
    assert run.sent(DELETION) == run.sent(CREATION) > 0


def test_a_budget_that_is_spent_lets_the_run_end_in_order(server: Rough) -> None:
    before = len(server.gateway.seen)
    found = server.run("-k", "DescribeExports and (Limit or Offset)", budget={"requests": 40})
    sent = server.gateway.seen[before:]
    actions = [each.headers.get("x-tc-action") for each in sent]
    assert found.code == 0, found.output
    assert len(sent) <= 40
    assert found.result["spent"]["requests"] == {"used": len(sent), "of": 40}
    assert "the budget of 40 requests is spent" in found.reasons.values()
    assert "Spent  " in found.output
    assert actions.count(CREATION) == actions.count(DELETION)


def test_a_profile_that_only_reads_sends_nothing_else(server: Rough) -> None:
    before = len(server.gateway.seen)
    found = server.run("-k", "maximum or status or link", allow={"create": False, "delete": False, "download": False})
    actions = {each.headers.get("x-tc-action", "") for each in server.gateway.seen[before:]}
    assert found.code in {0, 1}, found.output
    assert not actions & {CREATION, DELETION}
    assert "the profile does not allow CreateExport: allow.create" in found.reasons.values()


def test_a_clock_that_is_off_is_followed_and_said(tmp_path: Path) -> None:
    with rough(NAME, tmp_path, certificate="", options=["--skew", "-600"]) as server:
        found = server.run("-k", "DescribeExports and status")
    assert found.code == 0, found.output
    assert found.ids("held") == [f"{NAME}/DescribeExports/status"]
    (said,) = found.result["notes"]  # the server tells whole seconds, which may just have passed
    assert re.fullmatch(r"the clock of the server is (10 min|9 min 5\d s|10 min \d s) behind that of this .+", said)
    assert said.endswith(" that of this machine; requests are dated by it")
    assert said in " ".join(found.output.split())


def test_a_redirect_in_the_middle_leads_no_credentials_elsewhere(server: Rough) -> None:
    with gateway() as other:
        server.gateway.rules = [Rule(redirect(other.url), after(4))]
        try:
            found = server.run("-k", "DescribeExports and Limit and maximum")
        finally:
            server.gateway.rules = []
        assert found.code in {1, 2}, found.output
        assert other.seen == []
        said = f"redirected a request to {other.url}, which was not followed: credentials go to no other address"
        assert said in " ".join(found.output.split())
