"""Can a running mock be looked into and moved from the command line?"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
import requests
from click.testing import CliRunner, Result

import mockserver
from mockserver import Control, Server
from mockserver.cli import commands
from mockserver.client import HttpDoor, Refused
from tests.ports import free_port

API = "huawei-iotda"
CREATION = {"resource_type": "BatchTask", "resource_condition": {"task_id": "5f433ce0c24389024365fdfa"}}
Run = Callable[..., Result]
PATIENCE = 60  # seconds after which a test gives up
TOLD = (["requests"], ["events", "--backlog", "1", "--limit", "2"], ["verify", "--nothing", "missed"])


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(API) as server:
        yield server


@pytest.fixture
def ctl(server: Server) -> Iterator[Run]:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(commands, ["ctl", "--url", server.url, *arguments])

    yield run
    server.reset()
    server.clock.reset()


def create(server: Server) -> None:
    login = server.accounts.all()[0]
    url = f"{server.url}/v5/iot/{login.project}/export-tasks"
    requests.post(url, headers={"X-Auth-Token": login.token}, json=CREATION, timeout=PATIENCE)


def test_the_clock_is_told_and_moved(ctl: Run, server: Server) -> None:
    ctl("clock", "freeze")
    before = server.clock.now()
    ctl("clock", "advance", "3600")
    assert (server.clock.now() - before).total_seconds() == 3600
    ctl("clock", "reset")
    assert ctl("clock", "scale", "2.5").output.strip().endswith("Z  runs x2.5")
    ctl("clock", "freeze")
    assert ctl("clock", "set", "2026-01-01T00:00:00+00:00").output.strip() == "2026-01-01T00:00:00.000Z  stands still"


def test_the_clock_is_told_to_programs_as_the_control_plane_tells_it(ctl: Run, server: Server) -> None:
    told = json.loads(ctl("--json", "clock", "freeze").output)
    assert told == server.clock.state()
    assert (told["frozen"], told["epoch"]) == (True, server.clock.now().timestamp())


def test_of_all_accounts_what_is_used_up_is_told_and_of_one_account_everything(ctl: Run, server: Server) -> None:
    create(server)
    login = server.accounts.all()[0]
    *used, rest = ctl("quotas").output.splitlines()
    assert [line.split()[1:3] for line in used[1:]] == [
        [login.number, what] for what in ("all", "unfinished", "CreateExportTask")
    ]
    every, own = [
        sum(map(len, json.loads(ctl("--json", "quotas", *wanted).output).values()))
        for wanted in ([], ["--account", login.number])
    ]
    assert rest.startswith(f"{every - 3} more of which nothing is used up")
    assert len(ctl("quotas", "--account", login.number).output.splitlines()) == 1 + own


def test_it_is_told_that_the_mock_runs(ctl: Run) -> None:
    found = ctl("--json", "health")
    assert found.exit_code == 0
    assert API in json.loads(found.output)["apis"]


def test_what_people_read_holds_nothing_of_a_programming_language(ctl: Run, server: Server) -> None:
    create(server)
    (task,) = server.tasks()
    said = [ctl("health").output, ctl("tasks").output, ctl("task", task["id"]).output]
    assert not [each for each in ("None", "False", "{", "[", "'") if each in "".join(said)]
    assert f"apis     {', '.join(server.apis)}" in said[0]
    assert max(map(len, said[1].splitlines())) < 200
    assert datetime.fromisoformat(said[2].partition("\ncreated ")[2].split()[0]).timestamp() == int(task["created"])


@pytest.mark.parametrize("name", ["", ".", ".."])
@pytest.mark.parametrize(
    "command",
    [
        ["task", "ID"],
        ["task", "ID", "--delete"],
        ["file", "ID", "-"],
        ["spec", "ID"],
        ["faults", "--remove", "ID"],
        ["snapshots", "save", "ID"],
        ["snapshots", "delete", "ID"],
    ],
    ids=" ".join,
)
def test_what_names_nothing_is_told_and_touches_nothing(
    ctl: Run, server: Server, command: list[str], name: str
) -> None:
    create(server)
    found = ctl(*[name if word == "ID" else word for word in command])
    assert (found.exit_code, f"{name!r} names nothing" in found.output) == (2, True)
    assert len(server.tasks()) == 1


@pytest.mark.parametrize("name", ["../tasks", "../tasks?account=", "a/../../tasks", "..%2Ftasks"])
def test_a_name_leads_nowhere_else(ctl: Run, server: Server, name: str) -> None:
    create(server)
    found = ctl("task", name, "--delete")
    assert (found.exit_code, found.output) == (2, f"Error: no task {name!r}\n")
    assert len(server.tasks()) == 1


def test_an_address_below_that_of_the_mock_has_no_control_plane(server: Server) -> None:
    found = CliRunner().invoke(commands, ["ctl", "--url", f"{server.url}/below", "tasks"])
    assert (found.exit_code, "/below has no control plane: it answers 4" in found.output) == (2, True)


def test_numbers_that_json_does_not_have_are_refused_by_every_door() -> None:
    with Server(API) as server, mockserver.mock(API) as cloud:
        for control in (server, cloud):
            with pytest.raises(Refused, match="give a finite number"):
                control.clock.advance(float("nan"))


def test_a_mock_that_is_starting_is_waited_for() -> None:
    port = free_port()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(Control(HttpDoor(f"http://127.0.0.1:{port}")).health, PATIENCE)
        with Server(API, port=port):
            assert waiting.result()["status"] == "ok"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["clock", "advance"], "mockserver ctl clock advance SECONDS"),
        (["clock", "freeze", "5"], "mockserver ctl clock freeze"),
        (["clock", "scale", "0"], "less than or equal to the minimum of 0"),
        (["clock", "set", "1e999"], "'1e999' is neither a number nor a moment"),
        (["clock", "advance", "nan"], "'nan' is neither a number nor a moment"),
        (["--url", "http://127.0.0.1:9", "state", "save", "x.json"], "http://127.0.0.1:9 does not answer"),
        (["clock", "set", "noon"], "'noon' is neither a number nor a moment"),
        (["task", "nobody"], "no task 'nobody'"),
        (["faults", API], f"mockserver ctl faults {API} CODE|EFFECT"),
        (["faults", API, "latency", "second=1"], "'second' was unexpected"),
        (["faults", API, "latency", "soon"], "'soon' is no member of a fault"),
        (["faults", "--use", "flakey"], "valid: flaky"),
        (["faults", "--remove", "f9"], "no fault 'f9'"),
        (["clock", "freeze", "--account", "7"], "there is no '7'"),
        (["faults", API, "NO.SUCH"], "has no error code 'NO.SUCH'; valid: "),
        (["faults", "any", "latncy"], "'latncy' is no effect, and no error code; did you mean 'latency'?"),
        (["--url", "localhost", "tasks"], "'localhost' is no address of a mock; one reads http://127.0.0.1:4010"),
        (["--url", "http://127.0.0.1:9?x=1", "health"], "'http://127.0.0.1:9?x=1' is no address of a mock"),
        (["--url", "http://127.0.0.1:9#x", "health"], "'http://127.0.0.1:9#x' is no address of a mock"),
        (["--url", "http://me:own@127.0.0.1:9", "health"], "http://me:***@127.0.0.1:9 does not answer"),
        (["tasks", "--api", "nobody"], API),
        (["tasks", "--delete", "--phase", "failed"], "--delete goes with --api and --account, not with --phase"),
        (["task", "ID", "--delete", "--phase", "failed"], "--delete does not go with --phase"),
        (["task", "ID", "--delete"], "no task 'ID'"),
        (["requests", "--clear", "--api", API], "it does not go with --api"),
        (["request", "999"], "exchange '999' is not kept"),
        (["accounts", "--close", "100000000001"], "is there from the start, and stays"),
        (["accounts", "--close", "7", "--open"], "--open does not go with --close"),
        (["resources", "put", API, "topic", "x"], "has no resource 'topic'; valid: account, application, batch-task"),
        (["resources", "remove", "nobody", "topic", "x"], f"unknown API 'nobody'; valid: huawei-iam, {API}"),
        (["sign", API, "GET", "nowhere"], "'nowhere' is no address"),
        (["sign", API, "GET", "http://x/", "--header", "a"], "'a' is no header; one reads Name: value"),
        (["sign", API, "GET", "http://x/", "--data", "@no-such-file"], "no-such-file: cannot be read: No such file"),
        (["sign", API, "GET", "http://x/", "--data", f"@{sys.executable}"], f"{sys.executable}: is no text in UTF-8"),
        (["file", "nobody", "-"], "no task 'nobody'"),
        (["task", "a\nb"], r"'a\nb' names nothing; in /tasks/ everything has a name"),
        (["spec", "nobody"], "unknown API 'nobody'; valid: "),
        (["clock", "freeze", "--accounts"], "mockserver ctl clock reset --accounts"),
        (["clock", "advance", "-5"], "seconds: -5.0 is less than the minimum of 0"),
        (["verify"], "it reads one of: mockserver ctl verify OPERATION"),
        (["verify", "ListExportTasks", "--nothing", "refused"], "it reads one of: "),
        (["verify", "ListExportTask"], "there is no 'ListExportTask'; valid: "),
        (["verify", "--pause", "5"], "pause.operation"),
        (["verify", "ListExportTasks", "limit"], "'limit' is no argument; one reads Count=100"),
        (["verify", "--habit", "patience"], "valid: signs-right"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(ctl: Run, arguments: list[str], said: str) -> None:
    found = ctl(*arguments)
    assert found.exit_code == 2
    assert said in found.output
    assert found.output.count("\n") == 1


def test_tasks_are_listed_shown_and_changed(ctl: Run, server: Server) -> None:
    assert ctl("tasks").output == "none\n"
    create(server)
    head, row = ctl("tasks", "--api", API).output.splitlines()
    assert head.split()[:2] == ["id", "api"]
    task_id = row.split()[0]
    assert "phase" in ctl("task", task_id).output
    assert json.loads(ctl("--json", "task", task_id, "--phase", "failed").output)["phase"] == "failed"


def test_faults_are_added_and_cleared(ctl: Run) -> None:
    assert "IOTDA.000006" in ctl("faults", API, "IOTDA.000006", "--times", "3").output
    assert ctl("faults", "--clear").output == "none\n"


def test_faults_of_every_sort_are_set_by_their_names(ctl: Run) -> None:
    ctl("faults", "any", "latency", "seconds=0.5", "sigma=1", "--every", "2", "--action", "list")
    assert "seconds=0.5 sigma=1 every=2" in ctl("faults").output
    (late,) = json.loads(ctl("--json", "faults", API, "stuck", "at=40").output)[:1]
    assert (late["action"], late["seconds"], late["every"]) == ("list", 0.5, 2)
    names = [each["id"].rpartition("-")[0] for each in json.loads(ctl("--json", "faults").output)]
    assert names == ["latency", "stuck"]
    left = json.loads(ctl("--json", "faults", "--remove", late["id"]).output)
    assert [(each["at"], each["times"]) for each in left] == [(40, 1)]


def test_a_ready_made_set_is_used_and_all_are_listed(ctl: Run) -> None:
    assert "reset" in ctl("faults", API, "--use", "flaky").output
    assert "flaky" in ctl("faults", "--sets").output
    assert "lognormal" in ctl("faults", "--effects").output


def test_the_clock_of_one_account_is_moved(ctl: Run, server: Server) -> None:
    number, before = server.accounts.all()[0].number, server.clock.freeze()
    ctl("clock", "advance", "60", "--account", number)
    assert ((server.clock.of(number).now() - before).total_seconds(), server.clock.now()) == (60, before)
    ctl("clock", "reset", "--account", number)
    assert server.clock.of(number).now() == before
    ctl("clock", "advance", "60", "--account", number)
    ctl("clock", "reset", "--accounts")
    assert json.loads(ctl("--json", "clock", "freeze").output)
    assert server.clock.of(number).now() == server.clock.now()


def test_requests_are_listed_with_what_was_wrong(ctl: Run, server: Server) -> None:
    requests.get(f"{server.url}/v5/iot/p/export-tasks", timeout=PATIENCE)
    (exchange,) = json.loads(ctl("--json", "requests").output)
    said = "the request carries no credentials"
    assert (exchange["response"]["status"], exchange["message"]) == (401, said)
    assert said in ctl("requests").output
    assert json.loads(ctl("request", str(exchange["number"])).output) == exchange
    assert ctl("requests", "--clear").output == "forgotten: the requests\n"
    assert ctl("requests").output == "none\n"


def test_what_a_client_sent_does_not_steer_a_terminal(ctl: Run, server: Server) -> None:
    requests.get(f"{server.url}/v9/%1b%5b31m%e2%80%ae", timeout=PATIENCE)
    for command in TOLD:
        said = ctl(*command).output
        assert ("\x1b" in said, "\u202e" in said, "\\x1b[31m\\u202e" in said) == (False, False, True)


def test_what_a_client_sent_is_no_line_and_no_column_of_its_own(ctl: Run, server: Server) -> None:
    requests.get(f"{server.url}/v9/a%0a99%0dforged%09x", timeout=PATIENCE)
    for command in TOLD:
        said = ctl(*command).output
        assert (r"/v9/a\x0a99\x0dforged\x09x" in said, "\n99" in said) == (True, False)


def test_where_nobody_called_there_is_nothing_to_judge(ctl: Run, server: Server) -> None:
    server.forget_requests()
    assert ctl("report").output.startswith("nothing to judge yet; requests: 0\n")


def test_accounts_and_resources_are_listed(ctl: Run, server: Server) -> None:
    opened = json.loads(ctl("--json", "accounts", "--open").output)
    assert opened["key_id"] in ctl("accounts").output
    assert "batch-task" in ctl("resources").output
    server.accounts.close(server.accounts.all()[-1])


def test_a_reset_says_what_is_left(ctl: Run, server: Server) -> None:
    create(server)
    assert "but the time" in ctl("reset").output
    assert server.tasks() == []


def test_where_no_mock_answers_it_says_how_to_start_one() -> None:
    found = CliRunner().invoke(commands, ["ctl", "--url", "http://127.0.0.1:9", "clock"])
    assert (found.exit_code, found.output) == (
        2,
        "Error: http://127.0.0.1:9 does not answer; `mockserver serve` starts a mock\n",
    )
