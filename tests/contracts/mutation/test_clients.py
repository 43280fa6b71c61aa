"""A client's own tests against one mutant after the other, over HTTP."""

import json
import sys
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from contracts.cli import commands
from contracts.mutation.clients import Command, Finding, Notice, Unusable, environment_of, grade_command, lines
from contracts.mutation.serving import find, mutant_app
from contracts.mutation.stand import Stand, serve
from tests.contracts.mutation.known import mutant, own, specs

CALL = """
import os
from urllib.request import Request, urlopen
headers = {"X-Auth-Token": "TOKENEXAMPLE", "Content-Type": "application/json"}
made = Request(os.environ["MOCK_URL"] + "/v1/reports", b'{"shop": "berlin"}', headers)
assert urlopen(made).status == 201
"""


@pytest.fixture
def tests(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The command that runs a client's tests, which only look at the status of a creation."""
    script = tmp_path_factory.mktemp("client") / "tests.py"
    script.write_text(CALL)
    return f"{sys.executable} {script}"


def test_the_tests_fail_where_they_notice_a_mistake(tests: str) -> None:
    names = ["acme-reports/CreateReport/status:other", "acme-reports/open-reports/quota:plus-1"]
    told: list[Finding] = []
    found = grade_command(Command(tests, 30), [find(each, own()) for each in names], own(), told.append)
    assert [each.notice for each in found] == [Notice.NOTICED, Notice.UNNOTICED]
    assert told == found
    assert "\n".join(lines(found)).endswith("acme-reports/open-reports/quota:plus-1\n      limit 3 -> 4")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("no-such-command --at-all", "'no-such-command' cannot be run: No such file or directory"),
        ("", "--command is empty"),
        ("pytest 'my tests", "cannot be read"),
        (f"{sys.executable} -c 'raise SystemExit(3)'", "fails on the unchanged server, with exit code 3"),
        (f"{sys.executable} -c 'input()'", "fails on the unchanged server"),
    ],
)
def test_a_command_that_says_nothing_of_mutants_is_refused(line: str, said: str) -> None:
    with pytest.raises(Unusable, match=said):
        grade_command(Command(line, 30), [], own(), lambda _: None)


def test_the_environment_leads_official_clients_to_the_mutant() -> None:
    found = environment_of([specs()["huawei-iotda"]], "http://127.0.0.1:4010")
    assert {found.pop(name) for name in ("MOCKSERVER_URL", "MOCK_URL", "CONTRACTS_TARGET")} == {"http://127.0.0.1:4010"}
    assert "127.0.0.1:4010" in "".join(found.values())


def test_what_the_command_said_on_the_unchanged_server_is_shown_in_its_lines() -> None:
    line = f"{sys.executable} -c 'raise SystemExit(\"first\\nsecond\")'"
    done = CliRunner().invoke(commands, ["mutate", "huawei-iotda", "--limit", "1", "--command", line])
    assert "first\nsecond\nError: --command " in done.stderr


def test_one_port_serves_one_mutant_after_the_other() -> None:
    stand = Stand(mutant_app(None, own()))
    changed = find("acme-reports/CreateReport/status:other", own())
    with serve(stand) as url:
        assert _created(url) == 201
        stand.swap(mutant_app(changed, own()))
        assert _created(url) == 200


def test_a_defect_of_behaviour_is_served_over_http_too() -> None:
    with serve(Stand(mutant_app(mutant("tencent-cls/DescribeExports/total:plus-1"), specs()))) as url:
        answer = json.loads(urlopen(f"{url}/_mock/health").read())
        assert answer["status"] == "ok"
        refused = json.loads(urlopen(Request(f"{url}/", method="POST")).read())
        assert refused["Response"]["Error"]["Code"]


def _created(url: str) -> int:
    headers = {"X-Auth-Token": "TOKENEXAMPLE", "Content-Type": "application/json"}
    made = Request(f"{url}/v1/reports", b'{"shop": "berlin"}', headers)
    with urlopen(made) as answer:
        return int(answer.status)
