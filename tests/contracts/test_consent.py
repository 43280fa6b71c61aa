"""Another machine is contacted only where the profile names it, by TLS, and where somebody said so for this run."""

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from contracts.cli import commands
from contracts.commands.consent import Terminal, obtain_consent, summary_of
from contracts.profiles import Allowance, Profile
from contracts.safety.consent import Unconsented, check_address, foreign_host
from contracts.selection import chosen
from contracts.suite import Suite
from contracts.targets.mock import ACCOUNTS
from tests.contracts.bent import spec
from tests.contracts.planning.plans import API, PROFILE, write

HERE, THERE = "http://127.0.0.1:4010", "https://cls.example.com"


def profile(target: str = "", *, plain_http: bool = False) -> Profile:
    return Profile(API, target, accounts={"first": ACCOUNTS["first"]}, allow=Allowance(plain_http=plain_http))


def suite(path: Path, url: str = "") -> Suite:
    """The suite of a profile, with credentials that only this test knows."""
    found = Suite((API,), url, str(path))
    found.__dict__["specs"] = {API: spec(API)}
    return found


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", "AKID1")
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "s3cret")


def typing(answer: str, told: list[str]) -> Terminal:
    """A terminal at which somebody types an answer."""

    def ask(text: str) -> str:
        told.append(text)
        return answer

    return Terminal(lambda: True, told.append, ask)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (HERE, ""),
        ("http://localhost:1", ""),
        ("http://[::1]:1", ""),
        (THERE, "cls.example.com"),
        ("http://10.0.0.1", "10.0.0.1"),
        ("http://127.0.0.1.example.com", "127.0.0.1.example.com"),
        ("no address", ""),
    ],
)
def test_another_machine_is_told_from_this_one(url: str, host: str) -> None:
    assert foreign_host(url) == host


@pytest.mark.parametrize(
    ("known", "url", "said"),
    [
        (Profile(), THERE, "cls.example.com is not this machine: only a --profile lets it be contacted"),
        (profile(), THERE, f"cloud.yaml: cls.example.com is not this machine: .* target: {THERE}"),
        (profile(THERE), "https://other.example.com", f"cloud.yaml: target: the profile is of {THERE}, and not of"),
        (profile(THERE), HERE, f"cloud.yaml: target: the profile is of {THERE}, and not of {HERE}"),
        (profile("http://cls.example.com"), "", "cls.example.com is not this machine, and would be called without TLS"),
    ],
)
def test_what_the_profile_does_not_stand_for_is_refused(known: Profile, url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_address(known, "cloud.yaml", url)


@pytest.mark.parametrize(
    ("known", "url", "token"),
    [
        (Profile(), HERE, ""),
        (Profile(), "", ""),
        (Profile(), THERE, "a control token"),
        (profile(), HERE, ""),
        (profile(THERE), "", ""),
        (profile(THERE), f"{THERE}/", ""),
        (profile("http://cls.example.com", plain_http=True), "", ""),
    ],
)
def test_what_the_profile_stands_for_and_what_is_here_may_be_contacted(known: Profile, url: str, token: str) -> None:
    check_address(known, "cloud.yaml", url, token)


def test_nothing_is_opened_before_somebody_said_so(tmp_path: Path) -> None:
    with pytest.raises(Unconsented, match=f"{THERE} is not this machine: --yes says that it may be contacted"):
        _ = suite(write(tmp_path, target=THERE)).target


def test_without_a_terminal_nobody_is_asked(tmp_path: Path) -> None:
    found = suite(write(tmp_path, target=THERE))
    with pytest.raises(click.ClickException, match=r"is not this machine: .* --yes that it may be; nothing was sent"):
        obtain_consent(found, yes=False, summary=str, terminal=Terminal(lambda: False))
    assert not found.consented


def test_yes_is_enough(tmp_path: Path) -> None:
    found = suite(write(tmp_path, target=THERE))
    obtain_consent(found, yes=True, summary=str, terminal=Terminal(lambda: False))
    assert found.consented


def test_who_types_the_name_of_the_host_has_seen_the_plan(tmp_path: Path) -> None:
    found, told = suite(write(tmp_path, target=THERE)), list[str]()
    clauses = chosen(found.clauses, "DescribeExports and enum")
    obtain_consent(
        found, yes=False, summary=lambda: summary_of(found, clauses), terminal=typing("cls.example.com", told)
    )
    assert found.consented
    assert told[-1] == "Type cls.example.com to go on"
    assert f"Plan of a run of {API} on {THERE}; nothing was sent" in told[0]
    assert "Allowed, besides reading: nothing." in told[0]
    assert "bytes received" in told[0]


@pytest.mark.parametrize("answer", ["", "y", "yes", "example.com", "https://cls.example.com"])
def test_anything_else_ends_the_run_before_it_begins(tmp_path: Path, answer: str) -> None:
    found = suite(write(tmp_path, target=THERE))
    with pytest.raises(click.ClickException, match="nothing was sent"):
        obtain_consent(found, yes=False, summary=str, terminal=typing(answer, []))
    assert not found.consented


def test_nobody_is_asked_about_this_machine(tmp_path: Path) -> None:
    found = suite(write(tmp_path, target=HERE))
    obtain_consent(found, yes=False, summary=str, terminal=Terminal(lambda: False))
    assert found.consented


@pytest.mark.parametrize(
    ("changes", "arguments", "said"),
    [
        ({"target": THERE}, [], "cls.example.com is not this machine"),
        ({"target": THERE}, ["--target", "https://other.example.com", "--yes"], f"the profile is of {THERE}"),
        ({"target": "http://cls.example.com"}, ["--yes"], "would be called without TLS"),
        ({"target": THERE, "api": "baidu-bls", "resources": {}}, [API, "--yes"], "the profile is of baidu-bls"),
        ({"target": THERE, "resources": {"topics": {}}}, ["--yes"], "there is no kind of resource"),
    ],
)
def test_the_command_refuses_in_one_line(
    tmp_path: Path, changes: dict[str, Any], arguments: list[str], said: str
) -> None:
    command = ["run", "--profile", str(write(tmp_path, **{**PROFILE, **changes})), "-k", "enum", *arguments]
    done = CliRunner().invoke(commands, command)
    assert done.exit_code == 1  # of click alone; the command turns it into 2
    assert said in done.output
    assert len(done.output.splitlines()) == 1
