"""A plan tells what a run would send, use up and leave unobserved, and sends nothing to find out."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.cli import commands
from contracts.planning.plan import End, Plan
from contracts.planning.tally import TIDYING, Answered
from contracts.planning.telling import plan_text, size, summary
from contracts.planning.unlocking import endowed
from contracts.profiles import Profile
from contracts.profiles.credentials import stranger
from openapi.model import Action
from tests.contracts.bent import spec
from tests.contracts.planning.plans import API, TARGET, plan, write
from tests.contracts.rough.server import rough
from tests.shell import LONGEST

ALLOW = {"create": True, "delete": True}
SOME = "CreateExport and (required or enum) or quota or isolation and DescribeExports"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Of a profile that may create tasks, but not many, and may not exceed limits."""
    folder = tmp_path_factory.mktemp("plan")
    return plan(write(folder, allow=ALLOW, budget={"requests": 30, "tasks": 4}), SOME)


def counts(found: Plan, name: str) -> dict[Answered, int]:
    return next(dict(answers) for operation, answers in found.by_operation() if operation.id == name)


def test_requests_are_counted_by_operation_and_by_their_answer(small: Plan) -> None:
    created = counts(small, "CreateExport")
    assert created[Answered.ACCEPTED] == small.used["tasks"] > 0
    assert created[Answered.REFUSED] > 0
    assert sum(sum(answers.values()) for _, answers in small.by_operation()) == small.used["requests"]


def test_everything_that_would_be_created_would_be_removed(small: Plan) -> None:
    assert counts(small, "DeleteExport")[Answered.ACCEPTED] == small.used["tasks"]
    assert small.by_purpose()[TIDYING] >= small.used["tasks"]


def test_where_the_budget_would_end_is_told_for_each_of_its_parts(small: Plan) -> None:
    ends = {each.part: each for each in small.ends}
    assert set(ends) == {"requests", "tasks"}
    steps = [step.clause.id for step in small.steps]
    for part, end in ends.items():
        assert steps[end.judged] == end.clause
        before = small.steps[end.judged - 1]
        assert getattr(before, part) <= {"requests": 30, "tasks": 4}[part]
        assert getattr(small.steps[end.judged], part) > {"requests": 30, "tasks": 4}[part]


def test_a_profile_that_allows_nothing_leads_to_reading_alone(tmp_path: Path) -> None:
    found = plan(write(tmp_path), "DescribeExports and (required or enum)")
    called = {operation.action for operation, answers in found.by_operation() if sum(answers.values())}
    assert called == {Action.LIST}
    assert (found.used["tasks"], found.performance.most, found.ends) == (0, 0, [])


def test_what_would_unlock_a_clause_is_named(small: Plan) -> None:
    locked = {each.clause.id: each.entries for each in small.locked}
    assert locked[f"{API}/unfinished-exports/quota"] == ("allow.exceed-limits",)
    assert locked[f"{API}/DescribeExports/isolation"] == ("accounts.second",)


def test_what_is_named_does_unlock_it(small: Plan, tmp_path: Path) -> None:
    accounts = {name: {"credentials": {"key-id": f"{name}_K", "secret": f"{name}_S"}} for name in ("first", "second")}
    path = write(tmp_path, allow={**ALLOW, "exceed-limits": True}, accounts=accounts)
    opened = plan(path, " or ".join(each.clause.id.partition("/")[2].replace("/", " and ") for each in small.locked))
    assert {each.clause.id for each in small.locked} <= {step.clause.id for step in opened.steps}
    assert opened.locked == ()


def test_a_larger_part_of_the_budget_is_named_as_any_entry(tmp_path: Path) -> None:
    allow = {"create": True, "delete": True, "download": True}
    found = plan(write(tmp_path, allow=allow, budget={"requests": 40}), "conformance or CreateExport and robustness")
    assert {each.clause.id.partition("/")[2]: each.entries for each in found.locked} == {
        "CreateExport/robustness": ("budget.tasks",),
        "GetExportedFile/conformance": ("budget.requests",),
    }


def test_what_no_profile_unlocks_has_its_reason(tmp_path: Path) -> None:
    found = plan(write(tmp_path, allow=ALLOW), "InternalError and error-code or failed and phase")
    assert found.locked
    assert {each.entries for each in found.locked} == {()}
    assert all(each.reason for each in found.locked)


def test_a_longer_wait_is_told_with_its_seconds(tmp_path: Path) -> None:
    (locked,) = plan(write(tmp_path, allow=ALLOW), "link-expiry").locked
    assert locked.entries[-1].startswith("--wait-up-to 3")


def test_links_lead_to_the_endpoint_by_tls(tmp_path: Path) -> None:
    found = plan(write(tmp_path, allow={**ALLOW, "download": True}), "GetExportedFile and content-type")
    assert (found.locked, found.performance.tally.files > 0) == ((), True)


def test_as_much_is_sent_as_was_planned(tmp_path: Path) -> None:
    chosen = "CreateExport and (required or enum) and not Count"
    with rough(API, tmp_path) as server:
        path = server.profile()
        planned = plan(path, chosen, server.gateway.url)
        done = server.run("-k", chosen)
    assert done.code == 0, done.output
    assert len(server.gateway.seen) == planned.used["requests"]


def test_the_text_is_80_columns_wide_and_says_everything(small: Plan) -> None:
    text = plan_text(small)
    assert max(map(len, text.splitlines())) <= 80
    assert text.startswith(f"Plan of a run of {API} on {TARGET}; nothing was sent\n")
    for said in ("CreateExport", "untrusted", "What it uses up", "not enough", "unfinished-exports", "accounts.second"):
        assert said in text


def test_a_name_that_is_too_long_for_a_table_is_cut(small: Plan) -> None:
    operation = replace(next(iter(small.spec.operations.values())), id="Export" * 9)
    text = plan_text(replace(small, spec=replace(small.spec, operations={operation.id: operation})))
    assert max(map(len, text.splitlines())) == 80
    assert "ExportExport" in text


def test_the_summary_says_what_is_allowed(small: Plan) -> None:
    assert summary(small).endswith("Allowed, besides reading: create, delete.")


def test_the_end_of_a_budget_is_told_with_the_clause(small: Plan) -> None:
    end = next(each for each in small.ends if each.part == "tasks")
    assert isinstance(end, End)
    told = " ".join(plan_text(small).split())
    assert (
        f"The tasks are spent after {end.judged} of {len(small.steps)} clauses, at {end.clause}; nothing more" in told
    )


def test_a_plan_for_machines_holds_the_same(small: Plan) -> None:
    found = json.loads(json.dumps(small.as_json()))
    assert sum(each["count"] for each in found["requests"]) == found["used"]["requests"]
    assert {each["clause"] for each in found["unobserved"]} == {each.clause.id for each in small.locked}
    assert [each["part"] for each in found["ends"]] == [each.part for each in small.ends]


GUARDED = """
import sys
from dataclasses import replace
def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen"}:
        raise SystemExit(f"{event} was called")
sys.addaudithook(refuse)
from contracts.cli import main
main(sys.argv[1:])
"""


def test_nothing_goes_over_the_network_and_no_credentials_are_needed(tmp_path: Path) -> None:
    path = write(tmp_path, allow=ALLOW)
    command = [
        sys.executable,
        "-c",
        GUARDED,
        "plan",
        "--profile",
        str(path),
        "--json",
        "-k",
        "DescribeExports and enum",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("rehearsing 1 clause …\n")
    assert json.loads(done.stdout)["used"]["requests"] > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-k", "no-such-clause"], "no clause matches -k 'no-such-clause'"),
        (["baidu-bls"], "is of tencent-cls, which is not among the chosen APIs"),
        (["-k", "and"], "is no expression"),
    ],
)
def test_what_cannot_be_planned_is_told(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(commands, ["plan", "--profile", str(write(tmp_path)), *arguments])
    assert done.exit_code != 0
    assert said in done.output


@pytest.mark.parametrize(("named", "init"), [([], "contracts init API"), ([API], f"contracts init {API}")])
def test_without_a_profile_it_says_what_writes_one(named: list[str], init: str) -> None:
    done = CliRunner().invoke(commands, ["plan", *named])
    assert (done.exit_code, "--profile FILE" in done.output, f"`{init}` writes one" in done.output) == (2, True, True)


@pytest.mark.parametrize(("count", "told"), [(999, "999 B"), (45_189, "45.2 kB"), (20_000_000, "20 MB")])
def test_sizes_have_units(count: int, told: str) -> None:
    assert size(count) == told


def test_a_run_that_would_be_stopped_is_told_with_the_reason(small: Plan) -> None:
    over = replace(small.performance, steps=small.steps[:2], stopped="the key is locked")
    text = plan_text(replace(small, performance=over))
    assert f"It would be stopped after 2 of {small.chosen} clauses: the key is locked" in text
    assert "The budget suffices" not in text


@pytest.mark.parametrize("api", ["huawei-clouddc", "tencent-cls"])
def test_made_up_resources_are_told_apart(api: str) -> None:
    given = endowed(Profile(accounts={"first": stranger("first")}), spec(api))
    for conditions in given.resources.values():
        ids = [each for found in conditions.values() for each in found]
        assert len(ids) == len(set(ids)) > len(conditions)
