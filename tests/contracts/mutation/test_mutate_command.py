"""`contracts mutate` on the command line: what it prints, what it writes, and how it ends."""

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from contracts.cli import commands
from contracts.commands.mutate import mutate
from tests.contracts.mutation.known import OWN

API = "tencent-cls"


def contracts(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(commands, ["mutate", *arguments], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.return_value, done.output


def test_the_table_tells_who_killed_what_and_the_report_has_every_mutant(tmp_path: Path) -> None:
    code, said = contracts(
        API, "-k", "Count/maximum", "--quick", "--report", "json", "--report-dir", str(tmp_path / "out")
    )
    assert code == 0
    assert "maximum        3       3           0         0           0" in said
    assert "3 mutants, 3 killed by the right clause" in said
    assert "fallen: tencent-cls/CreateExport/Count/maximum" in said
    written: dict[str, Any] = json.loads((tmp_path / "out/mutants.json").read_text())
    assert written["summary"] == {"killed": 3, "killed by another": 0, "survived": 0, "equivalent": 0}
    assert written["mutants"][0]["change"] == "maximum 50000000 -> 50000001"
    assert written["mutants"][0]["fallen"][0] == "tencent-cls/CreateExport/Count/maximum"


def test_the_same_fates_come_from_two_processes(tmp_path: Path) -> None:
    found = []
    for workers in ("0", "2"):
        options = ["--spec", str(OWN), "-k", "error-code or phase", "--quick", "-n", workers]
        contracts(*options, "--report", "json", "--report-dir", str(tmp_path))
        found.append((tmp_path / "mutants.json").read_text())
    assert found[0] == found[1]


def test_the_mutants_can_be_listed() -> None:
    code, said = contracts(API, "-k", "link-expiry", "--list")
    assert code == 0
    assert said.splitlines()[0] == "tencent-cls/link-expiry:plus-1  good for 3600 -> 3601 s"
    assert len(said.splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tencent"], "unknown API 'tencent'"),
        ([API, "-k", "a b"], "is no expression"),
        ([API, "-k", "nothing-of-that-name"], "no mutant matches -k 'nothing-of-that-name'"),
        ([API, "--shard", "3/2"], "'3/2' is no part of a whole"),
        ([API, "--verdicts", "some"], "'some' is not one of"),
        ([API, "--serve", "tencent-cls/skew:no"], "near it: tencent-cls/skew:none"),
        ([API, "--serve", "acme/skew:no"], "its API has to be one of tencent-cls"),
        ([API, "-k", "skew", "--command", "no-such-command"], "'no-such-command' cannot be run"),
        ([API, "--report", "json", "--report-dir", "/proc/nowhere"], "--report-dir: "),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(arguments: list[str], said: str) -> None:
    with pytest.raises(click.ClickException) as raised:
        contracts(*arguments)
    assert said in raised.value.format_message()


def test_the_options_are_told() -> None:
    said = CliRunner().invoke(mutate, ["--help"]).output
    assert all(option in said for option in ("--command", "--quick", "--verdicts", "--serve", "--shard", "--list"))
