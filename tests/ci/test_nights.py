"""Two nights of each workflow, its own scripts run by a shell against a server that changes between them."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci.workflows import GITHUB, GITLAB, content, steps
from tests.contracts.standin.behaviour import Behaviour, Fault
from tests.contracts.standin.server import serving
from tests.contracts.standin.verdicts import ENVIRONMENT, PROFILE
from tests.shell import Shell, shell

API = "huawei-iotda"
SECRETS = {"HUAWEICLOUD_SDK_AK": ENVIRONMENT["STANDIN_KEY"], "HUAWEICLOUD_SDK_SK": ENVIRONMENT["STANDIN_SECRET"]}
CLAUSE = f"{API}/ListExportTasks/limit/maximum"
SELECT = "limit and maximum"
GH = """
echo "gh $*" >> gh.log
case "$1 $2" in
  "run list") [ -d artifact ] && echo 1 || true ;;
  "run download") cp -r artifact "${@: -1}" ;;
  "issue create" | "issue comment") cp "${@: -1}" told.md ;;
esac
"""
CURL = """
echo "curl $*" >> curl.log
for last; do :; done
case "$last" in
  */artifacts/*) [ -f artifact/contracts.json ] && cp artifact/contracts.json last.json || exit 22 ;;
  */issues) for each; do case "$each" in description@*) cp "${each#description@}" told.md ;; esac; done ;;
esac
"""


def prepare(found: Shell, url: str) -> None:
    """What the page tells a reader to add: a profile that allows reading alone, and nothing accepted yet."""
    profile = yaml.safe_load(PROFILE.read_text(encoding="utf-8"))
    first = {"credentials": "environment", "project": profile["accounts"]["first"]["project"]}
    kept = {name: profile[name] for name in ("version", "api", "resources")}
    folder = found.folder / "validation"
    folder.mkdir(exist_ok=True)
    (folder / f"{API}.profile.yaml").write_text(yaml.safe_dump({**kept, "target": url, "accounts": {"first": first}}))
    (folder / "accepted.yaml").write_text("schema_version: 1\nfindings: []\n")


@dataclass
class Night:
    """What came of one."""

    codes: dict[str, int] = field(default_factory=dict[str, int])  # by step; those that were due
    output: str = ""


def at_github(found: Shell) -> Night:
    """The steps that are due, one after another."""
    night, outputs = Night(), found.folder / "outputs"
    outputs.write_text("")
    given = {"GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(found.folder / "summary.md")}
    job = content(GITHUB)["jobs"]["validate"]["env"]
    for step in steps():
        name = step.get("name", "")
        has_failed = any(night.codes.values())
        if "run" not in step or name == "Install" or not is_due(step, found.folder, has_failed=has_failed):
            continue
        environment = {key: _resolved(value) for key, value in {**job, **step.get("env", {})}.items()}
        night.codes[name], output = found.run(step["run"], **{**environment, "SELECT": SELECT, **given})
        night.output += output
    return night


def _resolved(value: str) -> str:
    known = {"github.token": "the-token", "github.workflow": "contracts-nightly", "github.repository": "a/b"}
    known |= {f"secrets.{name}": secret for name, secret in SECRETS.items()}
    return re.sub(r"\$\{\{ (\S+) \}\}", lambda found: known[found[1]], str(value))


def is_due(step: Mapping[str, Any], folder: Path, *, has_failed: bool) -> bool:
    """What GitHub makes of the condition of a step."""
    condition = str(step.get("if", "")).removeprefix("${{ ").removesuffix(" }}")
    code = re.findall(r"code=(\d+)", (folder / "outputs").read_text())
    terms = re.findall(r"(hashFiles\('(.*?)'\) != ''|steps\.compare\.outputs\.code == '(\d)')", condition)
    files = [(folder / file).exists() for whole, file, _ in terms if file]
    codes = [wanted in code for _, _, wanted in terms if wanted]
    return ("always()" in condition or not has_failed) and all(files) and (not codes or any(codes))


def at_gitlab(found: Shell) -> Night:
    """The job: its script in one shell, what comes after in another, as there."""
    job = content(GITLAB)["contracts-nightly"]
    known = {"CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "7", "CI_DEFAULT_BRANCH": "main"}
    known |= {"CI_JOB_TOKEN": "the-token", "CONTRACTS_BOT_TOKEN": "the-bot", **SECRETS}
    given = {name: re.sub(r"\$(\w+)", lambda each: known[each[1]], value) for name, value in job["variables"].items()}
    given |= {**known, "SELECT": SELECT}
    night = Night()
    night.codes["script"], night.output = found.run("\n".join(job["script"]), **given)
    night.codes["after"], after = found.run("\n".join(job["after_script"]), **given)
    night.output += after
    return night


SYSTEMS = {"github": at_github, "gitlab": at_gitlab}


@dataclass(frozen=True)
class First:
    """A good night, and what it kept."""

    shell: Shell
    night: Night
    url: str
    artifact: Path


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> First:
    """At GitHub; GitLab would keep the same."""
    found = _shell(tmp_path_factory.mktemp("first"))
    with serving(Behaviour()) as url:
        prepare(found, url)
        night = at_github(found)
    return First(found, night, url, found.folder / "reports")


@dataclass(frozen=True)
class Second:
    """The night after, on which the server is another."""

    shell: Shell
    night: Night


@pytest.fixture(scope="module", params=SYSTEMS)
def second(first: First, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Second:
    found = _shell(tmp_path_factory.mktemp("second"))
    shutil.copytree(first.artifact, found.folder / "artifact")
    kept = found.folder / "artifact" / "contracts.json"
    with serving(Behaviour(Fault.LIMIT_OF_51)) as url:
        kept.write_text(kept.read_text().replace(first.url, url))  # which is the same server, one night later
        prepare(found, url)
        return Second(found, SYSTEMS[request.param](found))


def _shell(folder: Path) -> Shell:
    found = shell(folder)
    found.provide("gh", GH)
    found.provide("curl", CURL)
    return found


def test_a_good_night_succeeds_and_tells_nobody(first: First) -> None:
    assert set(first.night.codes.values()) == {0}, first.night.output
    assert not (first.shell.folder / "told.md").exists()
    assert json.loads((first.artifact / "contracts.json").read_text())["summary"]["held"] > 0


def test_a_night_on_which_a_promise_is_broken_fails_and_says_who_moved(second: Second) -> None:
    failed = {name for name, code in second.night.codes.items() if code}
    assert failed in ({"Validate"}, {"script"}), second.night.output
    told = (second.shell.folder / "told.md").read_text(encoding="utf-8")
    assert "### The cloud changed (1)" in told
    assert f"<code>{CLAUSE}</code> (finding)" in told


def test_the_run_is_planned_before_anything_is_sent(first: First) -> None:
    assert "requests" in first.night.output.partition("judging")[0]


def test_no_secret_is_in_anything_that_is_kept_or_printed(first: First, second: Second) -> None:
    for found in (first, second):
        files = [path for path in found.shell.folder.rglob("*") if path.is_file() and path.parent.name != "bin"]
        kept = "".join(path.read_text(encoding="utf-8") for path in files) + found.night.output
        assert not any(secret in kept for secret in SECRETS.values())
