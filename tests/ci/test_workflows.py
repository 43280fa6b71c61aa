"""The workflows of docs/ci are valid, careful with secrets, and say only what our commands understand."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
from check_jsonschema.builtin_schemas import get_builtin_schema  # type: ignore[import-untyped]
from jsonschema.validators import validator_for

from contracts.cli import commands
from openapi.loader import load_all
from tests.ci.workflows import FOLDER, GITHUB, GITLAB, ROOT, commands_in, content, scripts, steps

PAGE = (ROOT / "docs" / "scheduled.md").read_text(encoding="utf-8")
COMMANDS = [*(words for text in scripts() for words in commands_in(text)), *commands_in(PAGE.partition("```sh")[2])]


@pytest.mark.parametrize(("path", "schema"), [(GITHUB, "vendor.github-workflows"), (GITLAB, "vendor.gitlab-ci")])
def test_a_workflow_is_one_in_the_eyes_of_its_schema(path: Path, schema: str) -> None:
    known = get_builtin_schema(schema)
    assert [each.message for each in validator_for(known)(known).iter_errors(content(path))] == []


@pytest.mark.parametrize("words", COMMANDS, ids=range(len(COMMANDS)))
def test_a_command_of_a_workflow_is_one_of_ours(words: list[str]) -> None:
    name, command, rest = commands.resolve_command(click.Context(commands), list(words))
    assert command is not None
    context = command.make_context(name, rest)  # raises where an option is none of ours
    assert context.params


def test_each_workflow_plans_runs_cleans_up_and_compares() -> None:
    used = [words[0] for text in scripts() for words in commands_in(text)]
    assert used == ["plan", "run", "cleanup", "diff", "plan", "run", "diff", "cleanup"]


def test_secrets_come_from_the_store_into_the_environment_of_a_step_and_nowhere_else() -> None:
    for step in steps():
        assert "secrets." not in step.get("run", "")
        found = {name: value for name, value in step.get("env", {}).items() if "secrets." in str(value)}
        assert all(value == f"${{{{ secrets.{name} }}}}" for name, value in found.items())
        assert bool(found) == (step.get("name") in {"Validate", "Clean up"})


def test_nothing_that_others_wrote_becomes_part_of_a_script() -> None:
    assert not any("${{" in step["run"] for step in steps() if "run" in step)


def test_the_token_may_do_what_the_steps_need_and_no_more() -> None:
    assert content(GITHUB)["permissions"] == {"contents": "read", "actions": "read", "issues": "write"}


def test_actions_are_pinned_and_leave_no_token_behind() -> None:
    used = [step["uses"] for step in steps() if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", each) for each in used)
    (checkout,) = (step for step in steps() if step.get("uses", "").startswith("actions/checkout"))
    assert checkout["with"]["persist-credentials"] is False


def test_two_runs_never_overlap_and_what_a_run_left_is_looked_for_however_it_ended() -> None:
    job = content(GITLAB)["contracts-nightly"]
    assert (job["interruptible"], job["resource_group"]) == (False, "contracts")
    assert content(GITHUB)["concurrency"]["cancel-in-progress"] is False
    conditions = {step.get("name"): step.get("if", "") for step in steps()}
    assert "always()" in conditions["Clean up"]
    assert [words[0] for line in job["after_script"] for words in commands_in(line)] == ["cleanup"]


def test_the_result_is_kept_however_the_job_ended() -> None:
    (upload,) = (step for step in steps() if step.get("uses", "").startswith("actions/upload-artifact"))
    assert upload["if"] == "${{ always() }}"
    assert content(GITLAB)["contracts-nightly"]["artifacts"]["when"] == "always"


def test_the_page_names_each_workflow_and_the_secrets_of_each_api() -> None:
    assert all(f"(ci/{path.name})" in PAGE for path in FOLDER.iterdir())
    rows = re.findall(r"^   \| (`.*`) \| (.*) \|$", PAGE, re.MULTILINE)
    told: dict[str, Any] = {api: cell for apis, cell in rows for api in re.findall(r"`(.*?)`", apis)}
    for name, spec in load_all(()).items():
        if name in told:
            usual = spec.credentials.variables[0].names
            assert f"`{usual['key-id']}`, `{usual['secret']}`" in told[name]
    assert len(told) == 5
