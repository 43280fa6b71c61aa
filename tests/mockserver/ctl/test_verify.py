"""Is what clients sent asserted from the command line as it is over HTTP?"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from mockserver import Server
from mockserver.cli import main
from mockserver.client import Control as Client
from mockserver.client.doors import PlaneDoor
from mockserver.control.plane import Plane
from mockserver.ctl import ctl
from tests.mockserver.control_plane import API, Control, start

Run = Callable[..., Result]


@pytest.fixture
def control() -> Control:
    return start()


@pytest.fixture
def verify(control: Control) -> Run:
    client = Client(PlaneDoor(lambda: Plane(control.app.extensions["mock"])))

    def run(*arguments: str, as_json: bool = False) -> Result:
        return CliRunner().invoke(ctl.commands["verify"], [*arguments], obj=(client, as_json))

    return run


def sent(control: Control) -> None:
    """A creation, a list five seconds later, another after that."""
    control.create()
    for _ in range(2):
        control.cloud.wait(5)
        control.cloud.example(API, "DescribeExports")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["CreateExport", "Count=100"], "CreateExport(Count=100) was sent once (1)"),
        (["DescribeExports", "--at-least", "1", "--at-most", "2"], "DescribeExports was sent 2 times (2, 3)"),
        (["CreateExport", "--times", "1", "--since", "1"], ""),
        (["--api", API, "--header", "X-TC-Action: Create*", "--accepted"], f"a request [api {API}, header "),
        (["DescribeExports", "--refused", "--times", "0"], "DescribeExports [refused] was sent 0 times"),
        (["--order", "CreateExport", "--order", "DescribeExports"], "were called in this order (1, 2)"),
        (["DescribeExports", "--pause", "5"], "was called again after 5 s, and never sooner (2, 3)"),
        (["DescribeExports", "--pause", "6"], ""),
        (["--nothing", "refused"], "no request was refused"),
        (["--habit", "signs-right", "--habit", "keeps-limits"], "the client signs its requests as the provider does"),
        (["--habit", "deletes"], ""),
        (["--good"], ""),
    ],
    ids=" ".join,
)
def test_what_holds_is_told_and_what_does_not_is_a_finding(
    control: Control, verify: Run, arguments: list[str], said: str
) -> None:
    sent(control)
    found = verify(*arguments)
    assert found.exit_code == (0 if said else 1), found.output
    assert said in found.stdout
    if not said:
        assert found.stdout == ""
        assert "1. CreateExport(" in found.stderr or "--since" in arguments


def test_what_does_not_hold_is_explained_as_it_is_over_http(control: Control, verify: Run) -> None:
    sent(control)
    over_http = control.ask("POST", "/verify", {"request": {"operation": "CreateExport"}, "times": 2})
    found = verify("CreateExport", "--times", "2")
    assert (found.exit_code, found.stderr) == (1, over_http.json["error"]["message"] + "\n")


def test_the_command_ends_with_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    with Server("huawei-iotda") as server, pytest.raises(SystemExit) as ended:
        main(["ctl", "--url", server.url, "verify", "ListExportTasks"])
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (1, "")
    assert printed.err == "ListExportTasks was sent 0 times, not at least once\n  nothing was sent\n"


def test_programs_are_told_which_exchanges_show_it(control: Control, verify: Run) -> None:
    sent(control)
    found = json.loads(verify("DescribeExports", as_json=True).stdout)
    assert [each["number"] for each in found["exchanges"]] == [2, 3]
