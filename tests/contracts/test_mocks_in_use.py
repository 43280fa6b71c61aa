"""A run empties the mock that it judges: is one that somebody works with left alone until he says so?"""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
import requests
from click.testing import CliRunner, Result

from contracts.cli import commands
from contracts.commands.consent import Terminal, obtain_consent
from contracts.suite import Suite
from mockserver import Server

API = "huawei-iotda"
CREATION = {"resource_type": "BatchTask", "resource_condition": {"task_id": "5f433ce0c24389024365fdfa"}}


@pytest.fixture
def server() -> Iterator[Server]:
    """A mock that holds a task."""
    with Server(API) as server:
        login = server.accounts.all()[0]
        url = f"{server.url}/v5/iot/{login.project}/export-tasks"
        requests.post(url, headers={"X-Auth-Token": login.token}, json=CREATION, timeout=60)
        yield server


def run(server: Server, *options: str) -> Result:
    select = ["-k", "ListExportTasks and limit and maximum"]
    return CliRunner().invoke(commands, ["run", API, "--target", server.url, *select, *options])


def test_a_mock_that_holds_tasks_is_not_emptied_unasked(server: Server) -> None:
    server.clock.advance(3600)
    done = run(server)
    assert (done.exit_code, len(server.tasks())) == (1, 1)  # of click alone; the command turns it into 2
    assert done.stderr == (
        f"Error: {server.url} is a mock that holds 1 task; a run empties it and moves its clock: "
        "--yes lets it; nothing was changed\n"
    )
    assert server.clock.state()["frozen"] is False


def test_yes_lets_a_mock_be_emptied(server: Server) -> None:
    done = run(server, "--yes")
    assert (done.exit_code, server.tasks()) == (0, []), done.output


def test_a_mock_that_holds_nothing_is_judged_unasked(server: Server) -> None:
    server.reset()
    assert run(server).exit_code == 0


@pytest.mark.parametrize(("answer", "is_taken"), [("127.0.0.1", True), ("yes", False)])
def test_who_sits_at_a_terminal_is_asked(server: Server, answer: str, *, is_taken: bool) -> None:
    told: list[str] = []
    terminal = Terminal(lambda: True, told.append, lambda _: answer)
    suite = Suite((API,), server.url)
    if not is_taken:
        with pytest.raises(click.ClickException, match="nothing was changed"):
            obtain_consent(suite, yes=False, summary=str, terminal=terminal)
    else:
        obtain_consent(suite, yes=False, summary=str, terminal=terminal)
    assert told == [f"{server.url} is a mock that holds 1 task; a run empties it and moves its clock."]
    assert len(server.tasks()) == 1
